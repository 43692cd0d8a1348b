//! Before the look-up: what is denied whatever the addresses are, and what is not.

use crate::requests::{self, context};
use crate::support::{Folder, chain, file, load, server};
use mcp_v8_policy::{FetchRequest, Gate};
use mcp_v8_settings::{ChainMode, Policies, Rule};

const QUERY: &str = "data.mcp.fetch.allow";

fn gate(mode: ChainMode, rules: Vec<Rule>) -> Gate {
    Gate::new(load(&Policies { fetch: Some(chain(mode, rules)), ..Policies::default() }))
}

fn not_looked_up() -> FetchRequest {
    FetchRequest { resolved_addresses: Vec::new(), ..requests::fetch() }
}

async fn denies(gate: &Gate) -> bool {
    gate.foresee(&context(), &not_looked_up()).await.is_err()
}

#[tokio::test]
async fn a_rule_that_cannot_see_addresses_decides_before_they_are_looked_up() {
    let folder = Folder::new()
        .with("no/p.rego", "package mcp.fetch\n\nallow if input.method == \"NEVER\"\n")
        .with("yes/p.rego", "package mcp.fetch\n\nallow if input.method\n")
        .with("sees/p.rego", "package mcp.fetch\n\nallow if input.resolved_addresses[0]\n");
    let rule = |name: &str| file(folder.path(name), QUERY);
    let remote = || server("http://127.0.0.1:9/", QUERY);
    for (mode, rules, denied) in [
        (ChainMode::All, vec![rule("no")], true),
        (ChainMode::All, vec![rule("yes")], false),
        (ChainMode::All, vec![rule("sees")], false),
        (ChainMode::All, vec![rule("sees"), rule("no")], true),
        (ChainMode::All, vec![remote(), rule("no")], true),
        (ChainMode::Any, vec![rule("no")], true),
        (ChainMode::Any, vec![rule("no"), rule("sees")], false),
        (ChainMode::Any, vec![rule("no"), remote()], false),
    ] {
        let names = format!("{mode:?} {rules:?}");
        assert_eq!(denies(&gate(mode, rules)).await, denied, "{names}");
    }
    assert!(denies(&Gate::new(load(&Policies::default()))).await, "no policy at all");
}

#[tokio::test]
async fn what_is_not_denied_before_is_decided_with_its_addresses() {
    let folder = Folder::new().with(
        "p.rego",
        "package mcp.fetch\n\nallow if input.resolved_addresses[_] == \"192.0.2.9\"\n",
    );
    let gate = gate(ChainMode::All, vec![file(folder.root(), QUERY)]);
    gate.foresee(&context(), &not_looked_up()).await.unwrap();
    assert!(gate.check(&context(), not_looked_up()).await.is_err());
    let resolved_addresses = vec!["192.0.2.9".parse().unwrap()];
    let there = FetchRequest { resolved_addresses, ..requests::fetch() };
    assert!(gate.check(&context(), there).await.is_ok());
}
