//! What is refused at the start, with its place, all at once.

use crate::support::{Folder, QUERY, chain, file, load, only, policy, refused, server};
use mcp_v8_policy::{PolicyProblem, PolicySet};
use mcp_v8_settings::{ChainMode, Policies};

/// The problems of one policy, without the folder's name.
fn problems(folder: &Folder) -> Vec<String> {
    let errors = refused(&only(file(folder.root(), QUERY)));
    let prefix = format!("{}/", folder.root().display());
    errors.iter().map(|error| error.to_string().replace(&prefix, "")).collect()
}

fn problem(name: &str, text: impl AsRef<[u8]>) -> String {
    let mut problems = problems(&Folder::new().with(name, text));
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

#[test]
fn a_syntax_error_is_named_with_file_line_and_column() {
    let problem = problem("policy.rego", policy("allow if {\n  1 +\n}"));
    assert!(problem.starts_with("policy.rego:5:1: policies.run_js_file.rules[0]: "), "{problem}");
}

#[test]
fn a_variable_that_is_never_bound_is_refused() {
    let problem = problem("policy.rego", policy("allow if input.path == unbound"));
    assert!(problem.starts_with("policy.rego:3:"), "{problem}");
    assert!(problem.contains("unbound"), "{problem}");
}

#[test]
fn a_missing_file_and_an_empty_directory_are_named_at_the_rule() {
    let folder = Folder::new();
    let errors = refused(&only(file(folder.path("absent"), QUERY)));
    assert!(matches!(errors[0].problem, PolicyProblem::Unreadable { .. }), "{errors:?}");
    assert!(errors[0].to_string().starts_with("mcp-v8.toml:1:1: policies.run_js_file.rules[0]: "));
    let errors = refused(&only(file(folder.root(), QUERY)));
    assert!(matches!(errors[0].problem, PolicyProblem::NoPolicyFiles(_)), "{errors:?}");
}

#[test]
fn an_entry_point_that_no_rule_defines_is_refused_and_the_rules_there_are_listed() {
    let problem = problem("policy.rego", policy("permit := true"));
    assert!(problem.contains("no rule defines data.mcp.run_js_file.allow"), "{problem}");
    assert!(problem.contains("data.mcp.run_js_file.permit"), "{problem}");
    // A function is no entry point.
    let problem = self::problem("policy.rego", policy("allow(x) := true if x"));
    assert!(problem.contains("no rule defines"), "{problem}");
}

#[test]
fn a_function_that_does_not_exist_is_refused_even_where_no_input_reaches_it() {
    let body = "allow if {\n  input.path == \"never\"\n  crypto.magic(input.path)\n}";
    let problem = problem("policy.rego", policy(body));
    assert!(problem.starts_with("policy.rego:5:3: "), "{problem}");
    assert!(problem.ends_with("there is no function crypto.magic"), "{problem}");
    // In a comprehension, in a head, under not, in an else, in every.
    for body in [
        "allow if count([1 | magic(1)]) == 0",
        "allow := magic(1) if input.path",
        "allow if not magic(1)",
        "allow if { input.a } else := magic(1) if { input.b }",
        "allow if { every x in [1] { magic(x) } }",
        "allow if input.x[magic(1)]",
        "allow contains magic(1)",
        "allow if { x := {\"a\": magic(1)}; x.a }",
    ] {
        let problem = self::problem("policy.rego", policy(body));
        assert!(problem.ends_with("there is no function magic"), "{body}: {problem}");
    }
}

#[test]
fn functions_of_the_policy_itself_and_of_its_other_packages_exist() {
    let folder = Folder::new()
        .with("lib.rego", "package lib.paths\n\ngood(p) if startswith(p, \"/srv\")\n")
        .with(
            "policy.rego",
            "package mcp.run_js_file\n\nimport data.lib.paths\nimport data.lib.paths as other\n\nallow if {\n  paths.good(input.path)\n  other.good(input.path)\n  data.lib.paths.good(input.path)\n  own(input.path)\n}\n\nown(p) if p\n",
        );
    load(&only(file(folder.root(), QUERY)));
}

#[test]
fn functions_that_reach_out_or_depend_on_chance_are_refused() {
    for call in [
        "http.send({\"method\": \"get\", \"url\": \"http://127.0.0.1\"})",
        "opa.runtime().env",
        "rand.intn(\"a\", 3) == 1",
        "trace(\"a\")",
        "print(\"a\")",
    ] {
        let problem = problem("policy.rego", policy(&format!("allow if {{ {call} }}")));
        assert!(problem.contains("is refused in a policy"), "{call}: {problem}");
    }
}

#[test]
fn two_defaults_and_a_rule_that_conflicts_with_itself_are_refused() {
    let twice = policy("default allow := false\n\ndefault allow := true");
    let problem = problem("policy.rego", twice);
    assert!(problem.starts_with("policy.rego:"), "{problem}");
    let conflict = policy("allow := true\n\nallow := false");
    let problem = self::problem("policy.rego", conflict);
    assert!(problem.contains("on an empty input fails"), "{problem}");
}

#[test]
fn recursion_is_refused() {
    let problem = problem("policy.rego", policy("allow if not deny\n\ndeny if not allow"));
    assert!(problem.contains("recurs") || problem.contains("cycl"), "{problem}");
}

#[test]
fn files_that_are_too_large_too_wide_or_not_text_are_refused_and_nothing_panics() {
    let long = policy(&format!("allow := true\n{}", "# comment\n".repeat(110_000)));
    assert!(problem("policy.rego", long).contains("larger than 1048576 bytes"));
    let wide = policy(&format!("allow := \"{}\"", "x".repeat(1025)));
    assert!(problem("policy.rego", wide).starts_with("policy.rego:"));
    let deep = format!("package {}\n\nallow := true\n", vec!["a"; 40].join("."));
    assert!(problem("policy.rego", deep).starts_with("policy.rego:"));
    let nested = policy(&format!("allow := {}1{}", "[".repeat(200), "]".repeat(200)));
    assert!(problem("policy.rego", nested).ends_with("brackets are nested deeper than 16"));
    let at_limit = policy(&format!("allow := {}1{} == 1", "[".repeat(16), "]".repeat(16)));
    load(&only(file(Folder::new().with("policy.rego", at_limit).root(), QUERY)));
    assert_eq!(
        problem("policy.rego", b"package a\xff"),
        "policy.rego:1:1: policies.run_js_file.rules[0]: the file is not UTF-8"
    );
}

#[test]
fn data_that_is_no_object_is_refused_with_its_place() {
    let folder = |data: &str| {
        Folder::new().with("policy.rego", policy("allow := true")).with("data.json", data)
    };
    let syntax = problems(&folder("{\n  \"a\": }"));
    assert!(syntax[0].starts_with("data.json:2:8: "), "{syntax:?}");
    let list = problems(&folder("[]"));
    assert!(list[0].ends_with("not a data document: it is not an object"), "{list:?}");
    let twice = folder("{\"a\": 1}").with("more.json", "{\"a\": 2}");
    assert_eq!(problems(&twice).len(), 1);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let folder = Folder::new()
        .with("a/one.rego", "package a\n\nallow if {")
        .with("a/two.rego", "package a\n\nallow if }")
        .with("b.rego", policy("allow := magic(1)"));
    let policies = Policies {
        fetch: Some(chain(ChainMode::Any, vec![file(folder.path("a"), "data.a.allow")])),
        modules: Some(chain(ChainMode::All, Vec::new())),
        mcp_tools: Some(chain(ChainMode::All, vec![server("http://a:b@c/", "data.a.allow")])),
        run_js_file: Some(chain(
            ChainMode::All,
            vec![file(folder.path("b.rego"), QUERY), file(folder.path("absent"), QUERY)],
        )),
        ..Policies::default()
    };
    let errors = refused(&policies);
    let keys: Vec<&str> = errors.iter().map(|error| error.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "policies.fetch.rules[0]",
            "policies.fetch.rules[0]",
            "policies.modules.rules",
            "policies.mcp_tools.rules[0]",
            "policies.run_js_file.rules[0]",
            "policies.run_js_file.rules[1]",
        ]
    );
    assert!(errors.iter().any(|error| error.problem == PolicyProblem::EmptyChain));
}

