//! Decisions: only `true` allows, every failure denies, a chain adds up.

use crate::requests::{self, context};
use crate::support::{Folder, chain, everything, file, gate, load, policy};
use mcp_v8_policy::{Denied, DeniedBecause, Gate, Request};
use mcp_v8_sandbox::{Capability, Code};
use mcp_v8_settings::{ChainMode, Policies};

async fn every_capability(gate: &Gate) -> Vec<(Capability, Result<(), Denied>)> {
    async fn ask<T: Request>(gate: &Gate, request: T) -> (Capability, Result<(), Denied>) {
        (T::CAPABILITY, gate.check(&context(), request).await.map(drop))
    }
    vec![
        ask(gate, requests::fetch()).await,
        ask(gate, requests::websocket()).await,
        ask(gate, requests::filesystem()).await,
        ask(gate, requests::subprocess()).await,
        ask(gate, requests::module()).await,
        ask(gate, requests::mcp_tool()).await,
        ask(gate, requests::run_js_file()).await,
    ]
}

#[tokio::test]
async fn without_a_policy_every_capability_is_denied_and_the_key_that_allows_it_is_named() {
    let gate = Gate::new(load(&Policies::default()));
    for (capability, answer) in every_capability(&gate).await {
        let denied = answer.unwrap_err();
        assert_eq!(denied.code(), Code::DeniedPolicy);
        assert!(matches!(denied.because, DeniedBecause::NoPolicy));
        let section = format!("[policies.{capability}]");
        assert!(denied.to_string().contains(&section), "{denied}");
    }
    assert_eq!(gate.set().capabilities().count(), 0);
}

#[tokio::test]
async fn default_false_denies_and_true_allows_every_capability() {
    let folder = Folder::new()
        .with("no/policy.rego", "package p\n\ndefault allow := false\n")
        .with("yes/policy.rego", "package p\n\nallow := true\n");
    let no = Gate::new(load(&everything(&file(folder.path("no"), "data.p.allow"))));
    let yes = Gate::new(load(&everything(&file(folder.path("yes"), "data.p.allow"))));
    assert_eq!(yes.set().capabilities().count(), 7);
    for (capability, answer) in every_capability(&no).await {
        assert!(answer.is_err(), "{capability}");
    }
    for (capability, answer) in every_capability(&yes).await {
        assert!(answer.is_ok(), "{capability}: {answer:?}");
    }
}

#[tokio::test]
async fn only_the_literal_true_allows() {
    for (value, reason) in [
        ("allow := false", "its value is false"),
        ("allow if input.nothing", "it has no value for this input"),
        ("allow := \"true\"", "its value is a string, and only true allows"),
        ("allow := 1", "its value is a number"),
        ("allow := null", "its value is null"),
        ("allow := {\"result\": true}", "its value is an object"),
        ("allow contains true", "its value is a set"),
        ("allow := [true]", "its value is an array"),
        ("allow if to_number(input.path) == 1", "it failed"),
        (
            "allow := x if { x := true }\nallow := x if { x := input.operation == \"no\" }",
            "it failed",
        ),
    ] {
        let (_folder, gate) = gate(value);
        let denied = gate.check(&context(), requests::run_js_file()).await.unwrap_err();
        assert!(denied.to_string().contains(reason), "{value}: {denied}");
    }
    let (_folder, gate) = gate("allow if input.path == \"/srv/scripts/a.js\"");
    gate.check(&context(), requests::run_js_file()).await.unwrap();
}

#[tokio::test]
async fn a_builtin_that_fails_denies_also_under_not() {
    let (_folder, gate) = gate("allow if not net.cidr_contains(\"10.0.0.0/8\", input.path)");
    let denied = gate.check(&context(), requests::run_js_file()).await.unwrap_err();
    assert!(denied.to_string().contains("it failed"), "{denied}");
}

