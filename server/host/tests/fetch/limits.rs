//! Sizes, times and numbers have ends, and the message names them.

use crate::server::{Reply, Seen, Server, ok, response};
use crate::support::{ALLOW_ALL, Setup, get, read};
use flate2::{Compression, write::GzEncoder};
use futures::future::join_all;
use mcp_v8_host::fetch::FetchRun;
use mcp_v8_sandbox::Code;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

async fn refused(run: &FetchRun, server: &Server, path: &str, code: Code, key: &str) {
    let (found, message) = get(server.url(path)).code(run).await;
    assert_eq!(found, Some(code), "{path}: {message}");
    assert!(message.contains(key), "{path}: {message}");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_decompression_bomb_ends_at_the_decoded_size() {
    let zeros = vec![0; 16 << 20];
    let (gzipped, zstd) = (gzip(&zeros), zstd::encode_all(zeros.as_slice(), 3).unwrap());
    assert!(gzipped.len() < 20_000 && zstd.len() < 20_000, "they are bombs");
    let small = gzip(b"small");
    let server = Server::start(move |seen: &Seen| match seen.path.as_str() {
        "/gzip" => response(200, &[("Content-Encoding", "gzip")], &gzipped),
        "/zstd" => response(200, &[("Content-Encoding", "zstd")], &zstd),
        _ => response(200, &[("Content-Encoding", "gzip")], &small),
    })
    .await;
    let run = Setup::policy(ALLOW_ALL).with(|fetch| fetch.max_response_bytes = 1 << 20).run();
    for path in ["/gzip", "/zstd"] {
        refused(&run, &server, path, Code::LimitSize, "fetch.max_response_mb (1048576)").await;
    }
    assert_eq!(get(server.url("/small")).text(&run).await, "small");
    let accepts = server.seen()[0].header("accept-encoding").unwrap().to_owned();
    assert!(accepts.contains("gzip") && accepts.contains("br") && accepts.contains("zstd"));
}

#[tokio::test]
async fn an_endless_body_ends_at_the_size_and_all_bodies_of_a_run_at_theirs() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let server = Server::start(move |seen: &Seen| match seen.path.as_str() {
        "/endless" => Reply::Endless(head.clone(), vec![b'x'; 4096]),
        _ => ok(&"x".repeat(600_000)),
    })
    .await;
    let setup = Setup::policy(ALLOW_ALL).with(|fetch| {
        fetch.max_response_bytes = 1 << 20;
        fetch.max_total_bytes = 2 << 20;
    });
    refused(&setup.run(), &server, "/endless", Code::LimitSize, "fetch.max_response_mb").await;
    server.wait_closed().await;
    let run = setup.run();
    for _ in 0..3 {
        assert_eq!(get(server.url("/600k")).fetch(&run).await.unwrap().body.len(), 600_000);
    }
    refused(&run, &server, "/600k", Code::LimitSize, "fetch.max_total_mb").await;
    assert_eq!(get(server.url("/600k")).fetch(&setup.run()).await.unwrap().body.len(), 600_000);
}

#[tokio::test]
async fn a_request_is_bounded_too() {
    let server = Server::start(|_| ok("in")).await;
    let run = Setup::policy(ALLOW_ALL)
        .with(|fetch| {
            fetch.max_request_bytes = 1000;
            fetch.max_header_bytes = 2000;
            fetch.max_headers = 16;
            fetch.max_total_bytes = 2500;
        })
        .run();
    let post = |bytes: usize| get(server.url("/")).method("POST").body(&vec![b'x'; bytes]);
    let with = |count: usize| {
        (0..count).fold(get(server.url("/")), |ask, at| ask.header(&format!("X-{at}"), "1"))
    };
    for (ask, key) in [
        (post(1001), "fetch.max_request_mb"),
        (get(server.url("/")).header("X", "x".repeat(2000)), "fetch.max_headers_kb"),
        (get(server.url(&"/x".repeat(1000))), "fetch.max_headers_kb"),
        (with(17), "fetch.max_headers"),
    ] {
        let (code, message) = ask.code(&run).await;
        assert_eq!(code, Some(Code::LimitSize), "{message}");
        assert!(message.contains(key), "{message}");
    }
    assert_eq!(server.opened(), 0);
    assert_eq!(with(16).text(&run).await, "in");
    assert_eq!(post(1000).text(&run).await, "in");
    assert_eq!(post(1000).text(&run).await, "in");
    let (code, message) = post(1000).code(&run).await;
    assert_eq!(code, Some(Code::LimitSize), "{message}");
    assert!(message.contains("fetch.max_total_mb"), "{message}");
}

