//! Engine and resources, group E of the threat catalogue: whatever a script does, the server keeps its process and
//! answers the next run within two seconds.

use crate::harness::eventually;
use crate::harness::server::Server;
use serde_json::{Value, json};

/// Scripts that must end at a limit, or with an exception of their own.
const LIMITED: &[(&str, &str)] = &[
    ("E01 an array that grows for ever", "const a = []; for (;;) a.push({ x: [1, 2, 3] })"),
    ("E02 one allocation far over the heap", "new Array(1e9).fill(0)"),
    (
        "E03 strings doubled and flattened",
        "let s = 'x'.repeat(1 << 20); const k = []; for (let i = 0; i < 64; i++) { s += s; /y/.test(s); k.push(s) }",
    ),
    ("E04 touched ArrayBuffers", "const k = []; for (;;) k.push(new Uint8Array(64 << 20).fill(1))"),
    (
        "E05 a WebAssembly memory of 4 GiB",
        "const m = new WebAssembly.Memory({ initial: 65536 }); new Uint8Array(m.buffer).fill(1)",
    ),
    (
        "E06 WebAssembly tables",
        "const t = []; for (;;) t.push(new WebAssembly.Table({ initial: 1e7, element: 'anyfunc' }))",
    ),
    (
        "E07 20,000 WebAssembly memories",
        "const m = []; for (let i = 0; i < 20000; i++) m.push(new WebAssembly.Memory({ initial: 0, maximum: 1 })); m.length; for (;;);",
    ),
    ("E08 a Map that grows", "const m = new Map(); for (let i = 0;; i++) m.set(i, { i })"),
    ("E08 a Set that grows", "const m = new Set(); for (let i = 0;; i++) m.add('k' + i)"),
    ("E08 object keys that grow", "const o = {}; for (let i = 0;; i++) o['k' + i] = i"),
    ("E08 a sparse array", "const a = []; for (let i = 0;; i += 97) a[i] = {}"),
    ("E09 a huge BigInt", "2n ** (2n ** 30n)"),
    ("E09 a BigInt squared for ever", "let x = 3n; for (;;) x = x * x"),
    ("E09 a huge BigInt as text", "(3n ** (2n ** 24n)).toString().length; for (;;);"),
    ("E10 a bomb for JSON.parse", "JSON.parse('['.repeat(5e7))"),
    (
        "E11 aliases multiplied by stringify",
        "let a = ['x']; for (let i = 0; i < 30; i++) a = [a, a]; JSON.stringify(a).length",
    ),
    (
        "E13 endless recursion in catch",
        "Error.stackTraceLimit = Infinity; function f() { try { f() } catch (e) { f() } } f()",
    ),
    ("E14 a loop", "for (;;) {}"),
    ("E15 a loop that catches its end", "for (;;) { try { for (;;); } finally { continue } }"),
    ("E16 a loop of microtasks", "const f = () => Promise.resolve().then(f); f()"),
    ("E18 two million timers", "for (let i = 0; i < 2e6; i++) setTimeout(() => {}, 1e6)"),
    (
        "E19 a regular expression that backtracks",
        "for (;;) /^(a+)+\\1$/.test('a'.repeat(40) + 'b')",
    ),
    ("E21 a search over 2^53 elements", "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)"),
    (
        "E22 a sort of a large array",
        "const f = new Float64Array(2 ** 22).map(Math.random); for (;;) f.slice().sort()",
    ),
    (
        "E23 normalization of a long string",
        "const s = 'e\\u0301'.repeat(2 ** 22); for (;;) s.normalize('NFKD')",
    ),
    (
        "E25 nested proxies",
        "let p = {}; for (let i = 0; i < 1e6; i++) p = new Proxy(p, {}); p.x; for (;;);",
    ),
    ("E29 deep text for eval", "eval('('.repeat(1e6)); "),
    ("E29 many ifs for eval", "eval('if(1)'.repeat(1e6))"),
    (
        "E32 a finalization callback that loops",
        "new FinalizationRegistry(() => { for (;;); }).register({}, 1); for (;;) new Array(1000)",
    ),
    ("E34 Intl objects", "const k = []; for (;;) k.push(new Intl.Collator('de'))"),
    (
        "resizable ArrayBuffers of 1 GiB",
        "const k = []; for (let i = 0; i < 1024; i++) { const b = new ArrayBuffer(1 << 20, { maxByteLength: 2 << 20 }); new Uint8Array(b).fill(1); k.push(b) } k.length; for (;;);",
    ),
    (
        "WebAssembly memories of 1 GiB",
        "const k = []; for (let i = 0; i < 1024; i++) { const m = new WebAssembly.Memory({ initial: 16 }); new Uint8Array(m.buffer).fill(1); k.push(m) } k.length; for (;;);",
    ),
];

