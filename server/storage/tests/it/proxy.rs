//! A TCP proxy between a client and an S3 server that does one request per connection and harms some of them. Not a
//! test, and not a general proxy: requests have a Content-Length.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// Reset before the server hears of it.
    Refused,
    /// The server gets half of it, then the connection breaks.
    HalfRequest,
    /// The server does it, and the answer is lost.
    LostAnswer,
    /// Half of the answer arrives.
    HalfAnswer,
    /// This status, in S3's form.
    Status(u16),
    /// The server does it at once; the answer comes after this time.
    Late(Duration),
}

/// What a request is harmed by: its number and its first line.
pub type Plan = dyn Fn(usize, &str) -> Fault + Send + Sync;

pub struct Proxy {
    pub address: SocketAddr,
    pub requests: Arc<AtomicUsize>,
    pub harmed: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    pub async fn start(
        server: SocketAddr,
        plan: impl Fn(usize, &str) -> Fault + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (requests, harmed) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let (plan, counts): (Arc<Plan>, _) = (Arc::new(plan), (requests.clone(), harmed.clone()));
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (plan, counts) = (plan.clone(), counts.clone());
                // A client that went away ends its own request only.
                tokio::spawn(async move { serve(client, server, &*plan, &counts).await });
            }
        });
        Self { address, requests, harmed, accepting }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(
    mut client: TcpStream,
    server: SocketAddr,
    plan: &Plan,
    (requests, harmed): &(Arc<AtomicUsize>, Arc<AtomicUsize>),
) -> io::Result<()> {
    let Some((head, mut body)) = read_head(&mut client).await? else { return Ok(()) };
    let number = requests.fetch_add(1, Ordering::Relaxed);
    let fault = plan(number, head.lines().next().unwrap_or_default());
    if fault != Fault::None {
        harmed.fetch_add(1, Ordering::Relaxed);
    }
    if fault == Fault::Refused {
        return client.set_zero_linger();
    }
    if header(&head, "expect").is_some() {
        client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    let length = header(&head, "content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let missing = usize::saturating_sub(length, body.len()) as u64;
    (&mut client).take(missing).read_to_end(&mut body).await?;
    if let Fault::Status(status) = fault {
        return client.write_all(&refusal(status)).await;
    }
    let mut upstream = TcpStream::connect(server).await?;
    upstream.write_all(closing(&head).as_bytes()).await?;
    if fault == Fault::HalfRequest {
        upstream.write_all(&body[..body.len() / 2]).await?;
        upstream.set_zero_linger()?;
        return client.set_zero_linger();
    }
    upstream.write_all(&body).await?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).await?;
    match fault {
        Fault::LostAnswer => return client.set_zero_linger(),
        Fault::HalfAnswer => answer.truncate(answer.len() / 2),
        // tidy: allow-sleep the fault is that the answer takes this long
        Fault::Late(time) => tokio::time::sleep(time).await,
        _ => {}
    }
    client.write_all(&answer).await?;
    client.shutdown().await
}

/// The head of a request, and what of the body came with it.
async fn read_head(client: &mut TcpStream) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut read = Vec::new();
    loop {
        if client.read_buf(&mut read).await? == 0 {
            return Ok(None);
        }
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let body = read.split_off(end + 4);
            return Ok(Some((String::from_utf8_lossy(&read).into_owned(), body)));
        }
    }
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// The head with the request that the server close the connection after its answer.
fn closing(head: &str) -> String {
    let hop = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        !["connection", "expect"].iter().any(|hop| name.eq_ignore_ascii_case(hop))
    };
    let mut lines: Vec<&str> = head.trim_end().lines().filter(hop).collect();
    lines.push("connection: close\r\n\r\n");
    lines.join("\r\n")
}

fn refusal(status: u16) -> Vec<u8> {
    let code = if status == 503 { "SlowDown" } else { "InternalError" };
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>");
    let head =
        format!("HTTP/1.1 {status} {code}\r\ncontent-length: {}\r\nconnection: close", body.len());
    format!("{head}\r\n\r\n{body}").into_bytes()
}
