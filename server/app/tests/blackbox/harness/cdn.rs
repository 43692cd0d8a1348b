//! A web server on loopback with the files of a test: module CDN, registry, site. It counts what it is asked for.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// An answer.
#[derive(Clone)]
pub struct File {
    pub status: u16,
    pub headers: String,
    pub body: Vec<u8>,
}

/// A file with a type.
pub fn file(kind: &str, body: impl Into<Vec<u8>>) -> File {
    File { status: 200, headers: format!("Content-Type: {kind}\r\n"), body: body.into() }
}

pub fn js(body: impl Into<Vec<u8>>) -> File {
    file("text/javascript", body)
}

pub fn redirect(location: &str) -> File {
    File { status: 302, headers: format!("Location: {location}\r\n"), body: Vec::new() }
}

/// See the module.
pub struct Cdn {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    files: HashMap<String, File>,
    asked: Vec<String>,
    connections: usize,
}

impl Cdn {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                shared.lock().expect("nobody panics with it").connections += 1;
                let state = shared.clone();
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, state }
    }

    /// Puts a file at a path, which may have a query.
    pub fn put(&self, path: &str, file: File) {
        self.state.lock().expect("nobody panics with it").files.insert(path.to_owned(), file);
    }

    pub fn with(self, path: &str, file: File) -> Self {
        self.put(path, file);
        self
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Paths that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.state.lock().expect("nobody panics with it").asked.clone()
    }

    pub fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| *asked == path).count()
    }

    pub fn connections(&self) -> usize {
        self.state.lock().expect("nobody panics with it").connections
    }
}

/// Requests of one connection, until it ends.
fn serve(mut stream: TcpStream, state: &Mutex<State>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first).ok()? == 0 {
            return None;
        }
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            if line.trim_end().is_empty() {
                break;
            }
            let value = line.to_ascii_lowercase();
            if let Some(value) = value.strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
        }
        reader.read_exact(&mut vec![0; length]).ok()?;
        let path = first.split(' ').nth(1)?.to_owned();
        let found = {
            let mut state = state.lock().expect("nobody panics with it");
            state.asked.push(path.clone());
            state.files.get(&path).cloned()
        };
        let none =
            File { status: 404, headers: "Content-Type: text/plain\r\n".into(), body: "no".into() };
        let File { status, headers, body } = found.unwrap_or(none);
        if path.ends_with("/hang") {
            let _ = reader.read(&mut [0]);
            return None;
        }
        let head =
            format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).ok()?;
    }
}
