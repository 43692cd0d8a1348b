//! Routes: all of them are closed without a token, however they are spelt, but those of health and metadata.

use super::{serve, with_one_key};
use crate::harness::http;
use crate::harness::issuer::{Issuer, RESOURCE, SigningKey, change};
use crate::harness::server::Server;
use serde_json::{Value, json};

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

const OPEN: &[&str] = &["/healthz", "/readyz", "/.well-known/oauth-protected-resource"];

fn send(server: &Server, method: &str, path: &str) -> u16 {
    let headers =
        [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];
    http::send(&server.address, method, path, &headers, b"{\"code\":\"1\"}").status
}

#[test]
fn every_route_is_closed_without_a_token_but_health_and_metadata() {
    let (issuer, key, server) = with_one_key(&[]);
    let token = key.token(&issuer.claims("ada"));
    let document = server.as_owner_of(&token).get("/api-doc/openapi.json").json();
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 10, "{}", paths.len());
    let known = paths.keys().map(|path| path.replace(['{', '}'], ""));
    let more =
        ["/", "/mcp", "/mcp/", "/api-doc/openapi.json", "/nope", "/metrics", "/sse", "/message"];
    for path in known.chain(more.map(str::to_owned)).filter(|path| !OPEN.contains(&path.as_str())) {
        for method in METHODS {
            assert_eq!(send(&server, method, &path), 401, "{method} {path}");
        }
        let answer = server.as_owner_of(&token).get(&path);
        assert_ne!(answer.status, 401, "{path}");
    }
    for path in OPEN {
        assert_eq!(send(&server, "GET", path), 200, "{path}");
    }
    assert_eq!(server.get("/readyz").json(), json!({ "status": "ready" }), "and no numbers");
}

#[test]
fn another_spelling_of_a_route_opens_nothing() {
    let (_issuer, _key, server) = with_one_key(&[]);
    for path in [
        "/api//exec",
        "//api/exec",
        "/API/EXEC",
        "/api/exec/",
        "/api/exec.",
        "/api%2fexec",
        "/%61pi/exec",
        "/healthz/../api/exec",
        "/healthz/..%2fapi/exec",
        "/healthz;/api/exec",
        "/healthz%00/api/exec",
        "/mcp/../api/exec",
        "/.well-known/../api/exec",
        "/api/exec?/healthz",
        "/api/exec#/healthz",
    ] {
        for method in ["GET", "POST"] {
            let status = send(&server, method, path);
            assert!([400, 401].contains(&status), "{method} {path}: {status}");
        }
    }
    // Absolute form, as to a proxy.
    let absolute = format!("http://{}/api/version", server.address);
    assert_eq!(send(&server, "GET", &absolute), 401);
    // A path below the metadata is metadata, and never another route.
    assert_eq!(send(&server, "POST", "/.well-known/oauth-protected-resource/api/exec"), 405);
}

#[test]
fn whoever_has_no_token_is_told_where_to_get_one() {
    let key = SigningKey::ec("one");
    let issuer = Issuer::start(&[&key]);
    let server = serve(&issuer, &["auth.required_scopes=[\"run\"]"]);
    let answer = server.post("/mcp", &json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }));
    assert_eq!(answer.status, 401);
    let url = "http://127.0.0.1/.well-known/oauth-protected-resource/mcp";
    let expected = format!("bearer scope=\"run\", resource_metadata=\"{url}\"");
    assert_eq!(answer.header("www-authenticate"), Some(expected.as_str()));
    for path in
        ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"]
    {
        let metadata = server.get(path).json();
        assert_eq!(metadata["resource"], RESOURCE);
        assert_eq!(metadata["authorization_servers"], json!([issuer.url()]));
        assert_eq!(metadata["scopes_supported"], json!(["run"]));
        assert_eq!(metadata["bearer_methods_supported"], json!(["header"]));
    }
    let with_scope = |scope: Value| {
        let mut claims = issuer.claims("ada");
        change(&mut claims, &json!({ "scope": scope }));
        server.as_owner_of(&key.token(&claims)).get("/api/version")
    };
    let poor = with_scope(json!("read"));
    assert_eq!((poor.status, poor.json()["code"].as_str()), (403, Some("denied.auth")));
    let challenge = poor.header("www-authenticate").unwrap_or_default().to_owned();
    assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
    assert!(challenge.contains("scope=\"run\""), "{challenge}");
    assert_eq!(with_scope(json!("read run")).status, 200);
}
