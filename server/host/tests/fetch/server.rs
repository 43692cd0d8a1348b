//! An HTTP/1.1 server that answers byte for byte what a test wants, and remembers what it was asked. Not a test.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What to send. The connection then waits for the next request, or for its end.
pub enum Reply {
    Bytes(Vec<u8>),
    /// These bytes, and then the last again and again.
    Endless(Vec<u8>, Vec<u8>),
    Nothing,
}

type Handler = dyn Fn(&Seen) -> Reply + Send + Sync;

#[derive(Clone)]
pub struct Server {
    pub address: SocketAddr,
    state: Arc<State>,
}

struct State {
    handler: Box<Handler>,
    seen: Mutex<Vec<Seen>>,
    requests: watch::Sender<usize>,
    opened: watch::Sender<usize>,
    closed: watch::Sender<usize>,
}

impl Server {
    pub async fn start(handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::at("127.0.0.1:0", handler).await
    }

    pub async fn at(
        address: &str,
        handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            handler: Box::new(handler),
            seen: Mutex::default(),
            requests: watch::Sender::new(0),
            opened: watch::Sender::new(0),
            closed: watch::Sender::new(0),
        });
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = shared.clone();
                state.opened.send_modify(|count| *count += 1);
                tokio::spawn(async move {
                    connection(stream, &state).await;
                    state.closed.send_modify(|count| *count += 1);
                });
            }
        });
        Self { address, state }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Under another name of the same machine.
    pub fn named(&self, name: &str, path: &str) -> String {
        format!("http://{name}:{}{path}", self.address.port())
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    pub fn hits(&self) -> usize {
        self.seen().len()
    }

    pub fn opened(&self) -> usize {
        *self.state.opened.borrow()
    }

    pub async fn wait_requests(&self, count: usize) {
        self.state.requests.subscribe().wait_for(|seen| *seen >= count).await.unwrap();
    }

    /// Until all connections that were opened are closed.
    pub async fn wait_closed(&self) {
        let opened = self.opened();
        self.state.closed.subscribe().wait_for(|closed| *closed >= opened).await.unwrap();
    }
}

async fn connection(mut stream: TcpStream, state: &State) {
    while let Some(seen) = request(&mut stream).await {
        state.seen.lock().unwrap().push(seen.clone());
        state.requests.send_modify(|count| *count += 1);
        match (state.handler)(&seen) {
            Reply::Bytes(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
                let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
                if text.contains("connection: close\r\n") {
                    return;
                }
            }
            Reply::Endless(head, piece) => {
                if stream.write_all(&head).await.is_err() {
                    return;
                }
                while stream.write_all(&piece).await.is_ok() {}
                return;
            }
            Reply::Nothing => {}
        }
    }
}

/// `None` when the other side is gone.
async fn request(stream: &mut TcpStream) -> Option<Seen> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let mut start = lines.next()?.split(' ');
    let mut seen = Seen {
        method: start.next()?.to_owned(),
        path: start.next()?.to_owned(),
        ..Seen::default()
    };
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        seen.headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    if seen.header("transfer-encoding") == Some("chunked") {
        seen.body = chunks(stream).await?;
        return Some(seen);
    }
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    seen.body = vec![0; length];
    stream.read_exact(&mut seen.body).await.ok()?;
    Some(seen)
}

/// RFC 9112 section 7.1, as far as clients use it.
async fn chunks(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(stream.read_u8().await.ok()?);
        }
        let length = usize::from_str_radix(std::str::from_utf8(&line).ok()?.trim(), 16).ok()?;
        let mut chunk = vec![0; length + 2];
        stream.read_exact(&mut chunk).await.ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(&chunk[..length]);
    }
}

/// A whole response.
pub fn response(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let mut text = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    Reply::Bytes([text.as_bytes(), body].concat())
}

pub fn ok(body: &str) -> Reply {
    response(200, &[("Content-Type", "text/plain")], body.as_bytes())
}

pub fn redirect(status: u16, location: &str) -> Reply {
    response(status, &[("Location", location)], b"")
}
