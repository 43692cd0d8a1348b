//! The checks in front of every route, unknown ones and MCP included. The matrix of names is in `layer::origin`.

use crate::fake::Fake;
use crate::surface::{get, http, post, request, send, surface};
use axum::body::Body;
use axum::http::Method;
use serde_json::json;

const PATHS: &[&str] = &[
    "/",
    "/mcp",
    "/api/exec",
    "/api/executions",
    "/api/version",
    "/healthz",
    "/readyz",
    "/api-doc/openapi.json",
    "/nope",
];

#[tokio::test]
async fn foreign_hosts_and_origins_reach_no_route_by_any_method() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    for path in PATHS {
        for method in [Method::GET, Method::POST, Method::OPTIONS, Method::DELETE] {
            for (headers, key) in [
                (&[("host", "attacker.test")][..], "transport.http.allowed_hosts"),
                (&[("host", "localhost.attacker.test")], "transport.http.allowed_hosts"),
                (&[("host", "localhost"), ("host", "localhost")], "transport.http.allowed_hosts"),
                (&[("origin", "https://attacker.test")], "transport.http.allowed_origins"),
                (&[("origin", "null")], "transport.http.allowed_origins"),
            ] {
                let answer = send(&router, request(method.clone(), path, headers, "1")).await;
                let detail = answer.problem(403, "denied.policy");
                assert!(detail.contains(key), "{method} {path} {headers:?}: {detail}");
            }
        }
    }
    assert!(fake.asked().submitted.is_empty());
    let good = [("origin", "http://localhost:5173"), ("content-type", "text/plain")];
    assert_eq!(post(&router, "/api/exec", &good, "1").await.status, 202);
    assert_eq!(post(&router, "/mcp", &good, "echo").await.body, "echo");
}

#[tokio::test]
async fn names_the_operator_allows_pass() {
    let fake = Fake::with(&[
        ("transport.http.allowed_hosts", json!(["js.example.org"])),
        ("transport.http.allowed_origins", json!(["https://app.example.org"])),
    ]);
    let router = surface(&fake, http(&fake));
    let headers = [("host", "js.example.org:8443"), ("origin", "https://app.example.org")];
    let answer = send(&router, request(Method::GET, "/api/version", &headers, Body::empty())).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_request_without_a_host_is_refused_and_one_of_http2_needs_only_its_authority() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let bare = axum::http::Request::get("/api/version").body(Body::empty()).expect("a request");
    send(&router, bare).await.problem(403, "denied.policy");
    let http2 = axum::http::Request::get("http://localhost/api/version")
        .version(axum::http::Version::HTTP_2);
    assert_eq!(send(&router, http2.body(Body::empty()).expect("a request")).await.status, 200);
}

#[tokio::test]
async fn every_request_has_an_id_of_its_own() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let (one, two) = (get(&router, "/nope").await, get(&router, "/nope").await);
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
    let with = async |id: &str| {
        let headers = [("x-request-id", id)];
        send(&router, request(Method::GET, "/healthz", &headers, Body::empty())).await
    };
    // That of a proxy in front goes on, so that its log and ours can be put together.
    let given = "proxy-7.f00d_000000000000000000000:9";
    assert_eq!(with(given).await.header("x-request-id"), Some(given));
    let odd = "proxy;7 f00d_000000000000000000000:9";
    assert_ne!(with(odd).await.header("x-request-id"), Some(odd));
}

#[tokio::test]
async fn mcp_is_mounted_with_its_methods() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    for method in [Method::GET, Method::POST, Method::DELETE] {
        for path in ["/mcp", "/mcp/", "/mcp?x=y"] {
            assert_eq!(
                send(&router, request(method.clone(), path, &[], "body")).await.body,
                "body",
                "{method} {path}"
            );
        }
    }
}
