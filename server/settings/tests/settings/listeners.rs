//! The HTTP listener: whom it may reach, and under which names.

use crate::support::Setup;

fn http(lines: &str) -> Setup {
    Setup::file(format!("[transport.http]\n{lines}\n"))
}

#[test]
fn an_address_that_other_machines_reach_is_refused_with_the_reason_and_the_way_out() {
    for address in [
        "0.0.0.0:80",
        "[::]:80",
        "192.168.1.5:80",
        "8.8.8.8:1",
        "[fe80::1]:80",
        "[::ffff:10.0.0.1]:80",
    ] {
        let problem = http(&format!("listen = [\"{address}\"]")).problem();
        assert!(problem.starts_with("mcp-v8.toml:2:11: transport.http.listen[0]: "), "{problem}");
        for part in [address, "no authentication", "127.0.0.1", "allow_public_without_auth = true"]
        {
            assert!(problem.contains(part), "{part}: {problem}");
        }
    }
}

#[test]
fn loopback_in_every_spelling_is_accepted() {
    let lines = r#"listen = ["127.0.0.1:80", "127.8.8.8:80", "[::1]:80", "[::ffff:127.0.0.1]:81"]"#;
    assert_eq!(http(lines).settings().transport.http.unwrap().listen.len(), 4);
}

#[test]
fn callers_who_prove_who_they_are_may_come_from_other_machines() {
    let digest = "ab".repeat(32);
    let tokens = format!("[auth]\ntokens = [{{ name = \"ada\", sha256 = \"{digest}\" }}]");
    let settings = http(&format!("listen = [\"0.0.0.0:80\"]\n{tokens}")).settings();
    assert!(!settings.transport.http.unwrap().allow_public_without_auth);
}

#[test]
fn the_operator_can_take_the_risk() {
    let lines = "listen = [\"0.0.0.0:80\"]\nallow_public_without_auth = true";
    assert!(http(lines).settings().transport.http.unwrap().allow_public_without_auth);
}

#[test]
fn a_misspelt_permission_is_reported_as_a_typo_and_not_as_missing() {
    let lines = "listen = [\"0.0.0.0:80\"]\nallow_public_without_aut = true";
    let problem = http(lines).problem();
    assert!(problem.contains("allow_public_without_auth`?"), "{problem}");
}

#[test]
fn what_is_not_an_address_is_refused_each() {
    let lines = r#"listen = ["localhost:80", "127.0.0.1", "::1:80", ":80", "127.0.0.1:99999", ""]"#;
    let problems = http(lines).problems();
    assert_eq!(problems.len(), 6, "{problems:#?}");
    for (index, problem) in problems.iter().enumerate() {
        let expected =
            format!("listen[{index}]: is not an IP address with a port\n  hint: for example");
        assert!(problem.contains(&expected), "{problem}");
    }
}

#[test]
fn no_address_and_the_same_address_twice_are_refused() {
    let problem = http("listen = []").problem();
    assert_eq!(problem, "mcp-v8.toml:2:10: transport.http.listen: must not be empty");
    let problem = http(r#"listen = ["127.0.0.1:1", "127.0.0.1:1"]"#).problem();
    assert_eq!(problem, "mcp-v8.toml:2:26: transport.http.listen[1]: stands twice");
}

#[test]
fn hosts_and_origins_are_checked_and_lowered() {
    let lines =
        "allowed_hosts = [\"MCP.Example.org\"]\nallowed_origins = [\"https://App.example:8443\"]";
    let settings = http(lines).settings().transport.http.unwrap();
    assert_eq!(settings.allowed_hosts, ["mcp.example.org"]);
    assert_eq!(settings.allowed_origins, ["https://app.example:8443"]);
    let problems = http("allowed_hosts = [\"*\"]\nallowed_origins = [\"https://a/\"]").problems();
    assert_eq!(problems.len(), 2, "{problems:#?}");
    assert!(problems[0].contains("2:18: transport.http.allowed_hosts[0]: is not a host name"));
    assert!(problems[1].contains("3:20: transport.http.allowed_origins[0]: is not an origin"));
}
