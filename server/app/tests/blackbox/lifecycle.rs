//! The life of a server: start, configuration, sessions, restart, drain.

use crate::harness::eventually;
use crate::harness::server::{Server, binary};
use serde_json::{Value, json};
use std::process::Command;
use std::time::Instant;

#[test]
fn a_drain_lets_running_runs_end_and_refuses_new_ones() {
    let mut server = Server::start(&["server.drain_secs=10"]);
    let accepted = server.post("/api/exec", &json!({ "code": "await new Promise(r => setTimeout(r, 2000)); 'done'", "persist": false })).json();
    let path = format!("/api/executions/{}", accepted["execution_id"].as_str().expect("an id"));
    eventually("the run begins", || {
        (server.get(&path).json()["status"] == "running").then_some(())
    });
    server.signal("TERM");
    eventually("new runs are refused", || (server.get("/readyz").status == 503).then_some(()));
    let refused = server.post("/api/exec", &json!({ "code": "1" }));
    assert_eq!(
        (refused.status, refused.json()["code"].as_str()),
        (503, Some("unavailable.draining"))
    );
    assert_eq!(server.get(&format!("{path}?wait_ms=10000")).json()["result"], "done");
    assert_eq!(server.wait(), Some(0));
}

#[test]
fn a_drain_stops_what_does_not_end_in_time() {
    let mut server = Server::start(&["server.drain_secs=1"]);
    server.post("/api/exec", &json!({ "code": "for (;;) {}" }));
    let begun = Instant::now();
    server.signal("INT");
    assert_eq!(server.wait(), Some(0));
    assert!(begun.elapsed().as_secs() < 8, "{:?}", begun.elapsed());
}

#[test]
fn no_worker_outlives_a_killed_server() {
    let mut server = Server::start(&[]);
    server.run("1");
    let workers = server.workers();
    assert!(!workers.is_empty());
    server.signal("KILL");
    server.wait();
    // A zombie that nobody has reaped yet has no command line any more.
    let gone = |id: &u32| {
        std::fs::read(format!("/proc/{id}/cmdline")).map_or(true, |line| line.is_empty())
    };
    eventually("the workers end", || workers.iter().all(gone).then_some(()));
}

#[test]
fn executions_and_output_survive_a_restart_and_unfinished_ones_say_so() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let path = home.path().to_owned();
    let mut first = Server::start_in(home, &[], &[]);
    let done = first.run("console.log('kept'); 5");
    let running = first.post("/api/exec", &json!({ "code": "for (;;) {}" })).json();
    let running = format!("/api/executions/{}", running["execution_id"].as_str().expect("an id"));
    eventually("it runs", || (first.get(&running).json()["status"] == "running").then_some(()));
    first.signal("KILL");
    first.wait();
    let flags = ["--directory-path".to_owned(), path.join("mcp-v8").display().to_string()];
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let second = Server::start_in(tempfile::tempdir().expect("a temporary directory"), &[], &flags);
    let again = second
        .get(&format!("/api/executions/{}", done["execution_id"].as_str().expect("an id")))
        .json();
    assert_eq!((&again["result"], again["output"].as_str()), (&json!(5), Some("kept\n")));
    assert_eq!(second.get(&running).json()["error"]["code"], "error.worker");
    // A second server on the same directory is refused, with the reason.
    let refused =
        Command::new(binary()).args(["--http-port", "0"]).args(&flags).output().expect("it runs");
    assert!(
        !refused.status.success()
            && String::from_utf8_lossy(&refused.stderr).contains("another server")
    );
}

#[test]
fn a_session_that_lost_its_live_state_says_so() {
    let server = Server::start(&["limits.execution_timeout_secs=1"]);
    server.run_in("s", "let x = 1");
    let stopped = server.run_in("s", "for (;;) {}");
    assert_eq!(stopped["lost"][0]["name"], "*", "{stopped}");
    assert_eq!(server.run_in("s", "typeof x")["result"], "undefined");
    // Idle for too long: the next run says it, once.
    let server = Server::start(&["sessions.idle_ttl_secs=1"]);
    server.run_in("s", "let x = 1");
    eventually("the session expires", || {
        (server.get("/readyz").json()["live_sessions"] == 0).then_some(())
    });
    let next = server.run_in("s", "typeof x");
    assert!(
        next["lost"][0]["reason"].as_str().is_some_and(|why| why.contains("idle_ttl_secs")),
        "{next}"
    );
    assert!(server.run_in("s", "1")["lost"].is_null());
}

