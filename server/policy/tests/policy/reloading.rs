//! Another policy set while decisions are made.

use crate::requests::{self, context};
use crate::support::{Folder, QUERY, file, load, only, policy};
use mcp_v8_policy::Gate;
use std::sync::Arc;

#[tokio::test]
async fn a_reload_changes_the_next_decision_and_the_version() {
    let folder = Folder::new().with("policy.rego", policy("default allow := false"));
    let policies = only(file(folder.root(), QUERY));
    let gate = Gate::new(load(&policies));
    let before = gate.set().version().to_owned();
    assert!(gate.check(&context(), requests::run_js_file()).await.is_err());
    let folder = folder.with("policy.rego", policy("allow := true"));
    gate.reload(&policies).unwrap();
    gate.check(&context(), requests::run_js_file()).await.unwrap();
    assert_ne!(gate.set().version(), before);
    assert_eq!(gate.metrics().reloads, 1);
    drop(folder);
}

#[tokio::test]
async fn a_reload_that_is_refused_keeps_the_last_good_set_and_says_so() {
    let folder = Folder::new().with("policy.rego", policy("allow := true"));
    let policies = only(file(folder.root(), QUERY));
    let gate = Gate::new(load(&policies));
    let version = gate.set().version().to_owned();
    for broken in ["allow if {", "permit := true", "allow := magic(1)"] {
        let broken = policy(broken);
        std::fs::write(folder.path("policy.rego"), broken).unwrap();
        let error = gate.reload(&policies).unwrap_err();
        assert_eq!(error.kept, version);
        assert!(error.to_string().contains("stays in force"), "{error}");
        assert!(error.to_string().contains("policies.run_js_file.rules[0]"), "{error}");
        gate.check(&context(), requests::run_js_file()).await.unwrap();
    }
    let metrics = gate.metrics();
    assert_eq!((metrics.reloads, metrics.failed_reloads), (0, 3));
    assert_eq!(metrics.version, version);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_a_thousand_decisions_is_made_by_exactly_one_version() {
    let version = |n: u32| {
        policy(&format!(
            "default allow := false\n\nreasons contains \"a{n}\"\n\nreasons contains \"b{n}\""
        ))
    };
    let folder = Folder::new().with("policy.rego", version(0));
    let policies = only(file(folder.root(), QUERY));
    let gate = Arc::new(Gate::new(load(&policies)));
    let decisions = {
        let gate = gate.clone();
        tokio::spawn(async move {
            let mut seen = std::collections::BTreeMap::new();
            for _ in 0..1000 {
                let denied = gate.check(&context(), requests::run_js_file()).await.unwrap_err();
                let text = denied.because.to_string();
                let reasons = text.split_once("): ").unwrap().1.to_owned();
                // Both reasons are of one version, and the version named is the one they are of.
                let (a, b) = reasons.split_once("; ").unwrap();
                assert_eq!(a.strip_prefix('a'), b.strip_prefix('b'));
                assert_eq!(seen.entry(denied.version).or_insert_with(|| reasons.clone()), &reasons);
            }
            seen.len()
        })
    };
    let mut n = 0;
    while !decisions.is_finished() {
        n += 1;
        std::fs::write(folder.path("policy.rego"), version(n)).unwrap();
        gate.reload(&policies).unwrap();
        tokio::task::yield_now().await;
    }
    assert!(decisions.await.unwrap() > 1);
}
