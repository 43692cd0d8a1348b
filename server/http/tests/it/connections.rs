//! How long and how many connections stay open.

use crate::fake::{Fake, HELD};
use crate::listener::{Client, LONG, Listener, SHORT, status, within};
use crate::surface::{http, surface};
use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use http_body::Frame;
use mcp_v8_http::{Parts, mount, router};
use mcp_v8_settings::Http;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

#[tokio::test]
async fn a_head_that_does_not_come_ends_the_connection() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |http| http.header_timeout = SHORT).await;
    for begun in [
        "",
        "G",
        "PRI * HTTP/2.0\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut client = listener.connect().await;
        client.write(begun).await;
        let ended = client.end().await;
        assert!(!ended.contains("200 OK"), "{begun:?}: {ended}");
    }
    assert_eq!(status(&listener.connect().await.get("/healthz").await), 200);
}

#[tokio::test]
async fn a_connection_at_rest_outlives_the_time_of_a_head_and_ends_at_its_own() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |http| http.header_timeout = SHORT).await;
    let mut resting = listener.connect().await;
    resting.get("/healthz").await;
    // The time of a head passes, on another connection.
    listener.connect().await.end().await;
    listener.connect().await.end().await;
    assert_eq!(status(&resting.get("/healthz").await), 200);
    resting.write("GET / HT").await;
    assert_eq!(resting.end().await, "", "the next head has its time too");

    let listener = Listener::start(&fake, |http| http.idle_timeout = SHORT).await;
    let mut resting = listener.connect().await;
    resting.get("/healthz").await;
    assert_eq!(resting.end().await, "");
}

#[tokio::test]
async fn a_request_may_take_longer_than_any_head_or_rest() {
    let fake = Fake::new();
    let listener =
        Listener::start(&fake, |http| (http.header_timeout, http.idle_timeout) = (SHORT, SHORT))
            .await;
    let mut waiting = listener.connect().await;
    let body = format!("{{\"code\":\"{HELD}\",\"wait_ms\":20000}}");
    waiting
        .write(format!(
            "POST /api/exec HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
        .await;
    listener.connect().await.end().await;
    listener.connect().await.end().await;
    fake.release();
    assert_eq!(status(&waiting.answer().await), 200);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |http| http.idle_timeout = SHORT).await;
    for path in ["/api/exec", "/mcp"] {
        let mut client = listener.connect().await;
        client
            .write(format!(
                "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx"
            ))
            .await;
        let answer = client.end().await;
        assert!(
            status(&answer) == 408 && answer.contains("transport.http.idle_timeout_secs"),
            "{answer}"
        );
    }
    assert!(fake.asked().submitted.is_empty());
}

/// An endless body that says when nobody wants it any more.
struct Endless(mpsc::UnboundedSender<()>);

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 65536])))))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_answer_is_let_go() {
    let fake = Fake::new();
    let http = Http { header_timeout: LONG, idle_timeout: SHORT, ..http(&fake) };
    let (dropped, mut ended) = mpsc::unbounded_channel();
    let endless = tower::service_fn(move |_: Request<Body>| {
        let body = Body::new(Endless(dropped.clone()));
        async move { Ok::<_, Infallible>(Response::new(body)) }
    });
    let router = router(Parts {
        auth: None,
        event_streams: None,
        service: fake.clone(),
        http: http.clone(),
        mcp: mount(endless),
        counters: None,
        version: "1.2.3",
    });
    let listener = Listener::serve(router, http, 1).await;
    let mut client = listener.connect().await;
    client.write("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    within(ended.recv()).await.expect("the answer is dropped");
}

#[tokio::test]
async fn connections_above_the_limit_wait_until_one_ends() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |http| http.max_connections = 1).await;
    let mut first = listener.connect().await;
    first.get("/healthz").await;
    let mut second = listener.connect().await;
    second.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    for _ in 0..10 {
        assert_eq!(status(&first.get("/healthz").await), 200);
        assert!(second.is_quiet());
    }
    drop(first);
    assert_eq!(status(&second.answer().await), 200);
}

#[tokio::test]
async fn the_last_place_is_not_kept_by_a_listener_that_nobody_calls() {
    let fake = Fake::new();
    let http = Http { max_connections: 1, header_timeout: LONG, idle_timeout: LONG, ..http(&fake) };
    let listener = Listener::serve(surface(&fake, http.clone()), http, 3).await;
    for index in [0, 0, 2, 2, 1, 1, 0] {
        let mut client = Client::connect(listener.addresses[index]).await;
        assert_eq!(status(&client.get("/healthz").await), 200, "port {index}");
    }
}