fn limited(case: &str, ended: &Value) {
    let code = ended["error"]["code"].as_str().unwrap_or_default();
    let message = ended["error"]["message"].as_str().unwrap_or_default();
    // A script may meet the limit as an exception of its own.
    let own = code == "error.script"
        && ["RangeError", "SyntaxError", "TypeError"].iter().any(|kind| message.contains(kind));
    assert!(code.starts_with("limit.") || own, "{case}: {ended}");
}

#[test]
fn no_script_outlives_its_limits_or_hurts_the_next_run() {
    let mut server = Server::small();
    for (case, code) in LIMITED {
        let ended = server.run(code);
        limited(case, &ended);
        server.oracle(case);
    }
}

#[test]
fn no_source_text_hurts_the_server() {
    let mut server = Server::small();
    for (case, code, accepted) in [
        ("E30 100,000 parentheses", "(".repeat(100_000), false),
        ("E30 300,000 additions", format!("1{}", "+1".repeat(300_000)), false),
        ("E30 100,000 braces", "{".repeat(100_000), false),
        ("E30 200,000 negations", "!".repeat(200_000), false),
        ("E30 100,000 arrows", "x=>".repeat(100_000), false),
        ("E30 100,000 generics", "Array<".repeat(100_000), false),
        ("E30 100,000 backticks", "`${".repeat(100_000), false),
        ("E31 one long comment", format!("/*{}*/ 1", "x".repeat(1 << 20)), true),
        ("E31 one long string", format!("'{}'.length", "x".repeat(1 << 20)), true),
        ("E31 many functions", "function f() {}\n".repeat(50_000) + "1", true),
        ("E31 a byte order mark and CRLF", "\u{feff}1;\r\n2".to_owned(), true),
        ("E31 NUL and lone escapes", "\0".to_owned(), false),
    ] {
        let ended = server.run(&code);
        match accepted {
            true => assert_eq!(ended["status"], "completed", "{case}: {ended}"),
            false => assert_eq!(ended["error"]["code"], "error.syntax", "{case}: {ended}"),
        }
        server.oracle(case);
    }
    let large = server.post("/api/exec", &json!({ "code": "x".repeat(3 << 20) }));
    assert_eq!((large.status, large.json()["code"].as_str()), (413, Some("limit.size")));
}

#[test]
fn a_wait_ends_at_its_limit_and_frees_its_place() {
    // E17: one place only.
    let mut server =
        Server::start(&["workers.concurrent_runs=1", "limits.execution_timeout_secs=1"]);
    let ended = server.run("await new Promise(resolve => setTimeout(resolve, 2e9))");
    assert_eq!(ended["error"]["code"], "limit.timeout");
    assert!(ended["duration_ms"].as_u64().is_some_and(|ms| ms < 1350), "{ended}");
    server.oracle("E17 a timer far away");
    // A promise that nothing can settle is known at once, and said.
    let ended = server.run("await new Promise(() => {})");
    assert_eq!(ended["error"]["code"], "error.script");
    assert!(ended["duration_ms"].as_u64().is_some_and(|ms| ms < 500), "{ended}");
    server.oracle("a promise that never settles");
}

#[test]
fn atomics_cannot_block_a_worker() {
    let mut server = Server::small();
    // E24: waiting needs shared memory, and the main thread of a worker may not wait.
    let ended = server.run("Atomics.wait(new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer), 0, 0)");
    limited("E24", &ended);
    server.oracle("E24");
}

#[test]
fn webassembly_loops_and_large_modules_are_stopped() {
    let mut server = Server::small();
    // E26: (func (loop br 0)) exported as "f".
    let looping =
        "[0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,3,64,12,0,11,11]";
    let code = format!(
        "new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array({looping}))).exports.f()"
    );
    assert_eq!(server.run(&code)["error"]["code"], "limit.timeout");
    server.oracle("E26 a loop in WebAssembly");
}

