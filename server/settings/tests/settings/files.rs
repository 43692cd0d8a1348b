//! The file as a whole: missing, too big, not a text, not TOML.

use crate::support::Setup;
use mcp_v8_settings::{DIAGNOSTICS_MAX, FILE_BYTES_MAX, Place, Problem};

#[test]
fn a_missing_file_is_named() {
    let mut setup = Setup::without_file();
    setup.sources.file = Some(setup.folder.path().join("none.toml"));
    let problem = setup.problem();
    assert!(problem.starts_with("none.toml: cannot be read: No such file"), "{problem}");
}

#[test]
fn a_folder_in_place_of_a_file_is_refused() {
    let mut setup = Setup::without_file();
    setup.sources.file = Some(setup.folder.path().to_owned());
    assert!(matches!(setup.diagnostic().problem, Problem::Unreadable(_)));
}

#[test]
fn a_file_of_exactly_the_cap_loads_and_one_byte_more_is_refused() {
    let mut text = "#".repeat(FILE_BYTES_MAX);
    Setup::file(&text).settings();
    text.push('#');
    assert_eq!(Setup::file(&text).problem(), "mcp-v8.toml: is larger than 1048576 bytes");
}

#[test]
fn an_endless_file_is_refused_and_not_read_to_its_end() {
    let mut setup = Setup::without_file();
    setup.sources.file = Some("/dev/zero".into());
    assert_eq!(setup.diagnostic().problem, Problem::TooLarge { limit: FILE_BYTES_MAX });
}

#[test]
fn a_file_that_is_not_utf8_is_refused_with_the_place_of_the_first_bad_byte() {
    let diagnostic = Setup::file(b"version = 1\n# \xff\n").diagnostic();
    assert_eq!(diagnostic.problem, Problem::NotUtf8);
    assert_eq!(diagnostic.place, Some(Place { line: 2, column: 3 }));
}

#[test]
fn several_syntax_errors_are_reported_at_once() {
    let problems = Setup::file("version = \n[limits\ncpu_secs = = 3\n").problems();
    for line in ["mcp-v8.toml:1:", "mcp-v8.toml:2:", "mcp-v8.toml:3:"] {
        let here = |problem: &String| problem.starts_with(line) && problem.contains("not TOML: ");
        assert!(problems.iter().any(here), "{line} {problems:#?}");
    }
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let problem = Setup::file("[limits]\ncpu_secs = 1\ncpu_secs = 2\n").problem();
    assert!(problem.starts_with("mcp-v8.toml:3:1: not TOML: duplicate key"), "{problem}");
}

#[test]
fn a_broken_file_does_not_hide_a_wrong_variable() {
    let problems = Setup::file("[limits").env("MCP_V8__LIMITS__CPU_SECS", "0").problems();
    assert!(problems.iter().any(|problem| problem.starts_with("mcp-v8.toml:1:")), "{problems:#?}");
    assert!(problems.iter().any(|problem| problem.starts_with("environment")), "{problems:#?}");
}

#[test]
fn a_file_of_garbage_gives_a_list_of_bounded_length() {
    let diagnostics = Setup::file("x y\n".repeat(DIAGNOSTICS_MAX + 20)).load().unwrap_err();
    assert_eq!(diagnostics.iter().len(), DIAGNOSTICS_MAX);
    assert!(diagnostics.omitted() > 0);
    assert!(diagnostics.to_string().ends_with(&format!("and {} more", diagnostics.omitted())));
}

#[test]
fn nesting_without_end_is_refused_and_not_followed() {
    for text in ["x = ".to_owned() + &"[".repeat(100_000), "a.".repeat(100_000) + "a = 1"] {
        assert!(Setup::file(text).load().is_err());
    }
}
