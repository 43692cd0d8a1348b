//! What stands in `[policies.subprocess]` beside its rules: what becomes of it, and what children never reach or get.

use crate::support::Setup;
use mcp_v8_settings::ChildJail;
use std::time::Duration;

fn section(keys: &str) -> String {
    format!("[policies.subprocess]\nrules = [{{ path = \"/p/a.rego\" }}]\n{keys}\n")
}

#[test]
fn the_defaults_are_programs_of_the_system_without_a_network() {
    let settings = Setup::file(section("")).settings();
    let subprocess = settings.subprocess.unwrap();
    assert!(subprocess.path.contains(&"/usr/bin".into()));
    assert!(subprocess.read.contains(&"/usr".into()));
    assert_eq!(subprocess.write, [std::path::PathBuf::from("/dev/null")]);
    assert!(!subprocess.network);
    assert_eq!(subprocess.jail, ChildJail::Auto);
    assert_eq!(subprocess.timeout, Duration::from_secs(60));
    assert_eq!((subprocess.max_output_bytes, subprocess.max_processes), (8 << 20, 64));
    assert_eq!((subprocess.max_memory_bytes, subprocess.max_file_bytes), (1 << 30, 256 << 20));
    assert_eq!((subprocess.max_children, subprocess.max_children_per_run), (4, 200));
    let chain = settings.policies.subprocess.unwrap();
    assert_eq!(chain.rules[0].query, "data.mcp.subprocess.allow");
    assert_eq!(Setup::file("").settings().subprocess, None);
}

#[test]
fn paths_begin_at_the_folder_of_the_file() {
    let setup = Setup::file(section("cwd = \"work\"\nwrite = [\"work\"]"));
    let subprocess = setup.settings().subprocess.unwrap();
    assert_eq!(subprocess.cwd, setup.folder.path().join("work"));
    assert_eq!(subprocess.write, [setup.folder.path().join("work")]);
}

#[test]
fn children_reach_neither_state_nor_keys_nor_policies() {
    let storage = "[storage]\nkind = \"dir\"\npath = \"/v/state\"\nkey_file = \"/k/keys\"\n";
    for (key, path, named) in [
        ("write", "/v/state", "storage.path"),
        ("read", "/v", "storage.path"),
        ("read", "/k", "storage.key_file"),
        ("write", "/p", "policies.subprocess.rules"),
    ] {
        let setup = Setup::file(format!("{}{storage}", section(&format!("{key} = [{path:?}]"))));
        let problem = setup.problem();
        assert!(problem.contains(&format!("policies.subprocess.{key}[0]")), "{problem}");
        assert!(problem.contains("scripts would reach") && problem.contains(named), "{problem}");
    }
    // A default that reaches the server's own is no better than one that was written.
    let in_etc = format!("{}[storage]\nkind = \"dir\"\npath = \"/etc/state\"\n", section(""));
    assert!(Setup::file(in_etc).problem().contains("scripts would reach storage.path"));
    // Policies hold no secret.
    let read = format!("{}{storage}", section("read = [\"/srv\", \"/p\"]"));
    assert!(Setup::file(read).problems().is_empty());
}

#[test]
fn variables_that_make_programs_load_something_are_never_listed() {
    for name in [
        "LD_PRELOAD",
        "ld_preload",
        "BASH_ENV",
        "IFS",
        "NODE_OPTIONS",
        "PATH",
        "GIT_SSH_COMMAND",
        "PYTHONPATH",
        "A-B",
        "",
    ] {
        for key in ["env", "script_env"] {
            let problem = Setup::file(section(&format!("{key} = [{name:?}]"))).problem();
            assert!(
                problem.contains(&format!("policies.subprocess.{key}[0]")),
                "{name}: {problem}"
            );
        }
    }
    assert!(Setup::file(section("env = [\"HOME\", \"MY_TOKEN_2\"]")).problems().is_empty());
}

#[test]
fn the_limits_have_ranges() {
    for key in [
        "timeout_secs",
        "max_output_mb",
        "max_processes",
        "max_memory_mb",
        "max_file_mb",
        "max_children",
        "max_children_per_run",
    ] {
        let found = Setup::file(section(&format!("{key} = 0"))).problem();
        assert!(found.contains(key) && found.contains("must be from "), "{found}");
    }
}
