//! `GET /api/executions/{id}/events`.

use crate::fake::{ENDLESS, Fake, HELD, OUTPUT};
use crate::surface::{Answer, get, http, request, send, surface};
use axum::body::Body;
use axum::http::Method;
use futures::StreamExt;
use mcp_v8_sandbox::{ExecutionId, Principal};
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt as _;

/// Name, id and data of the events of a stream.
fn events(answer: &Answer) -> Vec<(String, String, Value)> {
    let text = std::str::from_utf8(&answer.body).expect("UTF-8");
    let blocks = text.split("\n\n").filter(|block| !block.is_empty());
    let field = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("no {name} in {block}")).to_owned()
    };
    let event = |block| {
        let data = serde_json::from_str(&field(block, "data")).expect("JSON");
        (field(block, "event"), field(block, "id"), data)
    };
    blocks.map(event).collect()
}

#[tokio::test]
async fn output_comes_in_pieces_with_the_place_to_go_on_from_and_the_execution_last() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add(&Principal::local(), "1");
    let answer = get(&router, &format!("/api/executions/{id}/events")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let seen = events(&answer);
    let names: Vec<_> = seen.iter().map(|(name, id, _)| (name.as_str(), id.as_str())).collect();
    assert_eq!(names, [("output", "4"), ("output", "11"), ("end", "end")]);
    assert_eq!(seen[0].2, json!({ "data": "one\n", "start_byte": 0, "end_byte": 4 }));
    let whole: String = seen[..2].iter().filter_map(|(_, _, data)| data["data"].as_str()).collect();
    assert_eq!(whole, OUTPUT);
    let end = &seen[2].2;
    assert_eq!((&end["status"], &end["output"]), (&json!("completed"), &json!(OUTPUT)));
    assert_eq!(end["execution_id"], id.to_string());
}

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_does_not_have_and_nothing_after_the_end() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add(&Principal::local(), "1");
    let path = format!("/api/executions/{id}/events");
    let after = async |last: &str| {
        let headers = [("last-event-id", last)];
        send(&router, request(Method::GET, &path, &headers, Body::empty())).await
    };
    let names = |answer: &Answer| events(answer).into_iter().map(|one| one.1).collect::<Vec<_>>();
    assert_eq!(names(&after("4").await), ["11", "end"]);
    assert_eq!(names(&after("11").await), ["end"]);
    assert_eq!(names(&after("18446744073709551615").await), ["end"]);
    assert_eq!(names(&after("").await), ["4", "11", "end"]);
    let over = after("end").await;
    assert_eq!((over.status, over.body.len()), (204, 0));
    for bad in ["-1", "+4", "4.0", "x", "18446744073709551616", "end "] {
        let detail = after(&format!("{bad}x")).await.problem(400, "error.request");
        assert!(detail.contains("Last-Event-ID"), "{bad}: {detail}");
    }
}

#[tokio::test]
async fn the_end_comes_when_the_execution_is_over_and_not_before() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add(&Principal::local(), HELD);
    let path = format!("/api/executions/{id}/events");
    let Ok(response) = router.oneshot(request(Method::GET, &path, &[], Body::empty())).await;
    let mut body = std::pin::pin!(response.into_body().into_data_stream());
    let mut next = async || {
        let bytes = StreamExt::next(&mut body).await?.expect("the stream goes on");
        Some(String::from_utf8(bytes.to_vec()).expect("UTF-8"))
    };
    for name in ["event: output", "event: output"] {
        assert!(next().await.is_some_and(|text| text.contains(name)));
    }
    // With nothing to say there is nothing said for a while.
    let silent = tokio::time::timeout(Duration::from_millis(50), next()).await;
    assert!(silent.is_err(), "{silent:?}");
    fake.release();
    assert!(next().await.is_some_and(|text| text.contains("event: end")));
    assert_eq!(next().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_shows_that_it_is_alive_before_proxies_give_up() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add(&Principal::local(), ENDLESS);
    let path = format!("/api/executions/{id}/events");
    let headers = [("last-event-id", "11")];
    let Ok(response) = router.oneshot(request(Method::GET, &path, &headers, Body::empty())).await;
    let mut body = std::pin::pin!(response.into_body().into_data_stream());
    let begun = tokio::time::Instant::now();
    let sign = tokio::time::timeout(Duration::from_secs(50), StreamExt::next(&mut body)).await;
    let sign = sign.expect("not in 50 s").expect("a sign").expect("no error");
    assert!(sign.starts_with(b":"), "{sign:?}");
    assert!(begun.elapsed() >= Duration::from_secs(10));
}

#[tokio::test]
async fn a_foreign_execution_answers_like_an_unknown_one() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let foreign = fake.add(&Principal::nobody(), "1");
    let mut seen = Vec::new();
    for id in [foreign.to_string(), ExecutionId::generate().to_string(), "x".to_owned()] {
        let answer = get(&router, &format!("/api/executions/{id}/events")).await;
        seen.push(answer.problem(404, "error.not_found"));
    }
    assert!(seen.windows(2).all(|two| two[0] == two[1]), "{seen:?}");
}
