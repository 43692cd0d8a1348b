//! The end of the listener.

use crate::fake::{Fake, HELD};
use crate::listener::{Client, Listener, status, within};
use tokio::net::TcpStream;

/// Sends a program that runs until it is released, and waits until it was submitted.
async fn held(fake: &Fake, listener: &Listener) -> Client {
    let mut client = listener.connect().await;
    let body = format!("{{\"code\":\"{HELD}\",\"wait_ms\":20000}}");
    client
        .write(format!(
            "POST /api/exec HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
        .await;
    let waits = async {
        while fake.asked().waits.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    within(waits).await;
    client
}

#[tokio::test]
async fn a_running_request_is_finished_and_nothing_new_is_taken() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |_| {}).await;
    let mut running = held(&fake, &listener).await;
    let mut resting = listener.connect().await;
    resting.get("/healthz").await;
    listener.shutdown.cancel();
    assert_eq!(resting.end().await, "", "connections at rest end at once");
    let refused = async { while TcpStream::connect(listener.addresses[0]).await.is_ok() {} };
    within(refused).await;
    assert!(!listener.served.is_finished() && running.is_quiet());
    fake.release();
    let answer = running.end().await;
    assert!(status(&answer) == 200 && answer.contains("\"ran\":\"held\""), "{answer}");
    within(listener.served).await.expect("it ended by itself");
}

#[tokio::test]
async fn a_request_that_does_not_end_is_broken_off() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |_| {}).await;
    let mut running = held(&fake, &listener).await;
    listener.shutdown.cancel();
    assert_eq!(running.end().await, "");
    within(listener.served).await.expect("it ended by itself");
}

#[tokio::test]
async fn a_listener_that_is_dropped_closes_its_connections() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |_| {}).await;
    let mut running = held(&fake, &listener).await;
    listener.served.abort();
    assert_eq!(running.end().await, "");
}

#[tokio::test]
async fn a_silent_connection_does_not_delay_the_end() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |_| {}).await;
    let mut silent = listener.connect().await;
    // A later connection is served: the silent one was accepted before it.
    listener.connect().await.get("/healthz").await;
    listener.shutdown.cancel();
    assert_eq!(silent.end().await, "");
    within(listener.served).await.expect("it ended by itself");
}
