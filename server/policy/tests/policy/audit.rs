//! The audit record and the counters.

use crate::requests::{self, context};
use crate::support::{gate, load};
use mcp_v8_policy::Gate;
use mcp_v8_sandbox::Capability;
use mcp_v8_settings::Policies;
use serde_json::Value as Json;
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    /// Runs with this log on this thread; the test runtime has no other.
    fn watch(&self) -> tracing::subscriber::DefaultGuard {
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_writer(self.clone())
            .with_max_level(tracing::Level::INFO);
        tracing::subscriber::set_default(subscriber.finish())
    }

    fn records(&self) -> Vec<Json> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let records = text.lines().map(|line| serde_json::from_str(line).unwrap());
        records.filter(|record: &Json| record["target"] == "mcp_v8::audit").collect()
    }
}

#[tokio::test]
async fn every_decision_leaves_exactly_one_record_with_who_what_and_why() {
    let log = Log::default();
    let _guard = log.watch();
    let (_folder, gate) = gate(
        "default allow := false\n\nallow if input.path == \"/yes\"\n\nreasons contains \"not yes\"",
    );
    let mut request = requests::run_js_file();
    let denied = gate.check(&context(), request.clone()).await.unwrap_err();
    request.path = "/yes".to_owned();
    gate.check(&context(), request).await.unwrap();
    let records = log.records();
    assert_eq!(records.len(), 2, "{records:?}");
    let fields = &records[0]["fields"];
    assert_eq!(records[0]["level"], "INFO");
    assert_eq!(fields["outcome"], "denied");
    assert_eq!(fields["capability"], "run_js_file");
    assert_eq!(fields["rule"], "policies.run_js_file.rules[0]");
    assert_eq!(fields["policy_version"], gate.set().version());
    assert_eq!(fields["input_digest"], denied.input_digest.unwrap());
    assert_eq!(fields["tenant"], "acme");
    assert_eq!(fields["subject"], "ada");
    assert_eq!(fields["session"], "work");
    assert_eq!(fields["execution"], context().execution.to_string());
    assert_eq!(fields["message"], "denied: read /srv/scripts/a.js");
    assert!(fields["why"].as_str().unwrap().contains("not yes"));
    assert!(fields["latency_us"].as_u64().is_some_and(|us| us > 0));
    assert_eq!(records[1]["fields"]["outcome"], "allowed");
    assert_eq!(records[1]["fields"]["why"], "");
}

#[tokio::test]
async fn a_denial_without_policy_and_a_rule_that_fails_are_recorded_too() {
    let log = Log::default();
    let _guard = log.watch();
    let none = Gate::new(load(&Policies::default()));
    none.check(&context(), requests::fetch()).await.unwrap_err();
    let (_folder, failing) = gate("allow if to_number(input.path) == 1");
    failing.check(&context(), requests::run_js_file()).await.unwrap_err();
    let records = log.records();
    assert_eq!(records.len(), 2, "{records:?}");
    assert_eq!(records[0]["fields"]["outcome"], "denied");
    assert_eq!(records[0]["fields"]["message"], "denied: GET https://api.example.org:8443/v2");
    assert_eq!(records[1]["fields"]["outcome"], "failed");
}

#[tokio::test]
async fn no_header_value_query_or_argument_is_in_a_record() {
    let log = Log::default();
    let _guard = log.watch();
    let gate = Gate::new(load(&Policies::default()));
    gate.check(&context(), requests::fetch()).await.unwrap_err();
    gate.check(&context(), requests::subprocess()).await.unwrap_err();
    gate.check(&context(), requests::mcp_tool()).await.unwrap_err();
    let records = format!("{:?}", log.records());
    assert!(records.contains("api.example.org"), "{records}");
    for secret in ["hunter2", "a=1", "--exec", "acme/site"] {
        assert!(!records.contains(secret), "{secret}: {records}");
    }
}

#[tokio::test]
async fn decisions_are_counted_by_capability_and_outcome() {
    let (_folder, gate) =
        gate("allow if input.path == \"/yes\"\n\nallow if to_number(input.requested) == 1");
    let mut request = requests::run_js_file();
    gate.check(&context(), request.clone()).await.unwrap_err();
    request.requested = "2".to_owned();
    gate.check(&context(), request.clone()).await.unwrap_err();
    request.path = "/yes".to_owned();
    gate.check(&context(), request).await.unwrap();
    gate.check(&context(), requests::fetch()).await.unwrap_err();
    let metrics = gate.metrics();
    let row = &metrics.capabilities[&Capability::RunJsFile];
    assert_eq!((row.allowed, row.denied, row.failed), (1, 1, 1));
    assert_eq!(row.latency_us.last().unwrap().1, 3);
    assert_eq!(metrics.capabilities[&Capability::Fetch].denied, 1);
    let modules = &metrics.capabilities[&Capability::Modules];
    assert_eq!((modules.allowed, modules.denied, modules.failed), (0, 0, 0));
}
