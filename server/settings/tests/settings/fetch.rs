//! `[fetch]` and `[[fetch.headers]]`.

use crate::support::Setup;
use mcp_v8_settings::HeaderValue;
use std::time::Duration;

const POLICY: &str = "[policies.fetch]\nrules = [{ path = \"p\" }]\n";

#[test]
fn without_a_section_nothing_private_is_in_reach_and_every_bound_is_the_documented_one() {
    let fetch = Setup::without_file().settings().fetch;
    assert!(fetch.allow_cidrs.is_empty() && fetch.headers.is_empty());
    assert_eq!((fetch.max_redirects, fetch.max_parallel, fetch.max_open), (10, 16, 128));
    assert_eq!(fetch.timeout, Duration::from_secs(60));
    assert_eq!(fetch.connect_timeout, Duration::from_secs(10));
    assert_eq!(fetch.idle_timeout, Duration::from_secs(30));
    assert_eq!((fetch.max_header_bytes, fetch.max_headers), (64 << 10, 128));
    assert_eq!((fetch.max_request_bytes, fetch.max_response_bytes), (16 << 20, 64 << 20));
    assert_eq!((fetch.max_total_bytes, fetch.user_agent.as_str()), (256 << 20, "mcp-v8"));
}

#[test]
fn every_number_has_both_ends() {
    for (name, min, max) in [
        ("max_redirects", 0, 20),
        ("timeout_secs", 1, 3600),
        ("connect_timeout_secs", 1, 60),
        ("idle_timeout_secs", 1, 3600),
        ("max_headers_kb", 1, 256),
        ("max_headers", 16, 1024),
        ("max_request_mb", 1, 32),
        ("max_response_mb", 1, 16384),
        ("max_total_mb", 1, 65536),
        ("max_parallel", 1, 256),
        ("max_open", 1, 4096),
    ] {
        for good in [min, max] {
            Setup::file(format!("[fetch]\n{name} = {good}\n")).settings();
        }
        for bad in [min - 1, max + 1] {
            let problem = Setup::file(format!("[fetch]\n{name} = {bad}\n")).problem();
            let expected = format!("fetch.{name}: must be from {min} to {max}");
            assert!(problem.contains(&expected), "{problem}");
        }
    }
}

#[test]
fn a_range_is_written_by_its_first_address() {
    let good = "[fetch]\nallow_cidrs = [\"127.0.0.0/8\", \"10.1.2.3/32\", \"fd00:1::/64\"]\n";
    assert_eq!(Setup::file(good).settings().fetch.allow_cidrs.len(), 3);
    for (bad, hint) in [
        ("10.1.2.3/8", "did you mean 10.0.0.0/8?"),
        ("10.1.2.3", "an address and a length"),
        ("localhost/8", "an address and a length"),
        ("10.0.0.0/33", "an address and a length"),
        ("", "an address and a length"),
    ] {
        let problem = Setup::file(format!("[fetch]\nallow_cidrs = [\"{bad}\"]\n")).problem();
        assert!(problem.contains("allow_cidrs[0]: is not a range of addresses"), "{problem}");
        assert!(problem.contains(hint), "{problem}");
    }
}

#[test]
fn a_header_comes_from_a_file_or_from_client_credentials() {
    let file = format!(
        "{POLICY}[[fetch.headers]]\norigin = \"https://API.example.org\"\nname = \"Authorization\"\nprefix = \"Bearer \"\nvalue_file = \"token\"\n\
         [[fetch.headers]]\norigin = \"http://a.example:81\"\nname = \"X-Key\"\nmethods = [\"GET\"]\n\
         oauth = {{ token_url = \"https://id.example/t\", client_id = \"me\", client_secret_file = \"/s\", scope = \"a b\" }}\n"
    );
    let setup = Setup::file(file);
    let headers = setup.settings().fetch.headers;
    assert_eq!(headers[0].origin, "https://api.example.org");
    assert_eq!(
        (headers[0].name.as_str(), headers[0].prefix.as_str()),
        ("authorization", "Bearer ")
    );
    assert_eq!(headers[0].value, HeaderValue::File(setup.folder.path().join("token")));
    let HeaderValue::OAuth(oauth) = &headers[1].value else { panic!("{headers:?}") };
    assert_eq!((oauth.client_id.as_str(), oauth.scope.as_deref()), ("me", Some("a b")));
    assert_eq!((headers[1].prefix.as_str(), headers[1].methods.len()), ("Bearer ", 1));
}

#[test]
fn what_is_wrong_with_a_header_is_said_at_its_key() {
    let header = |lines: &str| {
        let good = "origin = \"https://a.example\"\nname = \"X\"\nvalue_file = \"t\"\n";
        let names: Vec<&str> =
            lines.lines().filter_map(|line| line.split_once(" =").map(|(name, _)| name)).collect();
        let kept = |line: &&str| !names.iter().any(|name| line.starts_with(name));
        let rest: Vec<&str> = good.lines().filter(kept).collect();
        format!("{POLICY}[[fetch.headers]]\n{lines}\n{}\n", rest.join("\n"))
    };
    Setup::file(header("")).settings();
    for (lines, expected) in [
        ("origin = \"https://a.example/x\"", "headers[0].origin: is not an http or https origin"),
        ("origin = \"https://*.example\"", "headers[0].origin: is not an http or https origin"),
        ("origin = \"ftp://a.example\"", "headers[0].origin: is not an http or https origin"),
        ("name = \"X Y\"", "headers[0].name: is not the name of a header"),
        ("methods = [\"get\"]", "headers[0].methods[0]: is not a method"),
        ("prefix = \"a\\nb\"", "headers[0].prefix: must be visible ASCII"),
        ("value_file = \"~/t\"", "headers[0].value_file: `~` is not expanded"),
        ("value_file = \"\"", "headers[0].value_file: must not be empty"),
        ("oauth = {}", "headers[0]: a header has either a value_file or oauth"),
        ("value = \"hunter2\"", "headers[0].value: this key is unknown"),
    ] {
        let problems = Setup::file(header(lines)).problems().join("\n");
        assert!(problems.contains(expected), "{lines}: {problems}");
        assert!(!problems.contains("hunter2"), "{problems}");
    }
    let user_agent = Setup::file("[fetch]\nuser_agent = \"a\\r\\nX: b\"\n").problem();
    assert!(user_agent.contains("fetch.user_agent: must be visible ASCII"), "{user_agent}");
}

#[test]
fn headers_without_a_policy_and_two_for_the_same_request_are_refused() {
    let one =
        "[[fetch.headers]]\norigin = \"https://a.example\"\nname = \"X\"\nvalue_file = \"t\"\n";
    let problem = Setup::file(one).problem();
    assert!(problem.contains("fetch.headers: scripts have no fetch"), "{problem}");
    Setup::file(format!("{POLICY}{one}")).settings();
    let twice = Setup::file(format!("{POLICY}{one}{one}")).problem();
    assert!(twice.contains("fetch.headers[1]: stands twice"), "{twice}");
    let (get, put) = ("methods = [\"GET\"]\n", "methods = [\"PUT\"]\n");
    Setup::file(format!("{POLICY}{one}{get}{one}{put}")).settings();
}
