//! `mcp-v8 policy` and `mcp-v8 check` with policies, as an operator types them.

use crate::harness::server::binary;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(binary()).args(arguments).env("HOME", "/nonexistent").output().expect("it runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

/// A configuration with one shipped policy for fetch, in a folder.
fn configured(rules: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("mcp-v8.toml");
    let text = format!("[storage]\nkind = \"none\"\n[policies.fetch]\nrules = {rules}\n");
    std::fs::write(&file, text).expect("it can be written");
    let file = file.display().to_string();
    (folder, file)
}

/// The documented input of fetch, with some fields changed.
fn input(folder: &Path, changes: Value) -> String {
    let text = std::fs::read_to_string(shipped().join("inputs/fetch.json")).expect("it is there");
    let mut input: Value = serde_json::from_str(&text).expect("it is JSON");
    for (name, value) in changes.as_object().expect("an object") {
        input[name] = value.clone();
    }
    let file = folder.join("input.json");
    std::fs::write(&file, input.to_string()).expect("it can be written");
    file.display().to_string()
}

#[test]
fn the_shipped_policies_pass_their_tests_and_a_failing_test_fails() {
    let shipped = shipped().display().to_string();
    let passed = run(&["policy", "test", &shipped]);
    assert_eq!(passed.status.code(), Some(0), "{}", out(&passed));
    assert!(out(&passed).starts_with("PASS: "), "{}", out(&passed));
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("a_test.rego");
    std::fs::write(&file, "package a_test\n\ntest_no := false\n").expect("it can be written");
    let path = folder.path().display().to_string();
    let failed = run(&["policy", "test", &path]);
    assert_eq!(failed.status.code(), Some(2), "{}", out(&failed));
    assert!(out(&failed).contains("data.a_test.test_no: FAIL"), "{}", out(&failed));
    std::fs::write(&file, "package a_test\n\ntest_no if {\n").expect("it can be written");
    let broken = run(&["policy", "test", &path]);
    assert_eq!(broken.status.code(), Some(78), "{}", out(&broken));
    assert!(out(&broken).contains("a_test.rego:4:1: "), "{}", out(&broken));
}

#[test]
fn eval_answers_with_every_rule_and_explain_with_the_condition_that_fails() {
    let rule = format!("[{{ path = {:?} }}]", shipped().join("fetch/hosts"));
    let (folder, config) = configured(&rule);
    let parsed = json!({ "scheme": "https", "host": "api.weather.gov", "port": null, "effective_port": 443, "path": "/", "query": "" });
    let good = input(folder.path(), json!({ "url_parsed": parsed }));
    let ask = |verb: &str, input: &str| {
        run(&["policy", verb, "--config", &config, "--capability", "fetch", "--input", input])
    };
    let allowed = ask("eval", &good);
    assert_eq!(allowed.status.code(), Some(0), "{allowed:?}");
    let answer: Value = serde_json::from_str(&out(&allowed)).expect("it is JSON");
    assert_eq!(answer["allowed"], true);
    assert_eq!(answer["rules"][0]["query"], "data.mcp.fetch.allow");
    let bad = input(folder.path(), json!({ "method": "POST", "url_parsed": parsed }));
    let denied = ask("eval", &bad);
    assert_eq!(denied.status.code(), Some(1), "{denied:?}");
    assert!(out(&denied).contains("method POST is not allowed"), "{}", out(&denied));
    let explained = ask("explain", &bad);
    assert_eq!(explained.status.code(), Some(1), "{explained:?}");
    for line in [
        "fetch: denied by policy version ",
        "holds        secure",
        "fails        reading",
        "not reached  listed",
    ] {
        assert!(out(&explained).contains(line), "{line}: {}", out(&explained));
    }
}

#[test]
fn a_capability_without_a_policy_and_an_input_that_is_no_object_are_said_to_be_so() {
    let rule = format!("[{{ path = {:?} }}]", shipped().join("fetch/strict"));
    let (folder, config) = configured(&rule);
    let input = input(folder.path(), json!({}));
    let ask = |capability: &str, input: &str| {
        let output = run(&[
            "policy",
            "eval",
            "--config",
            &config,
            "--capability",
            capability,
            "--input",
            input,
        ]);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, text) = ask("modules", &input);
    assert_eq!(code, Some(1));
    assert!(text.contains("no [policies.modules]"), "{text}");
    let list = folder.path().join("list.json");
    std::fs::write(&list, "[]").expect("it can be written");
    let (code, text) = ask("fetch", &list.display().to_string());
    assert_eq!(code, Some(1));
    assert!(text.contains("cannot be written as policy input"), "{text}");
    assert_eq!(ask("http2", &input).0, Some(2));
}

#[test]
fn check_refuses_a_policy_that_cannot_decide_and_names_its_place() {
    let (folder, config) = configured("[{ path = \"fetch.rego\" }]");
    let refused = |text: Option<&str>| {
        if let Some(text) = text {
            std::fs::write(folder.path().join("fetch.rego"), text).expect("it can be written");
        }
        let output = run(&["check", "--config", &config]);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, text) = refused(None);
    assert_eq!(code, Some(78), "{text}");
    assert!(text.contains("mcp-v8.toml:4:10: policies.fetch.rules[0]: "), "{text}");
    let (code, text) = refused(Some("package mcp.fetch\n\nallow if magic(1)\n"));
    assert_eq!(code, Some(78), "{text}");
    assert!(text.contains("fetch.rego:3:10: ") && text.contains("no function magic"), "{text}");
    let (code, text) = refused(Some("package mcp.fetch\n\ndefault allow := false\n"));
    assert_eq!(code, Some(0), "{text}");
}
