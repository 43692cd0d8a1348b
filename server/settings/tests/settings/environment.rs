//! Variables: typed by the schema, refused by name.

use crate::support::Setup;

#[test]
fn a_text_key_keeps_what_looks_like_another_type() {
    for text in ["true", "8080", "[1]", "1.5", "", "@@x"] {
        let setup = Setup::without_file().env("MCP_V8__SERVER__INSTRUCTIONS", text);
        let expected = text.strip_prefix('@').unwrap_or(text);
        assert_eq!(setup.settings().server.instructions.as_deref(), Some(expected));
    }
}

#[test]
fn each_type_reads_from_a_variable() {
    let settings = Setup::without_file()
        .env("MCP_V8__SESSIONS__ENABLED", "false")
        .env("MCP_V8__WORKERS__MAX", "3")
        .env("MCP_V8__WORKERS__JAIL", "off")
        .env("MCP_V8__TRANSPORT__HTTP__LISTEN", "127.0.0.1:1, [::1]:1")
        .settings();
    assert!(!settings.sessions.enabled);
    assert_eq!(settings.workers.max, 3);
    assert_eq!(settings.transport.http.unwrap().listen.len(), 2);
}

#[test]
fn a_variable_of_the_wrong_type_is_named() {
    let problem = |name: &str, text: &str| Setup::without_file().env(name, text).problem();
    assert_eq!(
        problem("MCP_V8__WORKERS__MAX", "many"),
        "environment variable MCP_V8__WORKERS__MAX: workers.max: expected an integer, found a text"
    );
    assert_eq!(
        problem("MCP_V8__SESSIONS__ENABLED", "yes"),
        "environment variable MCP_V8__SESSIONS__ENABLED: sessions.enabled: expected true or false, found a text"
    );
    assert_eq!(
        problem("MCP_V8__WORKERS__MAX", "99999999999999999999999999"),
        "environment variable MCP_V8__WORKERS__MAX: workers.max: must be from 1 to 4096"
    );
    assert_eq!(
        problem("MCP_V8__LIMITS", "3"),
        "environment variable MCP_V8__LIMITS: limits: expected a table, found a text"
    );
}

#[test]
fn an_unknown_variable_is_named_with_the_key_it_likely_means() {
    let problem = Setup::without_file().env("MCP_V8__LIMITS__CPU_SEC", "3").problem();
    assert_eq!(
        problem,
        "environment variable MCP_V8__LIMITS__CPU_SEC: limits.cpu_sec: this key is unknown\n  hint: did you mean `limits.cpu_secs`?"
    );
    for name in ["MCP_V8__", "MCP_V8____", "MCP_V8__LIMITS__", "MCP_V8__VERSION__X"] {
        assert!(Setup::without_file().env(name, "1").problem().contains(name), "{name}");
    }
}

#[test]
fn variables_of_others_are_none_of_our_business() {
    let settings = Setup::without_file()
        .env("MCP_V8_CONFIG", "/etc/x.toml")
        .env("MCP_V8", "x")
        .env("OTHER__LIMITS__CPU_SECS", "0")
        .settings();
    assert_eq!(settings, Setup::without_file().settings());
}

#[test]
fn a_flag_without_a_value_or_of_the_wrong_type_is_refused() {
    let nothing = Setup::without_file().flag("limits.cpu_secs", serde_json::Value::Null).problem();
    assert_eq!(nothing, "command line: limits.cpu_secs: expected an integer, found nothing");
    let text = Setup::without_file().flag("limits.cpu_secs", "3").problem();
    assert_eq!(text, "command line: limits.cpu_secs: expected an integer, found a text");
}
