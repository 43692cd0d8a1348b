//! Version, health, readiness, the document, the page for people.

use crate::fake::Fake;
use crate::surface::{get, http, surface};
use axum::http::header;
use serde_json::json;

#[tokio::test]
async fn the_version_is_the_one_of_the_program() {
    let fake = Fake::new();
    let answer = get(&surface(&fake, http(&fake)), "/api/version").await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "version": "1.2.3" })));
}

#[tokio::test]
async fn a_draining_server_is_alive_and_not_ready() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let ready = get(&router, "/readyz").await;
    let load =
        json!({ "status": "ready", "queued": 1, "running": 2, "live_sessions": 3, "workers": 4 });
    assert_eq!((ready.status, ready.json()), (200, load));
    assert_eq!(get(&router, "/healthz").await.status, 200);
    fake.drain();
    let draining = get(&router, "/readyz").await;
    draining.problem(503, "unavailable.draining");
    assert!(draining.header(header::RETRY_AFTER).is_some());
    assert_eq!(get(&router, "/healthz").await.status, 200);
}

#[tokio::test]
async fn the_document_is_openapi_3_1_and_names_every_operation() {
    let fake = Fake::new();
    let answer = get(&surface(&fake, http(&fake)), "/api-doc/openapi.json").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), Some("application/json"));
    let document = answer.json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
    let operations = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|item| item.as_object().expect("an item").values());
    let mut names: Vec<_> = operations
        .map(|operation| operation["operationId"].as_str().expect("a name").to_owned())
        .collect();
    names.sort();
    let expected = [
        "cancel_execution",
        "delete_heap_tags",
        "delete_session",
        "exec",
        "follow_execution",
        "get_artifact",
        "get_execution",
        "get_execution_output",
        "get_heap",
        "get_heap_tags",
        "get_metrics",
        "get_version",
        "healthz",
        "list_artifacts",
        "list_executions",
        "list_session_snapshots",
        "list_sessions",
        "query_heaps_by_tags",
        "readyz",
        "set_heap_tags",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn the_page_for_people_says_where_things_are_and_runs_nothing() {
    let fake = Fake::new();
    let answer = get(&surface(&fake, http(&fake)), "/").await;
    assert_eq!(
        (answer.status, answer.header(header::CONTENT_TYPE)),
        (200, Some("text/html; charset=utf-8"))
    );
    let page = String::from_utf8_lossy(&answer.body);
    assert!(
        ["/mcp", "/api/exec", "/api-doc/openapi.json", "1.2.3"]
            .iter()
            .all(|what| page.contains(what)),
        "{page}"
    );
    assert!(!page.contains("<script") && !page.contains(" on"), "{page}");
}

#[tokio::test]
async fn the_counters_are_text_and_a_listener_of_their_own_has_nothing_else() {
    let fake = Fake::new();
    let counters: mcp_v8_http::Counters = std::sync::Arc::new(|| "# EOF\n".to_owned());
    let own = mcp_v8_http::metrics_router(counters, &http(&fake));
    for router in [surface(&fake, http(&fake)), own.clone()] {
        let answer = get(&router, "/metrics").await;
        assert_eq!((answer.status, &*answer.body), (200, b"# EOF\n".as_slice()));
        let kind = answer.header("content-type").expect("a type");
        assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"), "{kind}");
    }
    for path in ["/", "/api/version", "/api/executions", "/healthz", "/mcp"] {
        get(&own, path).await.problem(404, "error.not_found");
    }
    let rebound = crate::surface::request(
        axum::http::Method::GET,
        "/metrics",
        &[("host", "evil.example")],
        axum::body::Body::empty(),
    );
    crate::surface::send(&own, rebound).await.problem(403, "denied.policy");
}
