//! What the program does without a server.

use crate::server::run;

#[test]
fn a_server_that_is_not_there_is_said_to_be_so_with_a_code_of_its_own() {
    let ran = run("http://127.0.0.1:1", &["version"]);
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert!(ran.err.contains("127.0.0.1:1") && ran.err.contains("refused"), "{ran:?}");
}

#[test]
fn a_wrong_command_line_a_wrong_url_and_a_missing_token_file_are_the_callers() {
    for arguments in [
        &["nonsense"][..],
        &["--url", "127.0.0.1:80", "version"],
        &["--token-file", "/no/such/file", "version"],
        &["exec", "--file", "/no/such/file"],
        &["exec", "--tag", "novalue", "1"],
    ] {
        assert_eq!(run("http://127.0.0.1:1", arguments).code, Some(2), "{arguments:?}");
    }
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    for shell in ["bash", "zsh", "fish"] {
        let script = run("", &["completions", shell]);
        for command in ["exec", "artifacts", "history", "detach"] {
            assert!(script.good().contains(command), "{shell} {command}");
        }
    }
    assert!(run("", &["man"]).good().contains("Exit codes"));
    run("", &["man", &folder.path().display().to_string()]).good();
    assert!(folder.path().join("mcp-v8-cli-executions-follow.1").exists());
}
