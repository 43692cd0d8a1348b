//! Paths and texts from files: relative to whoever names them, bounded, refused with the file's name.

use crate::support::Setup;
use mcp_v8_settings::{Location, TEXT_BYTES_MAX};

#[test]
fn a_relative_storage_path_starts_at_the_folder_of_the_file_that_says_it() {
    let setup = Setup::file("[storage]\npath = \"state\"\n");
    let expected = setup.folder.path().join("state");
    assert_eq!(setup.settings().storage.location, Location::Directory(expected));
}

#[test]
fn a_relative_storage_path_of_a_flag_starts_at_the_working_directory() {
    let setup = Setup::file("[storage]\npath = \"state\"\n").flag("storage.path", "other");
    let expected = std::env::current_dir().unwrap().join("other");
    assert_eq!(setup.settings().storage.location, Location::Directory(expected));
}

#[test]
fn an_empty_path_and_a_tilde_are_refused() {
    let problem = Setup::file("[storage]\npath = \"\"\n").problem();
    assert_eq!(problem, "mcp-v8.toml:2:8: storage.path: must not be empty");
    let problem = Setup::file("[storage]\npath = \"~/state\"\n").problem();
    assert_eq!(
        problem,
        "mcp-v8.toml:2:8: storage.path: `~` is not expanded\n  hint: write the whole path"
    );
}

#[test]
fn a_text_is_literal_or_comes_from_a_file_or_begins_with_an_at_sign() {
    let file = "[server]\ninstructions = \"@text.md\"\nrun_js_description = \"@@home\"\n";
    let server = Setup::file(file).beside("text.md", "Grüße\n").settings().server;
    assert_eq!(server.instructions.as_deref(), Some("Grüße\n"));
    assert_eq!(server.run_js_description.as_deref(), Some("@home"));
}

#[test]
fn a_text_file_that_cannot_be_used_is_named_at_the_key_that_names_it() {
    let file = "[server]\ninstructions = \"@text.md\"\n";
    let setup = Setup::file(file);
    let problem = setup.problem();
    let expected = "mcp-v8.toml:2:16: server.instructions: text.md: cannot be read: No such file";
    assert!(problem.starts_with(expected), "{problem}");
    let problem = setup.beside("text.md", b"\xff").problem();
    assert_eq!(problem, "mcp-v8.toml:2:16: server.instructions: text.md: is not UTF-8");
}

#[test]
fn a_text_of_exactly_the_cap_is_taken_and_one_byte_more_is_refused() {
    let file = "[server]\ninstructions = \"@text.md\"\n";
    let at_cap = "x".repeat(TEXT_BYTES_MAX);
    Setup::file(file).beside("text.md", &at_cap).settings();
    let over = at_cap + "x";
    let problem = Setup::file(file).beside("text.md", &over).problem();
    assert!(problem.ends_with("text.md: is larger than 65536 bytes"), "{problem}");
    let problem = Setup::file(format!("[server]\ninstructions = \"{over}\"\n")).problem();
    assert!(problem.ends_with("server.instructions: is larger than 65536 bytes"), "{problem}");
}
