//! `/metrics` of a server that works: what it counts, who reads it, and that its size does not grow with use.

use crate::harness::http;
use crate::harness::server::{SMALL, Server};
use crate::harness::state::Place;
use data_encoding::HEXLOWER;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const ADA: &str = "ada-0123456789abcdef0123456789ab";

/// Samples by name and labels.
fn scrape(address: &str) -> BTreeMap<String, f64> {
    let answer = http::send(address, "GET", "/metrics", &[], b"");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.ends_with("# EOF\n"), "{}", answer.body);
    let sample = |line: &str| {
        let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no sample: {line}"));
        (name.to_owned(), value.parse().unwrap_or_else(|_| panic!("no number: {line}")))
    };
    answer.body.lines().filter(|line| !line.starts_with('#')).map(sample).collect()
}

#[test]
fn what_happens_is_counted_under_its_code_and_the_number_of_samples_stays() {
    let place = Place::new();
    let server = place.start(SMALL);
    let before = scrape(&server.address);
    server.run("1 + 1");
    server.run("throw new Error('x')");
    server.run_in("kept", "globalThis.kept = 1");
    let spin = server
        .exec(&json!({ "code": "for (;;) {}", "execution_timeout_secs": 1, "persist": false }));
    assert_eq!(spin["error"]["code"], "limit.timeout", "{spin}");
    assert_eq!(server.post("/api/exec", &json!({ "code": "" })).status, 400);
    let after = scrape(&server.address);
    let grew = |name: &str| after[name] - before[name];
    assert_eq!(grew("mcp_v8_runs_ended_total{code=\"completed\"}"), 2.0);
    assert_eq!(grew("mcp_v8_runs_ended_total{code=\"error.script\"}"), 1.0);
    assert_eq!(grew("mcp_v8_runs_ended_total{code=\"limit.timeout\"}"), 1.0);
    assert_eq!(grew("mcp_v8_runs_refused_total{code=\"error.request\"}"), 1.0);
    assert_eq!(grew("mcp_v8_run_wait_seconds_count"), 4.0);
    assert_eq!(after["mcp_v8_run_duration_seconds_bucket{le=\"+Inf\"}"], 4.0);
    assert!(grew("mcp_v8_run_duration_seconds_sum") >= 1.0);
    assert!(grew("mcp_v8_storage_operations_total{operation=\"write\",outcome=\"done\"}") >= 8.0);
    assert_eq!(
        after["mcp_v8_storage_operations_total{operation=\"write\",outcome=\"failed\"}"],
        0.0
    );
    assert!(grew("mcp_v8_checkpoint_put_bytes_total") > 0.0, "{after:#?}");
    assert!(after["mcp_v8_workers"] >= 1.0 && after["mcp_v8_storage_writable"] == 1.0);
    assert_eq!(before.len(), after.len(), "no label comes from a caller");
}

#[test]
fn decisions_are_counted_by_capability_and_outcome() {
    let rules = tempfile::tempdir().expect("a directory");
    let path = rules.path().join("fetch.rego");
    let rego = "package mcp.fetch\n\ndefault allow := false\n";
    std::fs::write(&path, rego).expect("it can be written");
    let policy = format!("policies.fetch.rules={}", json!([{ "path": path }]));
    let server = Server::start(&[policy.as_str()]);
    let refused = server.run("await fetch('http://93.184.216.34/')");
    assert_eq!(refused["status"], "failed", "{refused}");
    let seen = scrape(&server.address);
    let count = |outcome: &str| {
        seen[&format!(
            "mcp_v8_policy_decisions_total{{capability=\"fetch\",outcome=\"{outcome}\"}}"
        )]
    };
    assert_eq!((count("allowed"), count("denied"), count("failed")), (0.0, 1.0, 0.0));
    let latency = "mcp_v8_policy_decision_seconds_bucket{le=\"+Inf\",capability=\"fetch\"}";
    assert_eq!(seen[latency], 1.0);
}

#[test]
fn with_authentication_only_a_listener_of_their_own_shows_the_counters() {
    let digest = HEXLOWER.encode(&Sha256::digest(ADA));
    let tokens = format!("auth.tokens={}", json!([{ "name": "ada", "sha256": digest }]));
    let server = Server::start(&[tokens.as_str(), "metrics.listen=[\"127.0.0.1:0\"]"]);
    assert_eq!(server.get("/metrics").status, 401);
    let ada = server.as_owner_of(ADA);
    assert_eq!((ada.get("/metrics").status, ada.get("/nope").status), (404, 404));
    let said = crate::harness::eventually("it says where", || {
        let said = server.stderr();
        let (_, rest) = said.split_once("mcp-v8: metrics on http://")?;
        Some(rest.split_once('/')?.0.to_owned())
    });
    ada.run("1");
    assert_eq!(scrape(&said)["mcp_v8_runs_ended_total{code=\"completed\"}"], 1.0);
    assert_eq!(http::send(&said, "GET", "/api/version", &[], b"").status, 404);
    let rebound = http::send(&said, "GET", "/metrics", &[("Host", "evil.example")], b"");
    assert_eq!(rebound.status, 403);
}

#[test]
fn log_lines_of_a_request_carry_its_id_and_the_trace_of_its_caller() {
    let digest = HEXLOWER.encode(&Sha256::digest(ADA));
    let tokens = format!("auth.tokens={}", json!([{ "name": "ada", "sha256": digest }]));
    let server = Server::start(&[tokens.as_str(), "log.level=debug", "log.format=json"]);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let headers = [("X-Request-Id", "proxy-7"), ("Traceparent", parent.as_str())];
    let answer = http::send(&server.address, "GET", "/api/version", &headers, b"");
    assert_eq!((answer.status, answer.header("x-request-id")), (401, Some("proxy-7")));
    let line = crate::harness::eventually("it is logged", || {
        let log = server.stderr();
        log.lines().find(|line| line.contains("a request has no principal")).map(str::to_owned)
    });
    let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(line["span"]["id"], "proxy-7", "{line}");
    assert_eq!(
        (&line["span"]["trace_id"], &line["span"]["parent_id"]),
        (&json!(trace), &json!("00f067aa0ba902b7"))
    );
}
