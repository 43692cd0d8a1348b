//! fetch in scripts, under a policy: what is allowed works, what is not never reaches the network.

use crate::harness::mcp::Legacy;
use crate::harness::server::Server;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// An HTTP server on loopback that says what it was asked, and counts connections.
struct Site {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Site {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || answer(stream));
            }
        });
        Self { address, connections }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// One request, one answer.
fn answer(mut stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let (mut length, mut chunked, mut headers) = (0, false, Vec::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ")?;
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok()?;
        }
        chunked |= name.eq_ignore_ascii_case("transfer-encoding");
        headers.push(json!([name.to_ascii_lowercase(), value]));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    while chunked {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let length = usize::from_str_radix(line.trim(), 16).ok()?;
        let mut chunk = vec![0; length + 2];
        reader.read_exact(&mut chunk).ok()?;
        body.extend_from_slice(&chunk[..length]);
        chunked = length > 0;
    }
    let path = first.split(' ').nth(1)?.to_owned();
    if path == "/hang" {
        // Until the other side goes.
        let _ = reader.read(&mut [0]);
        return None;
    }
    let (status, extra, body) = match path.as_str() {
        "/large" => ("200 OK", String::new(), "x".repeat(300_000)),
        "/away" => ("302 Found", "Location: /here\r\n".to_owned(), String::new()),
        "/missing" => ("404 Not Found", String::new(), "no".to_owned()),
        _ => {
            let said = json!({ "line": first.trim_end(), "headers": headers, "body": String::from_utf8_lossy(&body) });
            (
                "200 OK",
                "Content-Type: application/json\r\nX-Own: yes\r\n".to_owned(),
                said.to_string(),
            )
        }
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{extra}\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).ok()
}

/// A server whose scripts may fetch what this Rego condition says.
fn server(condition: &str, cidrs: &str) -> Server {
    let home = tempfile::tempdir().expect("a temporary directory");
    let policy = home.path().join("fetch.rego");
    std::fs::write(
        &policy,
        format!("package mcp.fetch\n\ndefault allow := false\n\nallow if {{\n\t{condition}\n}}\n"),
    )
    .expect("it can be written");
    let config = home.path().join("mcp-v8.toml");
    let text = format!(
        "[storage]\nkind = \"none\"\n[transport.http]\n[policies.fetch]\nrules = [{{ path = {:?} }}]\n[fetch]\nallow_cidrs = [{cidrs}]\n",
        policy.display().to_string()
    );
    std::fs::write(&config, text).expect("it can be written");
    let config = config.display().to_string();
    Server::start_in(home, &["limits.execution_timeout_secs=5"], &["--config", &config])
}

const LOOPBACK: &str = "\"127.0.0.0/8\"";

fn result(server: &mut Server, code: &str) -> Value {
    let ended = server.run(code);
    assert_eq!(ended["status"], "completed", "{code}: {ended}");
    ended["result"].clone()
}

#[test]
fn an_allowed_request_is_sent_and_its_answer_read() {
    let site = Site::start();
    let mut server = server("input.method in {\"GET\", \"POST\"}", LOOPBACK);
    let url = site.url("/a?b=1");
    let get = result(
        &mut server,
        &format!(
            "const r = await fetch('{url}'); const j = await r.json(); ({{ status: r.status, ok: r.ok, own: r.headers.get('x-own'), line: j.line, type: r.headers.get('content-type') }})"
        ),
    );
    assert_eq!(
        get,
        json!({ "status": 200, "ok": true, "own": "yes", "line": "GET /a?b=1 HTTP/1.1", "type": "application/json" })
    );
    let post = result(
        &mut server,
        &format!(
            "const q = await fetch('{url}', {{ method: 'post', body: JSON.stringify({{ n: 1 }}), headers: {{ 'x-mine': 'm' }} }}); const p = await q.json(); ({{ body: p.body, mine: p.headers.find(([n]) => n === 'x-mine')[1], line: p.line.split(' ')[0] }})"
        ),
    );
    assert_eq!(post, json!({ "body": "{\"n\":1}", "mine": "m", "line": "POST" }));
    let large = format!(
        "const l = await fetch('{}'); let n = 0, pieces = 0; for await (const piece of l.body) {{ n += piece.length; pieces++ }} n === 300000 && pieces > 1",
        site.url("/large")
    );
    assert_eq!(result(&mut server, &large), json!(true));
    let away = format!(
        "const w = await fetch('{}'); [w.redirected, w.url.endsWith('/here'), w.status]",
        site.url("/away")
    );
    assert_eq!(result(&mut server, &away), json!([true, true, 200]));
    let missing = format!(
        "const m = await fetch('{}'); [m.status, m.ok, await m.text()]",
        site.url("/missing")
    );
    assert_eq!(result(&mut server, &missing), json!([404, false, "no"]));
}

