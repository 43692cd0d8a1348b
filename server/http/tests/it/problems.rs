//! Requests that no route takes.

use crate::fake::Fake;
use crate::surface::{get, http, request, send, surface};
use axum::body::Body;
use axum::http::{Method, header};

/// Every route of the surface, with the methods it takes.
const ROUTES: &[(&str, &str)] = &[
    ("/", "GET"),
    ("/healthz", "GET"),
    ("/readyz", "GET"),
    ("/api/exec", "POST"),
    ("/api/executions", "GET"),
    ("/api/executions/x", "GET"),
    ("/api/executions/x/output", "GET"),
    ("/api/executions/x/cancel", "POST"),
    ("/api/sessions", "GET"),
    ("/api/sessions/x", "DELETE"),
    ("/api/sessions/x/snapshots", "GET"),
    ("/api/heaps", "GET"),
    ("/api/heaps/x", "GET"),
    ("/api/heaps/x/tags", "GET PUT DELETE"),
    ("/api/version", "GET"),
    ("/api-doc/openapi.json", "GET"),
];

#[tokio::test]
async fn unknown_routes_and_path_tricks_are_not_found() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    for path in [
        "/nope",
        "/api",
        "/api/",
        "/api//exec",
        "/API/EXEC",
        "/%61pi/exec",
        "/api%2fexec",
        "/mcp/../api/version",
        "/./healthz",
        "/healthz/",
        "/api/version.",
        "/api/version/",
        "/api/version;x",
        "/api-doc",
        "//",
        "/mcpx",
        "/mcp/x",
        "/mcp//",
    ] {
        get(&router, path).await.problem(404, "error.not_found");
    }
}

#[tokio::test]
async fn a_wrong_method_is_refused_and_the_right_one_is_named() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    for (path, right) in ROUTES {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            let answer =
                send(&router, request(method.parse().expect("a method"), path, &[], Body::empty()))
                    .await;
            if right.split(' ').any(|right| method == right) {
                assert!(!matches!(answer.status, 405 | 500..), "{method} {path}: {answer:?}");
            } else {
                answer.problem(405, "error.request");
                let allowed = answer.header(header::ALLOW).expect("what is allowed");
                let named = right.split(' ').all(|right| allowed.contains(right));
                assert!(named, "{method} {path}: {allowed}");
            }
        }
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let answer = send(&router, request(Method::HEAD, "/api/version", &[], Body::empty())).await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}
