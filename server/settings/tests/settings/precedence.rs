//! Four layers: flag, then variable, then file, then default.

use crate::support::Setup;
use mcp_v8_settings::{Source, Sources, load};
use std::time::Duration;

const FILE: &str = "[limits]\ncpu_secs = 10\n";
const VARIABLE: &str = "MCP_V8__LIMITS__CPU_SECS";

fn cpu(setup: &Setup) -> Duration {
    setup.settings().limits.cpu
}

#[test]
fn a_flag_wins_over_a_variable_over_the_file_over_the_default() {
    assert_eq!(cpu(&Setup::without_file()), Duration::from_secs(300));
    assert_eq!(cpu(&Setup::file(FILE)), Duration::from_secs(10));
    assert_eq!(cpu(&Setup::file(FILE).env(VARIABLE, "20")), Duration::from_secs(20));
    let all = Setup::file(FILE).env(VARIABLE, "20").flag("limits.cpu_secs", 30);
    assert_eq!(cpu(&all), Duration::from_secs(30));
    assert_eq!(cpu(&Setup::file(FILE).flag("limits.cpu_secs", 30)), Duration::from_secs(30));
}

#[test]
fn layers_merge_key_by_key_and_lists_replace_each_other() {
    let file =
        "[limits]\ncpu_secs = 10\n[transport.http]\nlisten = [\"[::1]:1\", \"127.0.0.1:1\"]\n";
    let settings = Setup::file(file)
        .env("MCP_V8__LIMITS__QUEUED_RUNS", "300")
        .flag("transport.http.listen", vec!["127.0.0.1:2"])
        .settings();
    assert_eq!(settings.limits.cpu, Duration::from_secs(10));
    assert_eq!(settings.limits.queued_runs, 300);
    assert_eq!(settings.transport.http.unwrap().listen, ["127.0.0.1:2".parse().unwrap()]);
}

#[test]
fn the_last_of_equal_flags_wins() {
    let twice = Setup::without_file().flag("limits.cpu_secs", 1).flag("limits.cpu_secs", 2);
    assert_eq!(cpu(&twice), Duration::from_secs(2));
}

#[test]
fn a_value_that_a_stronger_layer_replaces_must_be_right_all_the_same() {
    let problem = Setup::file("[limits]\ncpu_secs = 0\n").flag("limits.cpu_secs", 30).problem();
    assert_eq!(problem, "mcp-v8.toml:2:12: limits.cpu_secs: must be from 1 to 86400");
}

#[test]
fn a_contradiction_names_the_layer_that_set_the_value() {
    let file = "[limits]\nsync_wait_ms = 1000\n";
    let setup = Setup::file(file).flag("limits.sync_wait_ms", 301_000);
    assert_eq!(setup.diagnostic().source, Source::Flag("limits.sync_wait_ms".to_owned()));
    let setup = Setup::file(file).env("MCP_V8__LIMITS__SYNC_WAIT_MS", "301000");
    let variable = Source::Environment("MCP_V8__LIMITS__SYNC_WAIT_MS".to_owned());
    assert_eq!(setup.diagnostic().source, variable);
}

#[test]
fn a_flag_alone_opens_the_listener() {
    let sources = Sources {
        flags: vec![
            ("transport.http.listen".into(), serde_json::json!(["127.0.0.1:0"])),
            ("storage.kind".into(), "none".into()),
        ],
        ..Sources::default()
    };
    let transport = load(&sources).unwrap().transport;
    assert!(transport.http.is_some() && !transport.stdio.enabled);
    let section = Setup::without_file().flag("transport.http", serde_json::json!({})).settings();
    assert_eq!(section.transport, Setup::file("[transport.http]").settings().transport);
}