#[test]
fn a_body_that_is_a_stream_is_sent_as_it_comes() {
    let site = Site::start();
    let mut server = server("true", LOOPBACK);
    let url = site.url("/a");
    let streamed = format!(
        "const pieces = (async function* () {{ for (let i = 0; i < 3; i++) {{ yield `piece ${{i}};`; await new Promise((r) => setTimeout(r, 5)) }} }})();
         const body = ReadableStream.from(pieces).pipeThrough(new TextEncoderStream());
         const r = await fetch('{url}', {{ method: 'POST', body, duplex: 'half' }}); (await r.json()).body"
    );
    assert_eq!(result(&mut server, &streamed), json!("piece 0;piece 1;piece 2;"));
    let large = format!(
        "let left = 40; const body = new ReadableStream({{ pull(c) {{ left-- > 0 ? c.enqueue(new Uint8Array(100_000)) : c.close() }} }});
         (await (await fetch('{url}', {{ method: 'PUT', body }})).json()).body.length"
    );
    assert_eq!(result(&mut server, &large), json!(4_000_000));
    let thrown = format!(
        "const body = new ReadableStream({{ pull(c) {{ throw new RangeError('mine') }} }}); await fetch('{url}', {{ method: 'POST', body }}).catch((e) => [e.name, e.message])"
    );
    assert_eq!(result(&mut server, &thrown), json!(["RangeError", "mine"]));
    let typed = format!(
        "const body = ReadableStream.from(['text']); await fetch('{url}', {{ method: 'POST', body }}).catch((e) => e.message)"
    );
    assert_eq!(result(&mut server, &typed), json!("a body is a stream of Uint8Array"));
    let endless = format!(
        "const body = new ReadableStream({{ pull(c) {{ c.enqueue(new Uint8Array(1 << 20)) }} }}); await fetch('{url}', {{ method: 'POST', body }}).catch((e) => e.code)"
    );
    assert_eq!(result(&mut server, &endless), json!("limit.size"));
}

/// What a client is told of `run_js`.
fn told(server: &Server) -> Value {
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let tools = Legacy::open(&server.address).post(&list).message()["result"]["tools"].clone();
    let run_js = tools.as_array().expect("a list").iter().find(|tool| tool["name"] == "run_js");
    run_js.expect("run_js").clone()
}

#[test]
fn a_model_is_told_of_fetch_exactly_where_there_is_a_policy_for_it() {
    let with = told(&server("true", ""));
    let without = told(&Server::start(&[]));
    for (tool, granted) in [(&with, true), (&without, false)] {
        let text = tool["description"].as_str().expect("text");
        assert_eq!(text.contains("fetch (HTTP)"), granted, "{text}");
        assert_eq!(text.contains("no network"), !granted, "{text}");
        assert_eq!(tool["annotations"]["openWorldHint"], granted, "{tool}");
        assert_eq!(tool["annotations"]["destructiveHint"], granted, "{tool}");
    }
}

#[test]
fn what_the_policy_does_not_allow_never_reaches_the_network() {
    let site = Site::start();
    let mut server = server("input.method == \"GET\"", LOOPBACK);
    let code = format!(
        "await fetch('{}', {{ method: 'DELETE' }}).then(() => 'sent', (e) => [e.name, e.code])",
        site.url("/a")
    );
    assert_eq!(result(&mut server, &code), json!(["TypeError", "denied.policy"]));
    assert_eq!(site.connections(), 0, "it was not even connected to");
    let uncaught =
        server.run(&format!("await fetch('{}', {{ method: 'DELETE' }})", site.url("/a")));
    let message = uncaught["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("fetch") && message.contains("policies.fetch"), "{uncaught}");
    let code = format!("(await fetch('{}')).status", site.url("/a"));
    assert_eq!(result(&mut server, &code), json!(200), "the good case passes");
}

#[test]
fn loopback_is_out_of_reach_whatever_the_policy_says_unless_the_operator_lists_it() {
    let site = Site::start();
    let mut server = server("true", "");
    let port = site.address.port();
    for host in
        ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
    {
        let code = format!(
            "await fetch('http://{host}:{port}/a').then(() => 'sent', (e) => e.code ?? e.message)"
        );
        assert_eq!(result(&mut server, &code), json!("denied.egress"), "{host}");
    }
    assert_eq!(site.connections(), 0);
}

#[test]
fn an_answer_that_never_comes_ends_with_the_run_and_an_abort_ends_it_before() {
    let site = Site::start();
    let mut server = server("true", LOOPBACK);
    let url = site.url("/hang");
    let code = format!(
        "const c = new AbortController(); setTimeout(() => c.abort(), 50); await fetch('{url}', {{ signal: c.signal }}).catch((e) => e.name)"
    );
    assert_eq!(result(&mut server, &code), json!("AbortError"));
    let body = json!({ "code": format!("await fetch('{url}')"), "wait_ms": 20_000, "execution_timeout_secs": 1 });
    let ended = server.post("/api/exec", &body).json();
    assert_eq!(ended["error"]["code"], "limit.timeout", "{ended}");
    assert_eq!(result(&mut server, "1 + 1"), json!(2));
}
