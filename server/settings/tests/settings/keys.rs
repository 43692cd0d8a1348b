//! Names that are not ours: typos, misplaced keys, later versions, secrets.

use crate::support::Setup;

#[test]
fn every_unknown_key_and_section_is_reported_with_its_place() {
    let file = "colour = 1\n[limits]\ncpu_sec = 3\n[zebra]\nx = 1\n[workers]\n  jial = \"off\"\n";
    assert_eq!(
        Setup::file(file).problems(),
        [
            "mcp-v8.toml:1:1: colour: this key is unknown",
            "mcp-v8.toml:3:1: limits.cpu_sec: this key is unknown\n  hint: did you mean `limits.cpu_secs`?",
            "mcp-v8.toml:4:2: zebra: this section is unknown",
            "mcp-v8.toml:7:3: workers.jial: this key is unknown\n  hint: did you mean `workers.jail`?",
        ]
    );
}

#[test]
fn a_section_with_a_typo_is_suggested_too() {
    let problem = Setup::file("[limit]\ncpu_secs = 3\n").problem();
    assert!(problem.ends_with("did you mean `limits`?"), "{problem}");
}

#[test]
fn a_key_in_the_wrong_section_is_told_where_it_belongs() {
    let problem = Setup::file("heap_memory_max_mb = 64\n").problem();
    assert!(problem.ends_with("did you mean `limits.heap_memory_max_mb`?"), "{problem}");
}

#[test]
fn a_name_that_several_sections_have_is_not_guessed() {
    assert_eq!(
        Setup::file("enabled = false\n").problem(),
        "mcp-v8.toml:1:1: enabled: this key is unknown"
    );
}

#[test]
fn a_typo_does_not_make_its_section_contradict_itself() {
    // Read as 300, the default, the second key would be above it.
    let file = "[limits]\nmax_execution_timeout_sec = 900\nexecution_timeout_secs = 600\n";
    let problem = Setup::file(file).problem();
    assert!(problem.contains("max_execution_timeout_secs`?"), "{problem}");
}

#[test]
fn what_a_later_version_reads_is_not_supported_and_no_typo() {
    let tables = "[cluster]\n[transport.sse]\n";
    let problems = Setup::file(tables).problems();
    assert_eq!(problems.len(), 2, "{problems:#?}");
    for problem in problems {
        assert!(
            problem.ends_with(": not supported by this version\n  hint: leave it out"),
            "{problem}"
        );
    }
}

#[test]
fn a_literal_secret_is_told_where_secrets_go_and_not_repeated() {
    for name in ["api_token", "client_secret", "Password"] {
        let problem = Setup::file(format!("[server]\n{name} = \"hunter2\"\n")).problem();
        assert!(problem.contains("*_file"), "{problem}");
        assert!(!problem.contains("hunter2"), "{problem}");
    }
}

#[test]
fn literal_credentials_of_s3_are_told_which_file_key_there_is() {
    for name in ["secret_access_key", "session_token"] {
        let problem = Setup::file(format!("[storage.s3]\n{name} = \"hunter2\"\n")).problem();
        let expected =
            format!("storage.s3.{name}: this key is unknown\n  hint: secrets never stand");
        assert!(problem.contains(&expected) && !problem.contains("hunter2"), "{problem}");
    }
    let problem = Setup::file("[storage.s3]\naccess_key_id = \"hunter2\"\n").problem();
    assert!(problem.ends_with("did you mean `storage.s3.access_key_id_file`?"), "{problem}");
}

#[test]
fn a_name_with_control_characters_is_shown_escaped() {
    let problem = Setup::file("\"a\\u001b[31m\" = 1\n").problem();
    assert_eq!(problem, "mcp-v8.toml:1:1: \"a\\u{1b}[31m\": this key is unknown");
}