#[tokio::test]
async fn a_server_that_is_silent_or_drips_is_given_up() {
    let server = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/silent" => Reply::Nothing,
        "/half" => Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec()),
        _ => ok("in"),
    })
    .await;
    let setup = Setup::policy(ALLOW_ALL).with(|fetch| {
        fetch.timeout = Duration::from_millis(400);
        fetch.idle_timeout = Duration::from_millis(100);
    });
    let run = setup.run();
    refused(&run, &server, "/silent", Code::LimitTimeout, "fetch.timeout_secs (0.4 s)").await;
    refused(&run, &server, "/half", Code::LimitTimeout, "fetch.idle_timeout_secs (0.1 s)").await;
    server.wait_closed().await;
    let error = get(server.url("/silent")).fetch(&run).await.unwrap_err();
    assert_eq!(error.class, "TimeoutError");
    assert_eq!(get(server.url("/")).text(&run).await, "in");
}

#[tokio::test]
async fn a_head_without_end_or_without_sense_is_an_error() {
    let server = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/long" => response(200, &[("X", &"x".repeat(100_000))], b""),
        "/huge" => response(200, &[("X", &"x".repeat(1 << 20))], b""),
        "/many" => response(200, &[("X", "1"); 10_000], b""),
        "/endless" => Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X: y\r\n".to_vec()),
        "/chunks" => Reply::Bytes(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n"
                .to_vec(),
        ),
        "/garbage" => Reply::Bytes(b"\x16\x03\x01 no HTTP\r\n\r\n".to_vec()),
        _ => response(200, &[("X", &"x".repeat(60_000))], b"in"),
    })
    .await;
    let run = Setup::policy(ALLOW_ALL).run();
    refused(&run, &server, "/long", Code::LimitSize, "fetch.max_headers_kb").await;
    for path in ["/huge", "/many", "/endless", "/chunks", "/garbage"] {
        let error = get(server.url(path)).fetch(&run).await.map(|got| got.head.status);
        assert_eq!(error.unwrap_err().class, "TypeError", "{path}");
    }
    assert_eq!(get(server.url("/")).text(&run).await, "in");
}

#[tokio::test]
async fn a_thousand_fetches_at_once_take_turns() {
    let server = Server::start(|_| ok("in")).await;
    let run = Setup::policy(ALLOW_ALL)
        .with(|fetch| {
            fetch.max_parallel = 4;
            fetch.max_open = 1000;
        })
        .run();
    let asks = (0..1000).map(|number| get(server.url("/")).number(number).text(&run));
    assert!(join_all(asks).await.iter().all(|text| text == "in"));
    assert_eq!(server.hits(), 1000);
}

#[tokio::test]
async fn no_more_than_so_many_requests_wait_for_their_response_at_once() {
    static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);
    let server = Server::start(|_| {
        UNDER_WAY.fetch_add(1, Ordering::SeqCst);
        Reply::Nothing
    })
    .await;
    let setup = Setup::policy(ALLOW_ALL).with(|fetch| {
        fetch.max_parallel = 2;
        fetch.timeout = Duration::from_millis(300);
    });
    let run = setup.run();
    let asks = (0..3).map(|number| get(server.url("/")).number(number).fetch(&run));
    let two = async {
        server.wait_requests(2).await;
        UNDER_WAY.load(Ordering::SeqCst)
    };
    let (ended, under_way) = tokio::join!(join_all(asks), two);
    assert_eq!(under_way, 2, "the third waits for its turn");
    assert!(ended.iter().all(Result::is_err));
    assert_eq!(server.hits(), 3, "and has it when the first are given up");
}

#[tokio::test]
async fn unread_responses_are_bounded_and_reading_them_makes_room() {
    let server = Server::start(|_| ok("in")).await;
    let run = Setup::policy(ALLOW_ALL).with(|fetch| fetch.max_open = 2).run();
    for number in [1, 2] {
        get(server.url("/")).number(number).start(&run).await.unwrap();
    }
    let (code, message) = get(server.url("/")).number(3).code(&run).await;
    assert_eq!(code, Some(Code::LimitRate), "{message}");
    assert!(message.contains("fetch.max_open (2)"), "{message}");
    assert_eq!(read(&run, 1).await.unwrap(), Some(b"in".to_vec()));
    assert_eq!(read(&run, 1).await.unwrap(), None);
    assert_eq!(get(server.url("/")).number(3).text(&run).await, "in");
    let (code, _) = get(server.url("/")).number(2).code(&run).await;
    assert_eq!(code, Some(Code::ErrorRequest), "a number that is in use");
    assert_eq!(read(&run, 99).await.unwrap_err().code, Some(Code::ErrorRequest));
}
