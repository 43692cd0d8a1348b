//! Roots and quotas of `[policies.filesystem]`: what becomes of them, and which directories scripts never reach.

use crate::support::Setup;
use mcp_v8_settings::RootMode;

fn section(roots: &str) -> String {
    format!("[policies.filesystem]\nrules = [{{ path = \"/p/a.rego\" }}]\nroots = {roots}\n")
}

#[test]
fn a_relative_root_starts_at_the_folder_of_the_file_and_is_for_reading_unless_it_says_more() {
    let roots = r#"[{ path = "data" }, { path = "/srv/out", mode = "read_write", name = "out" }]"#;
    let setup = Setup::file(section(roots));
    let settings = setup.settings();
    let files = settings.files.unwrap();
    assert_eq!(files.roots[0].path, setup.folder.path().join("data"));
    assert_eq!((files.roots[0].mode, files.roots[0].name.as_deref()), (RootMode::Read, None));
    assert_eq!(files.roots[1].mode, RootMode::ReadWrite);
    assert_eq!(files.roots[1].name.as_deref(), Some("out"));
    assert_eq!(files.quotas.max_file_bytes, 64 << 20);
    assert_eq!(files.quotas.max_write_bytes, 256 << 20);
    assert_eq!((files.quotas.max_entries, files.quotas.max_open), (10_000, 64));
    let chain = settings.policies.filesystem.unwrap();
    assert_eq!(chain.rules[0].query, "data.mcp.filesystem.allow");
    assert_eq!(Setup::file("").settings().files, None);
}

#[test]
fn a_section_without_roots_and_a_root_without_a_directory_are_refused() {
    let at = "mcp-v8.toml:3:";
    for (roots, problem) in [
        ("[]", format!("{at}9: policies.filesystem.roots: there are no roots")),
        ("[{}]", format!("{at}10: policies.filesystem.roots[0]: must not be empty")),
        (r#"[{ path = "~/a" }]"#, format!("{at}19: policies.filesystem.roots[0].path: `~`")),
        (
            r#"[{ path = "/a", name = "a b" }]"#,
            format!("{at}32: policies.filesystem.roots[0].name: a root's name is"),
        ),
        (
            r#"[{ path = "/a", mode = "write" }]"#,
            format!("{at}32: policies.filesystem.roots[0].mode: must be one of read, read_write"),
        ),
        (
            r#"[{ path = "/a" }, { path = "/a/." }]"#,
            format!("{at}36: policies.filesystem.roots[1].path: stands twice"),
        ),
    ] {
        let found = Setup::file(section(roots)).problem();
        assert!(found.starts_with(&problem), "{roots}: {found}");
    }
    let none = "[policies.filesystem]\nrules = [{ path = \"/p/a.rego\" }]\n";
    assert!(Setup::file(none).problem().contains("there are no roots"));
}

#[test]
fn the_quotas_have_ranges() {
    for quota in ["max_file_mb", "max_write_mb_per_run", "max_entries", "max_open"] {
        let file = format!("{}{quota} = 0\n", section(r#"[{ path = "/a" }]"#));
        let found = Setup::file(file).problem();
        assert!(found.contains(quota) && found.contains("must be from 1"), "{found}");
    }
}

/// What is refused, and what it names beside the root.
fn overlap(root: &str, rest: &str) -> Option<String> {
    let setup = Setup::file(format!("{}{rest}", section(&format!("[{{ path = \"{root}\" }}]"))));
    setup.load().err().map(|diagnostics| diagnostics.to_string())
}

#[test]
fn a_root_reaches_neither_state_nor_key_nor_credentials_nor_policies() {
    let s3 = "[storage]\nkind = \"s3\"\npath = \"/v/state\"\nkey_file = \"/k/keys\"\n[storage.s3]\nbucket = \"abc\"\naccess_key_id_file = \"/c/id\"\nsecret_access_key_file = \"/c/secret\"\n[storage.cache]\npath = \"/h/cache\"\n";
    for (root, named) in [
        ("/v/state", "storage.path: /v/state"),
        ("/v/state/deep", "storage.path: /v/state"),
        ("/v", "storage.path: /v/state"),
        ("/v/x/../state", "storage.path: /v/state"),
        ("/k", "storage.key_file: /k/keys"),
        ("/c", "storage.s3.access_key_id_file: /c/id"),
        ("/h/cache/x", "storage.cache.path: /h/cache"),
        ("/p", "policies.filesystem.rules: /p/a.rego"),
    ] {
        let found = overlap(root, s3).unwrap_or_else(|| panic!("{root} is accepted"));
        let line = found.lines().find(|line| line.contains("scripts would reach"));
        let line = line.unwrap_or_else(|| panic!("{root}: {found}"));
        assert!(line.contains("mcp-v8.toml:3:19: policies.filesystem.roots[0].path"), "{line}");
        assert!(line.contains(named) && line.contains("root /"), "{root}: {line}");
    }
    for root in ["/v/states", "/v/other", "/k/keys2", "/srv"] {
        assert_eq!(overlap(root, s3), None, "{root}");
    }
}

#[test]
fn a_root_holds_no_secret_of_a_header_that_fetch_adds() {
    let fetch = "[policies.fetch]\nrules = [{ path = \"/p/b.rego\" }]\n[[fetch.headers]]\norigin = \"https://a.example\"\nname = \"authorization\"\n";
    let value = format!("{fetch}value_file = \"/c/token\"\n");
    let oauth = format!(
        "{fetch}oauth = {{ token_url = \"https://id.example/t\", client_id = \"a\", client_secret_file = \"/c/token\" }}\n"
    );
    for rest in [value, oauth] {
        let found = overlap("/c", &rest).unwrap_or_else(|| panic!("accepted: {rest}"));
        assert!(found.contains("scripts would reach fetch.headers: /c/token"), "{found}");
        assert_eq!(overlap("/srv", &rest), None);
    }
}

#[test]
fn a_root_does_not_hold_the_folder_of_the_configuration_and_may_lie_in_it() {
    for root in [".", "..", "/"] {
        let found = overlap(root, "").unwrap_or_else(|| panic!("{root} is accepted"));
        assert!(found.contains("scripts would reach"), "{found}");
    }
    assert_eq!(overlap("data", ""), None);
}

#[test]
fn a_symbolic_link_does_not_hide_what_a_root_reaches() {
    let setup = Setup::file(section(r#"[{ path = "innocent" }]"#));
    let state = setup.folder.path().join("state");
    std::fs::create_dir(&state).unwrap();
    std::os::unix::fs::symlink(&state, setup.folder.path().join("innocent")).unwrap();
    let setup = setup.env("STATE_DIRECTORY", state.to_str().unwrap());
    assert!(setup.problem().contains("scripts would reach storage.path"), "{}", setup.problem());
}
