//! Values that are not what their key wants: type, range, word, form.

use crate::support::Setup;
use mcp_v8_settings::schema;

fn problem(section: &str, line: &str) -> String {
    let problem = Setup::file(format!("[{section}]\n{line}\n")).problem();
    problem.strip_prefix("mcp-v8.toml:2:").unwrap().to_owned()
}

#[test]
fn a_value_of_the_wrong_type_names_both_types() {
    for (line, expected) in [
        ("cpu_secs = \"3\"", "12: limits.cpu_secs: expected an integer, found a text"),
        (
            "cpu_secs = 3.0",
            "12: limits.cpu_secs: expected an integer, found a number with a fraction",
        ),
        (
            "cpu_secs = nan",
            "12: limits.cpu_secs: expected an integer, found a number with a fraction",
        ),
        ("cpu_secs = true", "12: limits.cpu_secs: expected an integer, found true or false"),
        ("cpu_secs = [1]", "12: limits.cpu_secs: expected an integer, found a list"),
        ("cpu_secs = {a = 1}", "12: limits.cpu_secs: expected an integer, found a table"),
    ] {
        assert_eq!(problem("limits", line), expected);
    }
    assert_eq!(
        problem("server", "name = 3"),
        "8: server.name: expected a text in quotes, found an integer"
    );
    assert_eq!(
        problem("transport.http", "listen = [3]"),
        "11: transport.http.listen[0]: expected a text in quotes, found an integer"
    );
    assert_eq!(
        problem("transport.http", "listen = \"a\""),
        "10: transport.http.listen: expected a list, found a text"
    );
    assert_eq!(
        Setup::file("limits = 3").problem(),
        "mcp-v8.toml:1:10: limits: expected a table, found an integer"
    );
}

#[test]
fn a_date_is_refused_wherever_it_stands() {
    let date = "name = 2026-01-01";
    let expected =
        "8: server.name: expected a text, a number, true or false, a list or a table, found a date";
    assert_eq!(problem("server", date), expected);
}

#[test]
fn several_wrong_values_are_reported_at_once() {
    let file = "[limits]\ncpu_secs = \"x\"\nqueued_runs = 0\n[workers]\njail = \"of\"\n[sessions]\nenabled = 1\n";
    assert_eq!(Setup::file(file).problems().len(), 4);
}

#[test]
fn every_number_is_refused_just_outside_its_range_and_accepted_at_both_ends() {
    let mut seen = 0;
    each_number(&schema(), "", &mut |key, min, max| {
        seen += 1;
        let expected = if min == max { "must be 1, the only value" } else { "must be from" };
        for bad in [min - 1, max + 1, i64::MIN, i64::MAX] {
            let problem = Setup::without_file().flag(key, bad).problem();
            assert!(problem.contains(&format!("{key}: {expected}")), "{key} = {bad}: {problem}");
        }
        for good in [min, max] {
            let problems = Setup::without_file().flag(key, good).problems();
            // A policy needs rules as well, files need roots, auth needs an issuer or tokens, a
            // module a path, another server a command or a URL, and some numbers are bound to others.
            let expected = [
                " is above ",
                "no rules",
                "no roots",
                "needs a path",
                "nobody could get in",
                "either command or url",
            ];
            assert!(
                problems.iter().all(|one| expected.iter().any(|part| one.contains(part))),
                "{key} = {good}: {problems:?}"
            );
        }
    });
    assert!(seen > 25, "{seen}");
}

fn each_number(table: &serde_json::Value, at: &str, visit: &mut impl FnMut(&str, i64, i64)) {
    for (name, property) in table["properties"].as_object().unwrap() {
        let key = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        match property["type"].as_str() {
            // Its names are the file's to choose.
            Some("object") if property["properties"].is_null() => {
                each_number(&property["additionalProperties"], &format!("{key}.example"), visit);
            }
            Some("object") => each_number(property, &key, visit),
            Some("integer") => {
                let end = |name: &str| property[name].as_i64().unwrap();
                visit(&key, end("minimum"), end("maximum"));
            }
            _ => {}
        }
    }
}

#[test]
fn a_number_beyond_64_and_128_bits_is_out_of_range_and_no_syntax_error() {
    for number in [
        "9223372036854775808",
        "-9223372036854775809",
        &"9".repeat(60),
        &format!("-{}", "9".repeat(60)),
    ] {
        let problem = problem("limits", &format!("cpu_secs = {number}"));
        assert_eq!(problem, "12: limits.cpu_secs: must be from 1 to 86400");
    }
}

#[test]
fn another_version_of_the_format_is_refused_by_naming_the_supported_one() {
    let problem = Setup::file("version = 2").problem();
    assert_eq!(
        problem,
        "mcp-v8.toml:1:11: version: must be 1, the only value this version supports"
    );
    Setup::file("version = 1").settings();
}

#[test]
fn a_word_that_is_none_of_the_allowed_ones_lists_them() {
    assert_eq!(
        problem("storage", "kind = \"dri\""),
        "8: storage.kind: must be one of dir, s3, none\n  hint: did you mean `dir`?"
    );
    assert_eq!(
        problem("workers", "jail = \"x\""),
        "8: workers.jail: must be one of auto, required, off"
    );
    assert_eq!(
        problem("log", "format = \"jsn\""),
        "10: log.format: must be one of auto, journald, json, text\n  hint: did you mean `json`?"
    );
}

#[test]
fn a_log_level_with_a_typo_is_refused_and_not_taken_for_a_module() {
    let problem = problem("log", "level = \"inof\"");
    assert_eq!(problem, "9: log.level: is not a log level\n  hint: did you mean `info`?");
    assert_eq!(
        Setup::file("[log]\nlevel = \"mcp_v8=debug,warn\"").settings().log.level,
        "mcp_v8=debug,warn"
    );
}

#[test]
fn a_default_session_that_looks_like_a_path_is_refused() {
    let problem = problem("sessions", "default = \"../x\"");
    assert!(problem.starts_with("11: sessions.default: a session name is 1 to 128"), "{problem}");
}

#[test]
fn a_server_name_that_is_empty_or_breaks_a_terminal_is_refused() {
    for line in ["name = \"\"", "name = \"a\\u001b\"", &format!("name = \"{}\"", "x".repeat(129))] {
        assert!(problem("server", line).starts_with("8: server.name: a server name is"), "{line}");
    }
    Setup::file(format!("[server]\nname = \"{}\"", "ä".repeat(128))).settings();
}
