//! The surface on real sockets, and a client that writes bytes. Every wait has an end.

use crate::fake::Fake;
use crate::surface::{http, surface};
use axum::Router;
use mcp_v8_http::{bind, serve};
use mcp_v8_settings::Http;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Longest wait for anything: what takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// Long enough never to be the reason why a connection ends within a test.
pub const LONG: Duration = Duration::from_secs(3600);

/// Short enough to be waited for.
pub const SHORT: Duration = Duration::from_millis(150);

pub struct Listener {
    pub addresses: Vec<SocketAddr>,
    pub shutdown: CancellationToken,
    pub served: JoinHandle<()>,
}

impl Listener {
    /// Listens on one port, without any timeout but those `change` sets.
    pub async fn start(fake: &Fake, change: impl FnOnce(&mut Http)) -> Self {
        let mut http = Http { header_timeout: LONG, idle_timeout: LONG, ..http(fake) };
        change(&mut http);
        let router = surface(fake, http.clone());
        Self::serve(router, http, 1).await
    }

    pub async fn serve(router: Router, http: Http, ports: usize) -> Self {
        let any = vec![SocketAddr::from(([127, 0, 0, 1], 0)); ports];
        let listeners = bind(&any).await.expect("free ports");
        let addresses = listeners.iter().map(|one| one.local_addr().expect("an address")).collect();
        let shutdown = CancellationToken::new();
        let ending = shutdown.clone();
        let served = tokio::spawn(async move { serve(listeners, router, &http, ending).await });
        Self { addresses, shutdown, served }
    }

    pub async fn connect(&self) -> Client {
        Client::connect(self.addresses[0]).await
    }
}

/// A connection.
pub struct Client(pub TcpStream);

impl Client {
    pub async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("a connection"))
    }

    pub async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.expect("the server reads");
    }

    /// One answer, by its `Content-Length`: head and body.
    pub async fn answer(&mut self) -> String {
        let mut read = Vec::new();
        let whole = async {
            while !is_whole(&read) {
                assert_ne!(
                    self.0.read_buf(&mut read).await.expect("it can be read"),
                    0,
                    "the server closed too early"
                );
            }
        };
        timeout(PATIENCE, whole).await.expect("an answer");
        String::from_utf8(read).expect("text")
    }

    /// A GET on this connection, which stays open.
    pub async fn get(&mut self, path: &str) -> String {
        self.write(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")).await;
        self.answer().await
    }

    /// All that comes until the server closes; a reset is an end too.
    pub async fn end(&mut self) -> String {
        let mut read = Vec::new();
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut read)).await.expect("the server closes");
        String::from_utf8_lossy(&read).into_owned()
    }

    /// Nothing has come by now.
    pub fn is_quiet(&self) -> bool {
        self.0
            .try_read(&mut [0; 1])
            .is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }
}

fn is_whole(read: &[u8]) -> bool {
    let text = String::from_utf8_lossy(read);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// The status of a raw answer.
pub fn status(answer: &str) -> u16 {
    answer
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or_else(|| panic!("no answer: {answer:?}"))
}

/// Waits for something that must happen.
pub async fn within<T>(what: impl Future<Output = T>) -> T {
    timeout(PATIENCE, what).await.expect("it happens in time")
}