#[test]
fn a_session_whose_failed_run_left_work_that_cannot_be_cancelled_says_so_and_starts_anew() {
    let server = Server::start(&[]);
    server.run_in("s", "let x = 1");
    // Eight modules of half a million functions are compiled in V8's threads when the script throws.
    let code = "const leb = (n) => { const o = []; do { const b = n & 127; n >>>= 7; o.push(n ? b | 128 : b) } while (n); return o };\n\
        const n = 5e5, count = leb(n), bytes = new Uint8Array(8 * n + 64); let at = 0;\n\
        const put = (list) => { bytes.set(list, at); at += list.length };\n\
        put([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, ...leb(count.length + n), ...count]); at += n;\n\
        put([10, ...leb(count.length + 3 * n), ...count]); for (let i = 0; i < n; i++) put([2, 0, 11]);\n\
        for (let i = 0; i < 8; i++) WebAssembly.compile(bytes.slice(0, at)).then(() => console.log('old'));\n\
        throw new Error('now')";
    let failed = server.run_in("s", code);
    assert_eq!(failed["error"]["message"], "Error: now", "{failed}");
    assert_eq!(failed["lost"][0]["name"], "*", "{failed}");
    assert!(
        failed["lost"][0]["reason"].as_str().is_some_and(|why| why.contains("under way")),
        "{failed}"
    );
    let next =
        server.run_in("s", "await new Promise((resolve) => setTimeout(resolve, 20)); typeof x");
    assert_eq!((&next["result"], server.output(&next).as_str()), (&json!("undefined"), ""));
    assert!(next["lost"].is_null(), "{next}");
}

#[test]
fn sessions_are_evicted_by_number_and_keep_their_order() {
    let server = Server::start(&["sessions.max_live=2", "workers.concurrent_runs=2"]);
    for name in ["a", "b", "c"] {
        server.run_in(name, "let x = 1");
    }
    assert_eq!(server.get("/readyz").json()["live_sessions"], 2);
    assert!(
        server.run_in("a", "typeof x")["lost"][0]["reason"]
            .as_str()
            .is_some_and(|why| why.contains("max_live"))
    );
    // Ten submissions of one session run one by one, in order.
    let ids: Vec<Value> = (0..10)
        .map(|n| server.post("/api/exec", &json!({ "code": format!("globalThis.seen = [...(globalThis.seen ?? []), {n}]; seen"), "session": "o" })).json())
        .collect();
    let last = ids[9]["execution_id"].as_str().expect("an id");
    let ended = server.get(&format!("/api/executions/{last}?wait_ms=10000")).json();
    assert_eq!(ended["result"], json!([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
}

#[test]
fn client_given_limits_are_clamped_and_nonsense_is_refused() {
    let server = Server::start(&[
        "limits.execution_timeout_secs=1",
        "limits.max_execution_timeout_secs=1",
        "limits.sync_wait_ms=1000",
    ]);
    let ended = server.exec(&json!({ "code": "for (;;) {}", "execution_timeout_secs": 1000, "heap_memory_max_mb": 100_000, "wait_ms": 5000 }));
    assert_eq!(ended["error"]["code"], "limit.timeout");
    for bad in [
        json!({ "code": "1", "heap_memory_max_mb": 1 }),
        json!({ "code": "1", "execution_timeout_secs": 0 }),
        json!({ "code": "" }),
        json!({ "code": "1", "session": "../x" }),
        json!({ "code": "1", "wait_ms": -1 }),
        json!({}),
    ] {
        let answer = server.post("/api/exec", &bad);
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (400, Some("error.request")),
            "{bad}"
        );
    }
}

#[test]
fn a_smaller_heap_is_granted_to_one_run() {
    let server = Server::start(&[]);
    let grow = "const a = []; for (let i = 0; i < 4e6; i++) a.push({ i }); a.length";
    assert_eq!(
        server.exec(&json!({ "code": grow, "wait_ms": 20_000, "persist": false }))["status"],
        "completed"
    );
    let small = server.exec(
        &json!({ "code": grow, "wait_ms": 20_000, "persist": false, "heap_memory_max_mb": 32 }),
    );
    assert_eq!(small["error"]["code"], "limit.memory", "{small}");
}

#[test]
fn a_wrong_configuration_is_refused_with_file_line_and_key() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let file = home.path().join("bad.toml");
    std::fs::write(&file, "[limits]\nheap_memory_max_mbb = 1\nexecution_timeout_secs = \"x\"\n")
        .expect("it can be written");
    for command in [vec!["check", "--config"], vec!["--config"]] {
        let refused = Command::new(binary())
            .args(&command)
            .arg(&file)
            .env("HOME", home.path())
            .output()
            .expect("it runs");
        let text = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(78), "{text}");
        assert!(
            text.contains("bad.toml:2:1: limits.heap_memory_max_mbb")
                && text.contains("bad.toml:3:"),
            "{text}"
        );
    }
    let port = Command::new(binary())
        .args(["--set", "transport.http.listen=[\"0.0.0.0:0\"]", "--set", "storage.kind=none"])
        .output()
        .expect("it runs");
    assert!(String::from_utf8_lossy(&port.stderr).contains("allow_public_without_auth"));
}

#[test]
fn the_schema_and_the_openapi_document_are_printed() {
    let schema = Command::new(binary()).arg("schema").output().expect("it runs");
    let schema: Value = serde_json::from_slice(&schema.stdout).expect("JSON");
    assert!(schema["properties"]["limits"].is_object());
    let openapi = Command::new(binary()).arg("--print-openapi").output().expect("it runs");
    let openapi: Value = serde_json::from_slice(&openapi.stdout).expect("JSON");
    assert_eq!(openapi["openapi"], "3.1.0");
}