#[test]
fn a_fresh_run_sees_nothing_of_another() {
    // E37
    let server = Server::small();
    server.run("globalThis.left = 1; Object.prototype.planted = 2; Symbol.for('mark'); Array.prototype.map = null; 1");
    let seen = server.run("[typeof left, ({}).planted === undefined, typeof Array.prototype.map]");
    assert_eq!(seen["result"], json!(["undefined", true, "function"]));
}

#[test]
fn randomness_differs_between_isolates() {
    // E38
    let server = Server::small();
    let code = "[Math.random(), crypto.randomUUID(), crypto.getRandomValues(new Uint32Array(1))[0]].join()";
    let results: Vec<Value> = (0..6).map(|_| server.run(code)["result"].clone()).collect();
    for (index, one) in results.iter().enumerate() {
        assert!(one.is_string() && !results[..index].contains(one), "{results:?}");
    }
    let workers = Server::start(&["workers.runs_per_worker=1"]);
    let first: Vec<Value> =
        (0..3).map(|_| workers.run("Math.random()")["result"].clone()).collect();
    assert!(first[0] != first[1] && first[1] != first[2], "{first:?}");
}

#[test]
fn a_worker_that_is_killed_costs_its_run_and_nothing_else() {
    // E39
    for signal in ["KILL", "SEGV", "ILL", "BUS"] {
        let mut server = Server::start(&[
            "workers.ready=0",
            "workers.concurrent_runs=1",
            "limits.execution_timeout_secs=10",
        ]);
        let accepted =
            server.post("/api/exec", &json!({ "code": "for (;;) {}", "persist": false })).json();
        let id = accepted["execution_id"].as_str().expect("an id").to_owned();
        let path = format!("/api/executions/{id}");
        eventually("the run begins", || {
            (server.get(&path).json()["status"] == "running").then_some(())
        });
        let ended = eventually("the run ends", || {
            // A handler of the runtime takes the first SIGSEGV that is no fault of its own, and steps aside.
            server.signal_workers(signal);
            Some(server.get(&path).json()).filter(|run| run["completed_at"].is_string())
        });
        let code = ended["error"]["code"].as_str().unwrap_or_default();
        // A signal that lands while the source is parsed looks like a parser that overflowed.
        assert!(["error.worker", "error.syntax"].contains(&code), "{signal}: {ended}");
        server.oracle(signal);
    }
}

#[test]
fn a_worker_that_is_stopped_is_killed_at_the_deadline() {
    let mut server =
        Server::start(&["workers.concurrent_runs=1", "limits.execution_timeout_secs=1"]);
    let accepted =
        server.post("/api/exec", &json!({ "code": "for (;;) {}", "persist": false })).json();
    let path = format!("/api/executions/{}", accepted["execution_id"].as_str().expect("an id"));
    eventually("the run begins", || {
        (server.get(&path).json()["status"] == "running").then_some(())
    });
    server.signal_workers("STOP");
    let ended = eventually("the run ends", || {
        Some(server.get(&path).json()).filter(|run| run["completed_at"].is_string())
    });
    assert_eq!(ended["error"]["code"], "limit.timeout", "{ended}");
    // The spare worker may have been stopped too: its turn ends at the same deadline.
    let _ = server.run("1");
    server.oracle("E39 SIGSTOP");
}

#[test]
fn a_worker_that_does_not_take_its_job_is_killed_at_the_deadline() {
    let mut server =
        Server::start(&["workers.concurrent_runs=1", "limits.execution_timeout_secs=1"]);
    assert_eq!(server.run("1 + 1")["result"], 2, "positive control, and the worker is there");
    server.signal_workers("STOP");
    // More than a socket holds: the server cannot put it there and forget it.
    let source = format!("/* {} */ 1", "x".repeat(1_000_000));
    let ended = server.run(&source);
    assert_eq!(ended["error"]["code"], "limit.timeout", "{ended}");
    let _ = server.run("1");
    server.oracle("SIGSTOP before the job");
}

#[test]
fn submissions_beyond_the_queue_are_refused_at_once() {
    // E36
    let server = Server::start(&[
        "workers.concurrent_runs=1",
        "limits.queued_runs=8",
        "limits.queued_runs_per_tenant=8",
    ]);
    let request = json!({ "code": "for (;;) {}", "persist": false });
    let answers: Vec<_> = (0..40).map(|_| server.post("/api/exec", &request)).collect();
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!(refused.len() >= 30, "{} refused", refused.len());
    for answer in refused {
        assert_eq!(answer.json()["code"], "unavailable.busy");
        assert!(answer.header("retry-after").is_some());
    }
}
