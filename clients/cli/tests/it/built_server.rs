//! Against a real server. Every name here begins with the module's, by which `cargo xtask clients` finds them.

use crate::server::{Server, program, run, run_with};
use mcp_v8_client::{Options, types::ExecRequest};
use std::io::{BufRead as _, BufReader};
use std::process::Command;
use tempfile::TempDir;

const UNKNOWN: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn start(settings: &[&str]) -> (TempDir, Server) {
    let home = tempfile::tempdir().expect("a folder");
    let server = Server::start(home.path(), settings);
    (home, server)
}

#[test]
#[ignore = "needs MCP_V8_BIN: cargo xtask clients"]
fn a_program_comes_from_an_argument_a_file_or_standard_input() {
    let (home, server) = start(&[]);
    let file = home.path().join("main.ts");
    std::fs::write(&file, "const n: number = 6; console.log('from a file'); n * 7")
        .expect("a file");
    let file = file.display().to_string();
    assert_eq!(run(&server.url, &["exec", "console.log('a'); 1 + 1"]).good(), "a\n2\n");
    assert_eq!(run(&server.url, &["exec", "--file", &file]).good(), "from a file\n42\n");
    for arguments in [&["exec"][..], &["exec", "-"], &["exec", "-f", "-"]] {
        assert_eq!(run_with(&server.url, arguments, "'é'").good(), "\"é\"\n", "{arguments:?}");
    }
    assert_eq!(run(&server.url, &["exec", "undefined"]).good(), "");
}

#[test]
#[ignore = "needs MCP_V8_BIN: cargo xtask clients"]
fn output_is_shown_while_the_program_runs_and_ctrl_c_cancels_it() {
    let (_home, server) = start(&[]);
    let code = "console.log('begun'); await new Promise(done => setTimeout(done, 60_000))";
    let mut child =
        program(&server.url, &["exec", "--timeout", "90", code]).spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    assert_eq!(line, "begun\n");
    let running = run(&server.url, &["executions", "list", "--json"]).json();
    assert_eq!(running["executions"][0]["status"], "running", "{running}");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let id = running["executions"][0]["execution_id"].as_str().expect("an id");
    assert_eq!(
        run(&server.url, &["executions", "get", id, "--wait", "--json"]).json()["status"],
        "cancelled"
    );
}

#[test]
#[ignore = "needs MCP_V8_BIN: cargo xtask clients"]
fn exit_codes_tell_the_programs_failure_from_the_servers_refusal() {
    let (_home, server) = start(&[]);
    let thrown = run(&server.url, &["exec", "console.log('out');\nthrow new TypeError('no')"]);
    assert_eq!((thrown.code, thrown.out.as_str()), (Some(1), "out\n"));
    assert!(
        thrown.err.starts_with("error.script: TypeError: no\n") && thrown.err.contains(":2:7"),
        "{thrown:?}"
    );
    let endless = run(&server.url, &["exec", "--timeout", "1", "for (;;) {}"]);
    assert_eq!(endless.code, Some(1), "{endless:?}");
    assert!(endless.err.starts_with("limit.timeout: "), "{endless:?}");
    for arguments in [
        &["executions", "get", UNKNOWN][..],
        &["executions", "follow", UNKNOWN],
        &["executions", "cancel", UNKNOWN],
        &["artifacts", "get", "none"],
        &["exec", "--session", "not/a name", "1"],
        &["executions", "list", "--limit", "0"],
    ] {
        let ran = run(&server.url, arguments);
        assert_eq!(ran.code, Some(3), "{arguments:?} {ran:?}");
        assert!(ran.err.contains("error.") && ran.err.contains("(request "), "{ran:?}");
    }
}

