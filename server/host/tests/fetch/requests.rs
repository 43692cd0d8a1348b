//! What a script may put into a request, and what arrives.

use crate::server::{Server, ok, response};
use crate::support::{ALLOW_ALL, Setup, get};
use mcp_v8_sandbox::Code;

#[tokio::test]
async fn a_request_arrives_as_it_was_made() {
    let server = Server::start(|_| response(201, &[("X-Answer", "yes")], b"\x00\xff")).await;
    let run = Setup::policy(ALLOW_ALL).name("a.test", &[&["127.0.0.1"]]).run();
    let ask = get(server.named("a.test", "/p?q=1#f")).method("PUT").body(b"\x00body");
    let got = ask.header("X-Bytes", b"a\xe9b").header("Accept", "text/html").fetch(&run).await;
    let got = got.unwrap();
    assert_eq!((got.head.status, got.head.status_text.as_str()), (201, "Created"));
    assert_eq!(got.head.url, server.named("a.test", "/p?q=1"));
    assert!(!got.head.redirected);
    assert_eq!(
        (got.header("x-answer").as_deref(), got.body.as_slice()),
        (Some("yes"), &b"\x00\xff"[..])
    );
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("PUT", "/p?q=1"));
    assert_eq!(seen.body, b"\x00body");
    assert_eq!(seen.header("host").unwrap(), format!("a.test:{}", server.address.port()));
    assert_eq!(seen.header("user-agent"), Some("mcp-v8"));
    assert_eq!(seen.header("accept"), Some("text/html"));
    assert_eq!(seen.header("x-bytes"), Some("a\u{fffd}b"), "the byte, not its UTF-8");
    assert!(seen.header("referer").is_none());
}

#[tokio::test]
async fn line_breaks_and_framing_headers_are_refused_before_anything_is_sent() {
    let server = Server::start(|_| ok("in")).await;
    let run = Setup::policy(ALLOW_ALL).run();
    let ask = || get(server.url("/"));
    let mut bad = vec![
        ask().header("X\r\nY", "1"),
        ask().header("X Y", "1"),
        ask().header("", "1"),
        ask().header(":authority", "evil.test"),
        ask().header("X", "1\r\nY: 2"),
        ask().header("X", "1\0"),
        ask().method("GET / HTTP/1.1\r\nX: y\r\n\r\n"),
        ask().method("get "),
        ask().method("CONNECT"),
        ask().method("trace"),
        ask().method(&"A".repeat(10_000)),
        ask().body(b"x"),
        ask().method("HEAD").body(b""),
        get("file:///etc/passwd"),
        get("http+unix://%2Frun%2Fx.sock/"),
        get("ftp://a.test/"),
        get("gopher://a.test/"),
        get("data:text/plain,x"),
        get("ws://a.test/"),
        get("http://u:p@a.test/"),
        get("/relative"),
        get("http://"),
    ];
    for name in [
        "Host",
        "connection",
        "Content-Length",
        "Transfer-Encoding",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "Proxy-Authorization",
        "Sec-Fetch-Site",
    ] {
        bad.push(ask().header(name, "1"));
    }
    for ask in bad {
        let shown = format!("{:?} {:?} {:?}", ask.method, ask.url, ask.headers);
        let (code, message) = ask.code(&run).await;
        assert_eq!(code, Some(Code::ErrorRequest), "{shown}: {message}");
    }
    assert_eq!(server.opened(), 0);
    assert_eq!(ask().header("X-Y", "1").text(&run).await, "in");
}

#[tokio::test]
async fn odd_bytes_in_response_headers_do_no_harm() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/high" => crate::server::Reply::Bytes(
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: a\x80\xffb\r\n\r\nin".to_vec(),
        ),
        _ => crate::server::Reply::Bytes(
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: a\0b\r\n\r\nin".to_vec(),
        ),
    })
    .await;
    let run = Setup::policy(ALLOW_ALL).run();
    let got = get(server.url("/high")).fetch(&run).await.unwrap();
    let value = got.head.headers.iter().find(|(name, _)| name == "x").map(|(_, value)| value);
    assert_eq!(value.unwrap(), b"a\x80\xffb");
    let error = get(server.url("/nul")).fetch(&run).await.unwrap_err();
    assert_eq!(error.class, "TypeError", "{}", error.message);
}
