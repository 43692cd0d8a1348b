//! WebSocket in scripts, under a policy: what is allowed talks, what is not never reaches the network.

use crate::harness::server::Server;
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocket};
use tokio_tungstenite::tungstenite::{Message, accept_hdr};

/// A WebSocket server on loopback that says what it is told, and counts connections.
struct Echo {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    /// Those that are over.
    ended: Arc<AtomicUsize>,
}

impl Echo {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (connections, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (count, over) = (connections.clone(), ended.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let over = over.clone();
                std::thread::spawn(move || {
                    talk(stream);
                    over.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, connections, ended }
    }

    fn url(&self, path: &str) -> String {
        format!("ws://{}{path}", self.address)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// One connection: what comes goes back, but for a few words.
#[expect(clippy::result_large_err, reason = "the signature is the library's")]
fn talk(stream: TcpStream) -> Option<()> {
    let mut path = String::new();
    let chosen = |request: &Request, mut response: Response| {
        request.uri().path().clone_into(&mut path);
        if let Some(offered) = request.headers().get("sec-websocket-protocol") {
            let last = offered.to_str().unwrap_or_default().rsplit(", ").next().unwrap_or_default();
            let last = if path == "/wrong" { "other" } else { last };
            response.headers_mut().insert("sec-websocket-protocol", last.parse().expect("a token"));
        }
        Ok(response)
    };
    let mut socket: WebSocket<TcpStream> = accept_hdr(stream, chosen).ok()?;
    loop {
        match socket.read().ok()? {
            Message::Text(text) if text == "close" => {
                let frame = CloseFrame { code: 4000.into(), reason: "as you said".into() };
                socket.close(Some(frame)).ok()?;
            }
            Message::Text(text) if text == "break" => return None,
            Message::Text(text) if text == "large" => {
                socket.send(Message::Text("x".repeat(3000).into())).ok()?;
            }
            message @ (Message::Text(_) | Message::Binary(_)) => socket.send(message).ok()?,
            _ => {}
        }
    }
}

/// A server whose scripts may connect to what this Rego condition says.
fn server(condition: &str, cidrs: &str, set: &[&str]) -> Server {
    let home = tempfile::tempdir().expect("a temporary directory");
    let policy = home.path().join("websocket.rego");
    let rego = format!(
        "package mcp.websocket\n\ndefault allow := false\n\nallow if {{\n\t{condition}\n}}\n"
    );
    std::fs::write(&policy, rego).expect("it can be written");
    let config = home.path().join("mcp-v8.toml");
    let text = format!(
        "[storage]\nkind = \"none\"\n[transport.http]\n[policies.websocket]\nrules = [{{ path = {:?} }}]\n[fetch]\nallow_cidrs = [{cidrs}]\n",
        policy.display().to_string()
    );
    std::fs::write(&config, text).expect("it can be written");
    let config = config.display().to_string();
    let set = [&["limits.execution_timeout_secs=5"], set].concat();
    Server::start_in(home, &set, &["--config", &config])
}

const LOOPBACK: &str = "\"127.0.0.0/8\"";

/// Helpers of the scripts: what a connection says, in order.
const LISTEN: &str = "
    const listen = (socket, opened = () => {}) => new Promise((resolve) => {
      const log = [];
      socket.onopen = () => { log.push(`open ${socket.protocol}`); opened(socket) };
      socket.onmessage = ({ data }) => { log.push(data); if (log.length === 4) socket.close(3001, 'enough') };
      socket.onerror = ({ error }) => log.push(`error ${error.code ?? error.message}`);
      socket.onclose = ({ code, reason, wasClean }) => resolve([...log, code, reason, wasClean, socket.readyState]);
    });
";

fn result(server: &mut Server, code: &str) -> Value {
    let ended = server.run(&format!("{LISTEN} {code}"));
    assert_eq!(ended["status"], "completed", "{code}: {ended}");
    ended["result"].clone()
}

#[test]
fn text_and_bytes_go_there_and_back_in_order_and_both_sides_close() {
    let echo = Echo::start();
    let mut server = server("input.url_parsed.path == \"/a\"", LOOPBACK, &[]);
    let url = echo.url("/a");
    let talk = format!(
        "const s = new WebSocket('{url}', ['v1', 'v2']); s.binaryType = 'arraybuffer';
         const log = await listen(s, () => {{ s.send('one'); s.send(new Uint8Array([1, 2, 255])); s.send('thr\u{e9}\u{e9}') }});
         log.map((one) => one instanceof ArrayBuffer ? [...new Uint8Array(one)] : one)"
    );
    let expected =
        json!(["open v2", "one", [1, 2, 255], "thr\u{e9}\u{e9}", 3001, "enough", true, 3]);
    assert_eq!(result(&mut server, &talk), expected);
    let blob = format!(
        "const b = new WebSocket('{url}'); b.addEventListener('open', () => b.send(new Blob(['blob'])));
         const data = await new Promise((r) => b.addEventListener('message', ({{ data }}) => r(data)));
         b.close(); [data instanceof Blob, await data.text(), b.readyState, WebSocket.CLOSING]"
    );
    assert_eq!(result(&mut server, &blob), json!([true, "blob", 2, 2]));
    let closed = format!("await listen(new WebSocket('{url}'), (s) => s.send('close'))");
    assert_eq!(result(&mut server, &closed), json!(["open ", 4000, "as you said", true, 3]));
    let broken = format!("await listen(new WebSocket('{url}'), (s) => s.send('break'))");
    assert_eq!(
        result(&mut server, &broken),
        json!(["open ", "error the connection broke off", 1006, "", false, 3])
    );
}

#[test]
fn what_the_policy_does_not_allow_is_not_even_connected_to() {
    let echo = Echo::start();
    let mut server = server("input.url_parsed.path == \"/a\"", LOOPBACK, &[]);
    let other = format!("await listen(new WebSocket('{}'))", echo.url("/b"));
    assert_eq!(result(&mut server, &other), json!(["error denied.policy", 1006, "", false, 3]));
    assert_eq!(echo.connections(), 0);
    let good = format!("await listen(new WebSocket('{}'), (s) => s.close())", echo.url("/a"));
    assert_eq!(result(&mut server, &good), json!(["open ", 1005, "", true, 3]));
}

#[test]
fn loopback_is_out_of_reach_whatever_the_policy_says_unless_the_operator_lists_it() {
    let echo = Echo::start();
    let mut server = server("true", "", &[]);
    let port = echo.address.port();
    for host in ["127.0.0.1", "localhost", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"] {
        let code = format!("(await listen(new WebSocket('ws://{host}:{port}/')))[0]");
        assert_eq!(result(&mut server, &code), json!("error denied.egress"), "{host}");
    }
    assert_eq!(echo.connections(), 0);
}

#[test]
fn a_connection_is_bounded_in_messages_number_and_volume() {
    let echo = Echo::start();
    let set = ["websocket.max_message_kb=2", "websocket.max_open=2", "websocket.max_total_mb=1"];
    let mut server = server("true", LOOPBACK, &set);
    let url = echo.url("/");
    let sent = format!("await listen(new WebSocket('{url}'), (s) => s.send('x'.repeat(3000)))");
    let log = result(&mut server, &sent);
    assert_eq!((&log[1], &log[2]), (&json!("error limit.size"), &json!(1005)), "{log}");
    let came = format!("await listen(new WebSocket('{url}'), (s) => s.send('large'))");
    let log = result(&mut server, &came);
    assert!(log[1].as_str().is_some_and(|text| text.contains("websocket.max_message_kb")), "{log}");
    assert_eq!(log[2], 1006);
    let third = format!(
        "const two = [new WebSocket('{url}'), new WebSocket('{url}')]; const log = await listen(new WebSocket('{url}')); for (const s of two) s.close(); log[0]"
    );
    assert_eq!(result(&mut server, &third), json!("error limit.rate"));
    let volume = format!(
        "const s = new WebSocket('{url}'); let n = 0; s.onopen = () => s.send('x'.repeat(2000)); s.onmessage = () => {{ n++; s.send('x'.repeat(2000)) }};
         await new Promise((r) => s.onerror = ({{ error }}) => r([error.code, n > 100]))"
    );
    assert_eq!(result(&mut server, &volume), json!(["limit.size", true]));
}

#[test]
fn a_server_that_does_not_keep_to_the_handshake_is_refused() {
    let echo = Echo::start();
    let mut server = server("true", LOOPBACK, &[]);
    let wrong = format!("(await listen(new WebSocket('{}', 'mine')))[0]", echo.url("/wrong"));
    let error = result(&mut server, &wrong);
    assert!(error.as_str().is_some_and(|text| text.starts_with("error WebSocket:")), "{error}");
    for bad in
        ["'http:/'", "'ftp://a/'", "'ws://a/#b'", "'ws://a/', ['x', 'x']", "'ws://a/', 'a b'"]
    {
        let code = format!(
            "(() => {{ try {{ new WebSocket({bad}); return 'made' }} catch (e) {{ return e.name }} }})()"
        );
        assert_eq!(result(&mut server, &code), json!("SyntaxError"), "{bad}");
    }
}

#[test]
fn a_connection_keeps_its_run_until_it_closes_and_the_end_of_the_run_closes_it() {
    let echo = Echo::start();
    let mut server = server("true", LOOPBACK, &[]);
    let url = echo.url("/");
    let body = json!({ "code": format!("const s = new WebSocket('{url}'); s.onopen = () => console.log('open')"), "wait_ms": 20_000, "execution_timeout_secs": 1, "session": "w" });
    let ended = server.post("/api/exec", &body).json();
    assert_eq!(ended["error"]["code"], "limit.timeout", "as a timer that goes on: {ended}");
    let thrown = server.run(&format!(
        "const t = new WebSocket('{url}'); await new Promise((r) => t.onopen = r); throw new Error('now')"
    ));
    assert_eq!(thrown["error"]["message"], "Error: now", "{thrown}");
    crate::harness::eventually("both connections are closed", || {
        (echo.ended.load(Ordering::SeqCst) == 2).then_some(())
    });
    assert_eq!(echo.connections(), 2);
    assert_eq!(result(&mut server, "1 + 1"), json!(2));
}