#[test]
#[ignore = "needs MCP_V8_BIN: cargo xtask clients"]
fn executions_sessions_heaps_and_tags_are_listed_for_people_and_for_programs() {
    let (_home, server) = start(&[]);
    let url = &server.url;
    let first = run(
        url,
        &[
            "exec",
            "--json",
            "--session",
            "work",
            "--tag",
            "kind=cli",
            "let kept = 1; console.log('x'); kept",
        ],
    );
    let first = {
        first.good();
        first.json()
    };
    assert_eq!((&first["result"], &first["output"]), (&1.into(), &"x\n".into()), "{first}");
    let (id, heap) =
        (first["execution_id"].as_str().expect("an id"), first["heap"].as_str().expect("a heap"));
    assert_eq!(run(url, &["exec", "--session", "work", "kept + 1"]).good(), "2\n");
    assert_eq!(run(url, &["exec", "--heap", heap, "--fresh", "kept"]).good(), "1\n");

    let table = run(url, &["executions", "list"]);
    assert!(
        table.good().starts_with("ID ")
            && table.out.contains(id)
            && table.out.contains("completed"),
        "{table:?}"
    );
    assert!(run(url, &["executions", "get", id]).good().contains("output     2 bytes, 1 lines"));
    assert_eq!(run(url, &["executions", "output", id]).good(), "x\n");
    assert_eq!(run(url, &["executions", "follow", id]).good(), "x\n1\n");
    let page = run(url, &["executions", "list", "--limit", "1"]);
    let next = page.err.trim().rsplit(' ').next().expect("where it goes on").to_owned();
    assert!(!run(url, &["executions", "list", "--from", &next]).good().contains(&next), "{page:?}");

    assert!(run(url, &["sessions", "list"]).good().contains("work"));
    assert!(run(url, &["sessions", "history", "work"]).good().contains(heap));
    assert!(run(url, &["heaps", "get", heap]).good().contains("tags     kind=cli"));
    assert!(run(url, &["heaps", "find", "kind=cli"]).good().contains(heap));
    assert!(run(url, &["tags", "set", heap, "a=1", "b=2=3"]).good().contains("b     2=3"));
    run(url, &["tags", "delete", heap, "a"]).good();
    assert_eq!(
        run(url, &["tags", "get", heap, "--json"]).json()["tags"],
        serde_json::json!({ "b": "2=3" })
    );
    run(url, &["sessions", "delete", "work"]).good();
    assert_eq!(run(url, &["sessions", "history", "work"]).code, Some(3));
}

#[test]
#[ignore = "needs MCP_V8_BIN: cargo xtask clients"]
fn artifacts_are_downloaded_byte_by_byte_and_no_file_is_overwritten() {
    let (home, server) = start(&[]);
    let code = "artifact('a b/ü.bin', 'application/x-test', new Uint8Array([0, 255, 10, 13]))";
    let made = run(&server.url, &["exec", "--json", code]).json();
    let id = made["execution_id"].as_str().expect("an id");
    let list = run(&server.url, &["artifacts", "list", "--execution", id]);
    assert!(
        list.good().contains("application/x-test") && list.out.contains("a b/ü.bin"),
        "{list:?}"
    );
    let path = home.path().join("got.bin");
    let file = path.display().to_string();
    let get = ["artifacts", "get", "a b/ü.bin", "--execution", id, "--output", &file];
    run(&server.url, &get).good();
    assert_eq!(std::fs::read(&path).expect("it is there"), [0, 255, 10, 13]);
    assert_eq!(run(&server.url, &get).code, Some(2));
    let piped = program(&server.url, &get[..5]).output().expect("it runs");
    assert_eq!(piped.stdout, [0, 255, 10, 13]);
}

#[test]
#[ignore = "needs MCP_V8_BIN: cargo xtask clients"]
fn a_token_is_read_from_its_file_and_its_absence_is_a_refusal() {
    // SHA-256 of "cli-0123456789abcdef0123456789ab".
    let digest = "d67b5095c7cba5ff4b7589544d5b40975c2da8ed7a9a460fab5906f14a6ea916";
    let (home, server) =
        start(&[&format!("auth.tokens=[{{\"name\":\"cli\",\"sha256\":\"{digest}\"}}]")]);
    let file = home.path().join("token");
    std::fs::write(&file, "cli-0123456789abcdef0123456789ab\n").expect("a file");
    let without = run(&server.url, &["version"]);
    assert_eq!(without.code, Some(3), "{without:?}");
    assert!(without.err.contains("denied.auth"), "{without:?}");
    let with = program(&server.url, &["exec", "1 + 1"]).env("MCP_V8_TOKEN_FILE", &file).output();
    assert_eq!(with.expect("it runs").stdout, b"2\n");
}

#[tokio::test]
#[ignore = "needs MCP_V8_BIN: cargo xtask clients"]
async fn the_library_runs_programs_and_waits_longer_than_one_answer_takes() {
    let (_home, server) = start(&["limits.sync_wait_ms=200"]);
    let client = Options::new(&server.url).connect().expect("a client");
    let code = "await new Promise(done => setTimeout(done, 1000)); ({ answer: 42 })";
    let request = ExecRequest { code: Some(code.to_owned()), ..ExecRequest::default() };
    let execution = client.run(&request).await.expect("it runs");
    assert_eq!(execution.result, Some(serde_json::json!({ "answer": 42 })), "{execution:?}");
    let failed = ExecRequest { code: Some("null.x".to_owned()), ..ExecRequest::default() };
    let failed = client.run(&failed).await.expect("it runs").error.expect("an error");
    assert_eq!((failed.code.as_deref(), failed.line), (Some("error.script"), Some(1)));
    let refused = client.run(&ExecRequest::default()).await.expect_err("there is no program");
    assert!(mcp_v8_client::describe(&refused).starts_with("error.request: "), "{refused:?}");
}
