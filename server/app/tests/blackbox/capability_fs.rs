//! fs in scripts, under a policy: what is allowed works as in Node, and nothing leads out of the roots.

use crate::harness::files::{CANARY, World};
use serde_json::json;
use std::path::Path;

/// A shipped policy.
fn shipped(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/filesystem");
    folder.join(name).display().to_string()
}

#[test]
fn the_operations_of_node_work_awaited_at_once_and_called_back() {
    let world = World::new("true");
    let program = include_str!("../programs/fs_operations.js");
    assert_eq!(world.result(program), json!("all passed"));
}

#[test]
fn large_answers_large_calls_and_much_output_at_once_do_not_wait_for_each_other() {
    let world = World::new("true");
    world.write("large", &"x".repeat(4 << 20));
    let code = "
        const line = 'y'.repeat(20_000), kept = 'z'.repeat(4 << 20);
        const read = async (n) => { for (let i = 0; i < 5; i++) { console.log(line); n += (await fs.promises.readFile('large')).length } return n };
        const write = async (n) => { for (let i = 0; i < 5; i++) { console.log(line); await fs.promises.writeFile(`out-${n}`, kept) } return 0 };
        const all = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => [read(0), write(n)]));
        all.reduce((a, b) => a + b, 0)";
    assert_eq!(world.result(code), json!(8 * 5 * (4 << 20)));
}

#[test]
fn a_csv_file_is_crunched() {
    let world = World::new("true");
    let mut text = "date,region,units,price\r\n".to_owned();
    for row in 0..50_000 {
        text += &format!(
            "2026-{:02}-01,{},{},{}.5\r\n",
            row % 12 + 1,
            ["north", "south", "ümlaut"][row % 3],
            row % 7,
            row % 11
        );
    }
    world.write("sales.csv", &text);
    let program = include_str!("../programs/csv.js");
    let result = world.result(program);
    assert_eq!(result["rows"], 50_000);
    assert_eq!(result["regions"], json!(["north", "south", "ümlaut"]));
    let report = world.read("report.json");
    let report: serde_json::Value = serde_json::from_str(&report).expect("the script wrote JSON");
    let expected: f64 = (0..50_000).map(|row| (row % 7) as f64 * ((row % 11) as f64 + 0.5)).sum();
    let sum: f64 = ["north", "south", "ümlaut"].iter().filter_map(|one| report[one].as_f64()).sum();
    assert!((sum - expected).abs() < 1e-6, "{sum} and not {expected}");
}

#[test]
fn the_strict_policy_denies_everything_and_says_so() {
    let world = World::with_policy(&shipped("strict"), "read_write", "");
    world.write("a.txt", "text");
    for call in [
        "readFileSync('a.txt')",
        "writeFileSync('b.txt', 'x')",
        "readdirSync('.')",
        "statSync('a.txt')",
    ] {
        let denied = world.result(&format!("(() => {{ try {{ fs.{call}; return 'done' }} catch (e) {{ return [e.code, e.outcome, e.message] }} }})()"));
        assert_eq!((&denied[0], &denied[1]), (&json!("EACCES"), &json!("denied.policy")), "{call}");
        let message = denied[2].as_str().expect("text");
        for part in ["policies.filesystem", "no file operation is allowed by the strict policy"] {
            assert!(message.contains(part), "{call}: {message}");
        }
    }
    assert_eq!(
        world.result("fs.existsSync('a.txt')"),
        json!(false),
        "nor does it tell what is there"
    );
    assert!(!world.root().join("b.txt").exists());
}

#[test]
fn the_examples_allow_what_they_are_for() {
    let world = World::with_policy(&shipped("read-only"), "read_write", "");
    world.write("a.txt", "text");
    world.write(".env", CANARY);
    assert_eq!(world.result("fs.readFileSync('a.txt', 'utf8')"), json!("text"));
    assert_eq!(world.code("fs.readFileSync('.env', 'utf8')"), json!("EACCES"));
    assert_eq!(world.code("fs.writeFileSync('a.txt', 'changed')"), json!("EACCES"));
    let world = World::with_policy(&shipped("tenant-folder"), "read_write", "");
    let tenant = "fs.mkdirSync('tenants/local', { recursive: true }); fs.writeFileSync('tenants/local/a', 'mine'); fs.readFileSync('tenants/local/a', 'utf8')";
    assert_eq!(world.result(tenant), json!("mine"));
    assert_eq!(world.code("fs.writeFileSync('tenants/locale', 'x')"), json!("EACCES"));
}

#[test]
fn without_a_policy_there_is_no_fs_and_the_error_names_the_key() {
    let mut server = crate::harness::server::Server::start(&["limits.execution_timeout_secs=5"]);
    assert_eq!(
        server.run("[typeof fs, typeof Buffer]")["result"],
        json!(["undefined", "undefined"])
    );
    let failed = server.run("fs.readFileSync('/etc/passwd')");
    let message = failed["error"]["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("fs is not defined") && message.contains("[policies.filesystem]"),
        "{failed}"
    );
    server.oracle("no fs");
}

#[test]
fn an_uncaught_refusal_is_at_its_line_and_a_read_only_root_stays_as_it_is() {
    let world = World::with_condition("true", "read", "");
    world.write("a.txt", "text");
    let failed = world.run("const n = 1;\nawait fs.promises.writeFile('a.txt', 'x');\n");
    let error = &failed["error"];
    assert_eq!(error["code"], "error.script", "{failed}");
    assert_eq!(error["line"], 2, "{failed}");
    let failed = world.run("\n\nfs.rmSync('a.txt')");
    assert_eq!(failed["error"]["line"], 3, "{failed}");
    assert!(failed["error"]["message"].as_str().unwrap_or_default().contains("EROFS"), "{failed}");
    assert_eq!(world.read("a.txt"), "text");
}

#[test]
fn values_of_fs_are_kept_in_a_session_and_its_open_files_are_not() {
    let world = World::new("true");
    world.write("a.txt", "text");
    let first = world.run_in("s", "const { readFileSync } = fs; const bytes = readFileSync('a.txt'); const stats = fs.statSync('a.txt'); const fd = fs.openSync('a.txt'); const handle = await fs.open('a.txt'); handle.fd > fd");
    assert_eq!(first["result"], true, "{first}");
    let next = world.run_in("s", "const other = fs.openSync('a.txt'); const code = (f) => { try { return f() } catch (e) { return e.code } }; [bytes.toString(), stats.isFile(), readFileSync('a.txt', 'utf8'), code(() => fs.readSync(fd, new Uint8Array(4))), await handle.read().catch((e) => e.code), other > fd]");
    assert_eq!(next["result"], json!(["text", true, "text", "EBADF", "EBADF", true]), "{next}");
}

#[test]
fn a_call_that_waits_ends_with_its_run() {
    // An OPA that never answers: the call is in the decision when the time is over.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let rule = format!("{{ url = \"http://{}\" }}", silent.local_addr().expect("it is bound"));
    let mut world = World::with_rule(&rule, "read", "timeout_ms = 60000");
    let body = json!({ "code": "fs.readFileSync('a.txt')", "wait_ms": 20_000, "execution_timeout_secs": 1 });
    let ended = world.server.exec(&body);
    assert_eq!(ended["error"]["code"], "limit.timeout", "{ended}");
    world.server.oracle("a call that waits");
}