#[tokio::test]
async fn a_denial_names_rule_reasons_input_version_and_what_an_operator_does() {
    let body = "default allow := false\n\nreasons contains sprintf(\"%s is\\nnot allowed\", [input.path])\n\nreasons contains 3\n";
    let (_folder, gate) = gate(body);
    let denied = gate.check(&context(), requests::run_js_file()).await.unwrap_err();
    let digest = denied.input_digest.clone().unwrap();
    assert_eq!(digest.len(), 32);
    assert_eq!(
        denied.to_string(),
        format!(
            "run_js_file: read /srv/scripts/a.js: denied: policies.run_js_file.rules[0] (data.mcp.run_js_file.allow): /srv/scripts/a.js is not allowed. Input {digest}, policy version {}. An operator allows it in the rules of [policies.run_js_file]; `mcp-v8 policy explain` shows each condition",
            gate.set().version()
        )
    );
}

#[tokio::test]
async fn reasons_are_bounded_and_never_allow() {
    let body = "default allow := false\n\nreasons contains sprintf(\"%0500d\", [n]) if some n in numbers.range(1, 50)";
    let (_folder, gate) = gate(body);
    let denied = gate.check(&context(), requests::run_js_file()).await.unwrap_err();
    assert!((3000..5000).contains(&denied.to_string().len()), "{}", denied.to_string().len());
}

#[tokio::test]
async fn a_chain_of_all_needs_every_rule_and_a_chain_of_any_needs_one_and_no_failure() {
    let folder = Folder::new();
    let bodies = [
        ("allow", "allow := true"),
        ("deny", "default allow := false"),
        ("undefined", "allow if input.nothing"),
        ("fail", "allow if to_number(input.path) == 1"),
    ];
    let folder = bodies
        .iter()
        .fold(folder, |folder, (name, body)| folder.with(&format!("{name}.rego"), policy(body)));
    let query = "data.mcp.run_js_file.allow";
    for (first, _) in bodies {
        for (second, _) in bodies {
            for mode in [ChainMode::All, ChainMode::Any] {
                let rules =
                    [first, second].map(|name| file(folder.path(&format!("{name}.rego")), query));
                let run_js_file = Some(chain(mode, rules.into()));
                let gate = Gate::new(load(&Policies { run_js_file, ..Policies::default() }));
                let answer = gate.check(&context(), requests::run_js_file()).await;
                let fails = first == "fail" || second == "fail";
                let expected = match mode {
                    ChainMode::All => first == "allow" && second == "allow",
                    ChainMode::Any => !fails && (first == "allow" || second == "allow"),
                };
                assert_eq!(
                    answer.is_ok(),
                    expected,
                    "{mode:?} of {first} and {second}: {answer:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn tests_beside_a_policy_are_no_part_of_its_decision() {
    let folder = Folder::new()
        .with("policy.rego", policy("default allow := false"))
        .with("policy_test.rego", policy("allow := true"));
    let gate = Gate::new(load(&crate::support::only(file(folder.root(), crate::support::QUERY))));
    assert!(gate.check(&context(), requests::run_js_file()).await.is_err());
}

#[tokio::test]
async fn data_goes_under_the_names_of_its_directories() {
    let folder = Folder::new()
        .with("policy.rego", policy("allow if { data.a.b.paths[_] == input.path; data.top == 1 }"))
        .with("a/b/anything.json", "{\"paths\": [\"/srv/scripts/a.js\"]}")
        .with("top.yaml", "top: 1\n")
        .with(".hidden/data.json", "{\"top\": 2}")
        .with("note.txt", "{");
    let gate = Gate::new(load(&crate::support::only(file(folder.root(), crate::support::QUERY))));
    gate.check(&context(), requests::run_js_file()).await.unwrap();
}

#[tokio::test]
async fn the_time_is_read_anew_for_every_decision() {
    let (_folder, gate) =
        gate("default allow := false\n\nreasons contains sprintf(\"%d\", [time.now_ns()])");
    let first = gate.check(&context(), requests::run_js_file()).await.unwrap_err().to_string();
    let second = gate.check(&context(), requests::run_js_file()).await.unwrap_err().to_string();
    assert_ne!(first, second);
}
