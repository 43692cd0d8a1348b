//! Heads of requests as bytes: what HTTP/1.1 parsers disagree about must not pass.

use crate::fake::Fake;
use crate::listener::{Listener, status};

/// The status of the answer to these bytes, on a connection of its own.
async fn sent(listener: &Listener, bytes: &str) -> u16 {
    let mut client = listener.connect().await;
    client.write(bytes).await;
    status(&client.answer().await)
}

#[tokio::test]
async fn a_host_is_demanded_once_and_absolute_targets_are_judged() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |_| {}).await;
    for (head, expected) in [
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
        ("GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n", 200),
        ("GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
        ("GET /healthz HTTP/1.1\r\n\r\n", 403),
        ("GET /healthz HTTP/1.0\r\n\r\n", 403),
        ("GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", 403),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 403),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: attacker.test\r\n\r\n", 403),
        ("GET /healthz HTTP/1.1\r\nHost: localhost@attacker.test\r\n\r\n", 403),
        ("GET http://attacker.test/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 403),
        ("GET http://localhost@attacker.test/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 403),
        ("GET http://localhost/healthz HTTP/1.1\r\n\r\n", 403),
        ("CONNECT attacker.test:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", 403),
    ] {
        assert_eq!(sent(&listener, head).await, expected, "{head:?}");
    }
}

#[tokio::test]
async fn malformed_heads_are_refused() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |_| {}).await;
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "a: b\r\n".repeat(101));
    let large =
        format!("GET / HTTP/1.1\r\nHost: localhost\r\na: {}\r\n\r\n", "b".repeat(100 << 10));
    for (head, expected) in [
        ("GET / HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\na: b\0c\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
        (
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n1",
            400,
        ),
        ("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: +1\r\n\r\n1", 400),
        ("POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x\r\n\r\n", 400),
        (&many, 431),
        (&large, 431),
    ] {
        assert_eq!(sent(&listener, head).await, expected, "{:?}", &head[..head.len().min(120)]);
    }
    assert_eq!(sent(&listener, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await, 200);
}

#[tokio::test]
async fn a_length_beside_a_transfer_coding_does_not_split_a_request_in_two() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |_| {}).await;
    let mut client = listener.connect().await;
    // A parser that believed the length would see the end of the chunks as the body, and a second request after it.
    client
        .write(
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
             0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        )
        .await;
    let all = client.end().await;
    assert_eq!(all.matches("HTTP/1.1 ").count(), 1, "{all}");
}

#[tokio::test]
async fn a_chunked_body_over_the_limit_is_refused_while_it_still_comes() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |http| http.max_body_bytes = 8192).await;
    let head = "POST /api/exec HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(4096));
    let mut client = listener.connect().await;
    client.write([head, &chunk, &chunk, "0\r\n\r\n"].concat()).await;
    assert_eq!(status(&client.answer().await), 202);
    let mut client = listener.connect().await;
    client.write([head, &chunk, &chunk, "1\r\n"].concat()).await;
    client.write(" \r\n").await;
    let answer = client.answer().await;
    assert!(status(&answer) == 413 && answer.contains("limit.size"), "{answer}");
}
