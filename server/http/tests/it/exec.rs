//! `POST /api/exec`.

use crate::fake::{BROKEN, BUSY, DRAINING, ENDLESS, Fake, OUTPUT, PANIC};
use crate::surface::{exec, http, post, surface};
use axum::http::header;
use mcp_v8_executions::{Request, Target};
use mcp_v8_sandbox::Principal;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_program_is_accepted_with_the_place_of_its_execution() {
    let fake = Fake::new();
    let answer = exec(&surface(&fake, http(&fake)), json!({ "code": "1 + 1" })).await;
    assert_eq!(answer.status, 202);
    let body = answer.json();
    let id = body["execution_id"].as_str().expect("an id");
    assert_eq!(answer.header(header::LOCATION), Some(format!("/api/executions/{id}").as_str()));
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(1), "{body}");
    let request = Request { source: "1 + 1".into(), ..Request::default() };
    assert_eq!(fake.asked().submitted.len(), 1);
    let (principal, submitted) = &fake.asked().submitted[0];
    assert_eq!(
        (principal, &submitted.source, &submitted.target),
        (&Principal::local(), &request.source, &request.target)
    );
    assert!(fake.asked().waits.is_empty(), "nobody asked to wait");
}

#[tokio::test]
async fn json_and_a_raw_body_ask_for_the_same_run() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    exec(&router, json!({
        "code": "x", "session": "s", "heap_memory_max_mb": 64, "execution_timeout_secs": 3, "persist": true,
    }))
    .await;
    let query = "/api/exec?session=s&heap_memory_max_mb=64&execution_timeout_secs=3&persist=true";
    post(&router, query, &[("content-type", "application/javascript")], "x").await;
    let asked = fake.asked().submitted;
    assert_eq!(asked.len(), 2);
    for (_, request) in asked {
        assert_eq!(
            (request.source.as_str(), request.heap_mb, request.timeout),
            ("x", Some(64), Some(Duration::from_secs(3)))
        );
        assert_eq!(request.target, Target::Session("s".parse().expect("a name")));
    }
}

#[tokio::test]
async fn the_session_header_counts_when_the_request_names_none() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let headers = [("content-type", "text/plain"), ("X-MCP-Session-Id", "h")];
    post(&router, "/api/exec", &headers, "1").await;
    post(&router, "/api/exec?session=q", &headers, "1").await;
    post(&router, "/api/exec?persist=false", &headers, "1").await;
    let targets: Vec<_> =
        fake.asked().submitted.into_iter().map(|(_, request)| request.target).collect();
    let named = |name: &str| Target::Session(name.parse().expect("a name"));
    assert_eq!(targets, [named("h"), named("q"), Target::Fresh]);
}

#[tokio::test]
async fn a_wait_brings_the_finished_execution_with_its_output() {
    let fake = Fake::new();
    let answer = exec(&surface(&fake, http(&fake)), json!({ "code": "1", "wait_ms": 1000 })).await;
    let body = answer.json();
    assert_eq!(
        (answer.status, &body["status"], &body["result"]),
        (200, &json!("completed"), &json!({ "ran": "1" }))
    );
    assert_eq!((&body["output"], &body["truncated"]), (&json!(OUTPUT), &json!(false)));
    assert_eq!(fake.asked().waits, [Duration::from_secs(1)]);
}

#[tokio::test]
async fn output_above_the_inline_limit_is_cut_and_says_so() {
    let fake = Fake::with(&[("limits.inline_output_bytes", json!(1024))]);
    let router = surface(&fake, http(&fake));
    exec(&router, json!({ "code": "1", "wait_ms": 1 })).await;
    let asked = fake.asked().pages;
    assert_eq!(asked, [mcp_v8_executions::PageRequest::Bytes { offset: 0, limit: 1024 }]);
}

#[tokio::test]
async fn a_wait_is_at_most_what_the_operator_allows_and_may_end_without_an_end() {
    let fake = Fake::with(&[("limits.sync_wait_ms", json!(50))]);
    let router = surface(&fake, http(&fake));
    let answer = exec(&router, json!({ "code": ENDLESS, "wait_ms": u64::MAX })).await;
    assert_eq!((answer.status, answer.json()["status"].is_null()), (202, true));
    assert_eq!(fake.asked().waits, [Duration::from_millis(50)]);
    let answer = exec(&router, json!({ "code": "1", "wait_ms": 0 })).await;
    assert_eq!((answer.status, fake.asked().waits.len()), (202, 1), "a wait of 0 is none");
}

#[tokio::test]
async fn a_refusal_carries_its_code_and_nothing_of_the_inside() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let busy = exec(&router, json!({ "code": BUSY })).await;
    assert!(busy.problem(429, "unavailable.busy").contains("limits.queued_runs"));
    assert_eq!(busy.header(header::RETRY_AFTER), Some("1"));
    let draining = exec(&router, json!({ "code": DRAINING })).await;
    draining.problem(503, "unavailable.draining");
    assert_eq!(draining.header(header::RETRY_AFTER), Some("5"));
    let broken = exec(&router, json!({ "code": BROKEN })).await;
    assert!(!String::from_utf8_lossy(&broken.body).contains("unknown"), "{broken:?}");
    let panicked = exec(&router, json!({ "code": PANIC })).await;
    let detail = panicked.problem(500, "error.worker");
    assert!(!detail.contains("secret"), "{detail}");
    assert_eq!(exec(&router, json!({ "code": "1" })).await.status, 202, "the server lives on");
}

#[tokio::test]
async fn what_is_malformed_is_refused_by_name_and_runs_nothing() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let unknown = exec(&router, json!({ "code": "1", "tag": {} })).await;
    assert!(unknown.problem(400, "error.request").contains("tag"));
    let json = [("content-type", "application/json")];
    let malformed = post(&router, "/api/exec", &json, "{\n\"code\": x}").await;
    assert!(malformed.problem(400, "error.request").contains("line 2 column"));
    let text = [("content-type", "text/plain")];
    post(&router, "/api/exec", &text, &b"\xff"[..]).await.problem(400, "error.request");
    let query = post(&router, "/api/exec?heap=1", &text, "1").await;
    assert!(query.problem(400, "error.request").contains("heap"));
    let form = [("content-type", "multipart/form-data; boundary=b")];
    post(&router, "/api/exec", &form, "--b--").await.problem(415, "error.request");
    let session = exec(&router, json!({ "code": "1", "session": "../x" })).await;
    assert!(session.problem(400, "error.request").contains("session"));
    assert!(fake.asked().submitted.is_empty());
}
