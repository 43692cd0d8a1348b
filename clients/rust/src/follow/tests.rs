//! Against a server that breaks off, which the real one does not do on demand.

use super::*;
use crate::Options;
use std::future::Future;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
const END: &str = r#"{"execution_id":"x","status":"completed","submitted_at":"t","completed_at":"t","output_bytes":4,"output_lines":2,"artifacts":0}"#;

/// Answers one connection after the other with these texts; the heads of the requests.
async fn answers(texts: Vec<String>) -> (String, impl Future<Output = Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let serve = async move {
        let mut heads = Vec::new();
        for text in texts {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.expect("a head"));
            }
            heads.push(String::from_utf8_lossy(&head).to_ascii_lowercase());
            stream.write_all(text.as_bytes()).await.expect("the client reads");
        }
        heads
    };
    (url, serve)
}

fn output(text: &str, from: u64) -> String {
    let end = from + text.len() as u64;
    format!(
        "event: output\nid: {end}\ndata: {{\"data\":\"{text}\",\"start_byte\":{from},\"end_byte\":{end}}}\n\n"
    )
}

#[tokio::test]
async fn a_stream_that_breaks_off_goes_on_where_it_was() {
    let first = format!("{HEAD}: alive\n\n{}event: out", output("ab", 0));
    let second = format!(
        "{HEAD}{}event: new\ndata: 1\n\nevent: end\nid: end\ndata: {END}\n\n",
        output("cd", 2)
    );
    let (url, serve) = answers(vec![first, second]).await;
    let client = Options::new(url).connect().expect("a client");
    let read = client.follow("a/b", 0).collect::<Vec<_>>();
    let (heads, read) = tokio::join!(serve, read);
    let read: Vec<Followed> = read.into_iter().collect::<Result<_, _>>().expect("no error");
    let [Followed::Output(one), Followed::Output(two), Followed::End(end)] = read.as_slice() else {
        panic!("{read:?}")
    };
    assert_eq!(
        (one.data.as_str(), two.data.as_str(), end.status.as_str()),
        ("ab", "cd", "completed")
    );
    assert!(heads[0].starts_with("get /api/executions/a%2fb/events "), "{}", heads[0]);
    assert!(heads[0].contains("last-event-id: 0\r\n") && heads[1].contains("last-event-id: 2\r\n"));
}

#[tokio::test]
async fn a_refusal_is_what_the_server_says_and_ends_the_stream() {
    let body = r#"{"type":"about:blank","title":"Not Found","status":404,"code":"error.not_found","detail":"no such execution","error":"no such execution"}"#;
    let refusal = format!(
        "HTTP/1.1 404 Not Found\r\ncontent-type: application/problem+json\r\nx-request-id: r1\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let (url, serve) = answers(vec![refusal]).await;
    let client = Options::new(url).connect().expect("a client");
    let read = client.follow("x", 0).collect::<Vec<_>>();
    let (_, mut read) = tokio::join!(serve, read);
    let error = read.pop().expect("one item").expect_err("a refusal");
    assert_eq!(error.to_string(), "error.not_found: no such execution (request r1)");
    assert!(read.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_at_all_is_given_up() {
    let (url, serve) = answers(vec![HEAD.to_owned(); 5]).await;
    let client = Options::new(url).connect().expect("a client");
    let read = client.follow("x", 7).collect::<Vec<_>>();
    let (heads, mut read) = tokio::join!(serve, read);
    assert_eq!(heads.len(), 5);
    assert!(matches!(read.pop(), Some(Err(FollowError::Broken(_)))));
}
