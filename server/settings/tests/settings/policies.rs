//! `[policies.<capability>]`: what becomes of it, and what is refused.

use crate::support::Setup;
use mcp_v8_settings::{ChainMode, RuleSource};
use serde_json::json;
use std::time::Duration;

#[test]
fn without_a_section_there_is_no_capability() {
    assert_eq!(Setup::file("[policies]\n").settings().policies, Default::default());
}

#[test]
fn a_relative_policy_starts_at_the_folder_of_the_file_and_the_query_has_a_default() {
    let file = "[policies.fetch]\nrules = [{ path = \"p/fetch.rego\" }]\n[policies.mcp_tools]\nmode = \"any\"\nrules = [{ url = \"http://127.0.0.1:8181\", query = \"data.a.b\" }, { path = \"/etc/p\" }]\n";
    let setup = Setup::file(file);
    let policies = setup.settings().policies;
    let fetch = policies.fetch.unwrap();
    assert_eq!(fetch.mode, ChainMode::All);
    assert_eq!(fetch.timeout, Duration::from_millis(100));
    assert_eq!(fetch.max_input_bytes, 1 << 20);
    assert_eq!(fetch.rules[0].source, RuleSource::Path(setup.folder.path().join("p/fetch.rego")));
    assert_eq!(fetch.rules[0].query, "data.mcp.fetch.allow");
    assert!(fetch.rules[0].origin.ends_with("mcp-v8.toml:2:10"), "{}", fetch.rules[0].origin);
    let tools = policies.mcp_tools.unwrap();
    assert_eq!(tools.mode, ChainMode::Any);
    assert_eq!(tools.timeout, Duration::from_secs(1));
    assert_eq!(tools.rules[0].query, "data.a.b");
    assert_eq!(tools.rules[1].query, "data.mcp.tools.allow");
    assert_eq!((policies.websocket, policies.run_js_file), (None, None));
}

#[test]
fn an_empty_chain_a_rule_of_two_sources_and_a_query_that_is_no_path_are_refused_with_their_places()
{
    for (rules, problem) in [
        ("", "mcp-v8.toml:1:1: policies.fetch: there are no rules"),
        ("rules = []", "mcp-v8.toml:2:9: policies.fetch.rules: there are no rules"),
        ("rules = [{}]", "mcp-v8.toml:2:10: policies.fetch.rules[0]: a rule has either"),
        (
            "rules = [{ path = \"a\", url = \"http://a\" }]",
            "mcp-v8.toml:2:10: policies.fetch.rules[0]: a rule has either",
        ),
        (
            "rules = [{ path = \"a\", query = \"data.x[0].y\" }]",
            "mcp-v8.toml:2:32: policies.fetch.rules[0].query: is not the path of a rule",
        ),
        (
            "rules = [{ url = \"file:///a\" }]",
            "mcp-v8.toml:2:18: policies.fetch.rules[0].url: is not an http",
        ),
        ("rules = [{ path = \"\" }]", "mcp-v8.toml:2:19: policies.fetch.rules[0].path: must not"),
        ("rules = [{ path = \"~/a\" }]", "mcp-v8.toml:2:19: policies.fetch.rules[0].path: `~`"),
        (
            "rules = [{ pth = \"a\" }]",
            "mcp-v8.toml:2:12: policies.fetch.rules[0].pth: this key is unknown\n  hint: did you mean `policies.fetch.rules[0].path`?",
        ),
        ("rules = [3]", "mcp-v8.toml:2:10: policies.fetch.rules[0]: expected a table"),
    ] {
        let problem_found = Setup::file(format!("[policies.fetch]\n{rules}\n")).problem();
        assert!(problem_found.starts_with(problem), "{rules}: {problem_found}");
    }
}

#[test]
fn the_limits_of_a_decision_have_ranges() {
    for line in ["timeout_ms = 0", "timeout_ms = 60001", "max_input_bytes = 1023"] {
        let file = format!("[policies.modules]\nrules = [{{ path = \"a\" }}]\n{line}\n");
        let problem = Setup::file(file).problem();
        assert!(problem.contains("must be from"), "{problem}");
    }
}

#[test]
fn a_typo_in_the_name_of_a_capability_is_not_a_capability_without_policy() {
    let problem = Setup::file("[policies.module]\nrules = [{ path = \"a\" }]\n").problem();
    assert!(problem.ends_with("did you mean `policies.modules`?"), "{problem}");
}

#[test]
fn rules_can_come_from_a_variable_and_from_a_flag() {
    let variable = Setup::without_file()
        .env("MCP_V8__POLICIES__FETCH__RULES", "[{\"path\": \"/p/a.rego\"}]")
        .settings();
    assert_eq!(
        variable.policies.fetch.unwrap().rules[0].source,
        RuleSource::Path("/p/a.rego".into())
    );
    let flag = Setup::without_file()
        .flag("policies.fetch.rules", json!([{ "url": "https://opa.example" }]))
        .settings();
    let rule = &flag.policies.fetch.unwrap().rules[0];
    assert_eq!(rule.source, RuleSource::Url("https://opa.example".to_owned()));
    assert_eq!(rule.origin, "command line");
}
