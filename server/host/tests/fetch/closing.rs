//! What nobody waits for any more is closed.

use crate::server::{Reply, Seen, Server, ok};
use crate::support::{ALLOW_ALL, Setup, cancel, get, read};
use std::time::Duration;
use tokio::time::timeout;

/// Long enough for any machine; what is tested takes milliseconds, and waits for a condition.
const PROMISED: Duration = Duration::from_secs(5);

async fn slow() -> Server {
    Server::start(|seen: &Seen| match seen.path.as_str() {
        "/silent" => Reply::Nothing,
        "/body" => Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec()),
        _ => ok("in"),
    })
    .await
}

#[tokio::test]
async fn a_cancelled_request_is_an_abort_and_its_connection_closes() {
    let server = slow().await;
    let run = Setup::policy(ALLOW_ALL).run();
    let stop = async {
        server.wait_requests(1).await;
        cancel(&run, 1).await;
    };
    let (error, ()) = tokio::join!(get(server.url("/silent")).fetch(&run), stop);
    assert_eq!(error.unwrap_err().class, "AbortError");
    timeout(PROMISED, server.wait_closed()).await.expect("the connection is closed");
    assert_eq!(get(server.url("/")).text(&run).await, "in", "the number is free again");
    cancel(&run, 77).await;
}

#[tokio::test]
async fn a_cancelled_body_closes_its_connection_while_it_is_read() {
    let server = slow().await;
    let run = Setup::policy(ALLOW_ALL).run();
    get(server.url("/body")).start(&run).await.unwrap();
    assert_eq!(read(&run, 1).await.unwrap(), Some(b"half".to_vec()));
    let (error, ()) = tokio::join!(read(&run, 1), cancel(&run, 1));
    assert_eq!(error.unwrap_err().class, "AbortError");
    timeout(PROMISED, server.wait_closed()).await.expect("the connection is closed");
}

#[tokio::test]
async fn the_end_of_a_run_closes_every_connection() {
    let server = slow().await;
    let run = Setup::policy(ALLOW_ALL).run();
    assert_eq!(get(server.url("/")).text(&run).await, "in", "an idle connection is kept");
    get(server.url("/body")).number(2).start(&run).await.unwrap();
    let silent = get(server.url("/silent")).number(3);
    tokio::select! {
        _ = silent.fetch(&run) => panic!("nobody answers"),
        () = server.wait_requests(3) => {}
    }
    assert!(server.opened() >= 2);
    drop(run);
    timeout(PROMISED, server.wait_closed()).await.expect("all connections are closed");
}
