//! `policy explain`: the condition that decided.

use crate::requests::{self, context};
use crate::server_stub::{Answer, PolicyServer};
use crate::support::{Folder, QUERY, chain, file, load, only, server};
use mcp_v8_policy::{Explanation, Input, Reached};
use mcp_v8_sandbox::Capability;
use mcp_v8_settings::{ChainMode, Policies};

const POLICY: &str = "package mcp.run_js_file

import data.limits

default allow := false

allow if {
\tinput.operation == \"read\"
\tlisted
\tsome suffix in limits.suffixes
\tendswith(input.path, suffix)
}

allow if \"admin\" in input.principal.claims.roles

listed if startswith(input.path, data.limits.folder)
";

async fn explain(path: &str) -> Explanation {
    let folder = Folder::new()
        .with("policy.rego", POLICY)
        .with("limits/data.json", "{\"folder\": \"/srv/\", \"suffixes\": [\".ts\", \".js\"]}");
    let set = load(&only(file(folder.root(), QUERY)));
    let mut request = requests::run_js_file();
    request.path = path.to_owned();
    let input = Input::of(&context(), &request, 1 << 20).unwrap();
    set.explain(Capability::RunJsFile, &input).await.unwrap().remove(0)
}

fn reached(explanation: &Explanation, way: usize) -> Vec<Reached> {
    explanation.ways[way].conditions.iter().map(|condition| condition.reached).collect()
}

#[tokio::test]
async fn the_first_condition_that_does_not_hold_is_shown_with_its_values() {
    let explanation = explain("/etc/a.js").await;
    assert!(explanation.unknown.is_none(), "{explanation}");
    assert_eq!(
        reached(&explanation, 0),
        [Reached::Holds, Reached::Fails, Reached::NotReached, Reached::NotReached]
    );
    let failing = &explanation.ways[0].conditions[1];
    assert_eq!(failing.text, "listed");
    assert_eq!(
        failing.values,
        [("data.mcp.run_js_file.listed".to_owned(), "undefined".to_owned())]
    );
    // The rule it refers to is shown as well, with what it compared.
    let listed = explanation.ways.iter().find(|way| way.rule.ends_with(".listed")).unwrap();
    assert_eq!(listed.conditions[0].reached, Reached::Fails);
    let values: Vec<(&str, &str)> =
        listed.conditions[0].values.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(values, [("input.path", "\"/etc/a.js\""), ("data.limits.folder", "\"/srv/\"")]);
    let text = explanation.to_string();
    assert!(text.contains("its value is false") && text.contains("policy.rego:8:"), "{text}");
}

#[tokio::test]
async fn conditions_over_a_variable_hold_together_or_fail_at_the_last() {
    let explanation = explain("/srv/a.sh").await;
    assert_eq!(
        reached(&explanation, 0),
        [Reached::Holds, Reached::Holds, Reached::Holds, Reached::Fails]
    );
    let explanation = explain("/srv/a.js").await;
    assert!(explanation.ways[0].holds());
    assert!(!explanation.ways[1].holds(), "{explanation}");
    assert!(explanation.verdict.as_ref().unwrap().verdict.allows());
}

#[tokio::test]
async fn a_server_and_a_rule_that_was_not_asked_are_said_to_be_so() {
    let stub = PolicyServer::start(Answer::Json("{\"result\": false}")).await;
    let folder = Folder::new().with("policy.rego", POLICY);
    let rules = vec![server(&stub.url, QUERY), file(folder.root(), QUERY)];
    let run_js_file = Some(chain(ChainMode::All, rules));
    let set = load(&Policies { run_js_file, ..Policies::default() });
    let input = Input::of(&context(), &requests::run_js_file(), 1 << 20).unwrap();
    let explanations = set.explain(Capability::RunJsFile, &input).await.unwrap();
    assert!(explanations[0].to_string().contains("conditions unknown"), "{}", explanations[0]);
    assert!(explanations[1].to_string().contains("not asked"), "{}", explanations[1]);
}
