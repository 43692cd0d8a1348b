//! Bodies of requests that come piece by piece.

use crate::server::{Reply, Server, ok, redirect};
use crate::support::{ALLOW_ALL, Setup, cancel, get, write};
use mcp_v8_sandbox::Code;
use std::time::Duration;
use tokio::time::timeout;

const PROMISED: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_streamed_body_arrives_as_it_was_written() {
    let server = Server::start(|seen| ok(&String::from_utf8_lossy(&seen.body))).await;
    let run = Setup::policy(ALLOW_ALL).run();
    let pieces = async {
        for piece in [&b"one, "[..], b"two, ", b"three"] {
            write(&run, 1, Some(piece)).await.unwrap();
        }
        write(&run, 1, None).await.unwrap();
    };
    let (head, ()) = tokio::join!(get(server.url("/")).method("POST").stream(&run), pieces);
    assert_eq!(head.unwrap().status, 200);
    assert_eq!(server.seen()[0].body, b"one, two, three");
    assert_eq!(server.seen()[0].header("content-length"), None);
    let late = write(&run, 1, Some(b"more")).await.unwrap_err();
    assert_eq!(late.code, Some(Code::ErrorRequest), "{late:?}");
}

#[tokio::test]
async fn a_streamed_body_ends_at_the_limit_of_a_body_and_of_a_run() {
    let server = Server::start(|_| ok("in")).await;
    for (key, setup) in [
        (
            "fetch.max_request_mb",
            Setup::policy(ALLOW_ALL).with(|fetch| fetch.max_request_bytes = 9),
        ),
        ("fetch.max_total_mb", Setup::policy(ALLOW_ALL).with(|fetch| fetch.max_total_bytes = 9)),
    ] {
        let run = setup.run();
        let pieces = async {
            write(&run, 1, Some(b"12345678")).await.unwrap();
            write(&run, 1, Some(b"90")).await.unwrap_err()
        };
        let (head, error) = tokio::join!(get(server.url("/")).method("POST").stream(&run), pieces);
        assert!(head.is_err(), "what is cut off is no request");
        assert_eq!(error.code, Some(Code::LimitSize));
        assert!(error.message.contains(key), "{}", error.message);
    }
    assert_eq!(server.hits(), 0);
}

#[tokio::test]
async fn a_script_that_gives_its_body_up_breaks_the_request_off() {
    let server = Server::start(|_| Reply::Nothing).await;
    let run = Setup::policy(ALLOW_ALL).run();
    let pieces = async {
        write(&run, 1, Some(b"half")).await.unwrap();
        cancel(&run, 1).await;
    };
    let (head, ()) = tokio::join!(get(server.url("/")).method("POST").stream(&run), pieces);
    assert_eq!(head.unwrap_err().class, "AbortError");
    timeout(PROMISED, server.wait_closed()).await.expect("the connection is closed");
    assert_eq!(server.hits(), 0, "no whole request came");
}

#[tokio::test]
async fn a_stream_is_not_sent_twice_and_a_redirect_to_get_does_not_need_it() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/again" => redirect(307, "/"),
        "/see" => redirect(303, "/"),
        _ => ok(&seen.method),
    })
    .await;
    let run = Setup::policy(ALLOW_ALL).run();
    let body = |number| {
        let run = &run;
        async move {
            let _ = write(run, number, Some(b"x")).await;
            let _ = write(run, number, None).await;
        }
    };
    let (head, ()) = tokio::join!(get(server.url("/again")).method("POST").stream(&run), body(1));
    let message = head.unwrap_err().message;
    assert!(message.contains("a stream can be sent only once"), "{message}");
    let see = get(server.url("/see")).number(2).method("POST");
    let (head, ()) = tokio::join!(see.stream(&run), body(2));
    assert_eq!(head.unwrap().url, server.url("/"));
}

#[tokio::test]
async fn nothing_of_a_stream_is_sent_before_the_policy_allows_it() {
    let server = Server::start(|_| ok("in")).await;
    let run = Setup::policy("allow := input.method == \"PUT\"").run();
    let (head, written) = tokio::join!(
        get(server.url("/")).method("POST").stream(&run),
        write(&run, 1, Some(b"secret"))
    );
    assert_eq!(head.unwrap_err().code, Some(Code::DeniedPolicy));
    let _ = written;
    assert_eq!((server.opened(), server.hits()), (0, 0));
}