#[test]
fn a_version_is_the_same_for_the_same_policies_and_another_for_any_change() {
    let version = |body: &str, query: &str, mode: ChainMode| {
        let folder =
            Folder::new().with("policy.rego", policy(body)).with("data.json", "{\"a\": 1}");
        let run_js_file = Some(chain(mode, vec![file(folder.root(), query)]));
        load(&Policies { run_js_file, ..Policies::default() }).version().to_owned()
    };
    let body = "allow := true\n\nother := true";
    let first = version(body, QUERY, ChainMode::All);
    assert_eq!(first.len(), 32);
    assert_eq!(first, version(body, QUERY, ChainMode::All));
    assert_ne!(first, version(body, QUERY, ChainMode::Any));
    assert_ne!(first, version(body, "data.mcp.run_js_file.other", ChainMode::All));
    assert_ne!(first, version("allow := true\n\nother := false", QUERY, ChainMode::All));
}

#[test]
fn no_policies_at_all_are_a_set_that_allows_nothing() {
    let set = PolicySet::load(&Policies::default()).unwrap();
    assert_eq!(set.capabilities().count(), 0);
}

#[test]
fn a_range_between_numbers_of_the_input_or_far_apart_is_refused() {
    for (range, good) in [
        ("numbers.range(1, 1000000)", true),
        ("numbers.range(1, 2000000)", false),
        ("numbers.range(1, input.n)", false),
        ("numbers.range_step(0, input.n, 2)", false),
    ] {
        let body = format!("allow if count({range}) > 1");
        let folder = Folder::new().with("policy.rego", policy(&body));
        let policies = only(file(folder.root(), QUERY));
        if good {
            load(&policies);
            continue;
        }
        let errors = refused(&policies);
        assert!(errors[0].to_string().contains("less than 1000000 apart"), "{range}: {errors:?}");
    }
}
