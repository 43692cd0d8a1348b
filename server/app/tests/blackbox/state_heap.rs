//! Sessions of kind "heap": what a V8 snapshot keeps that values cannot, where there is none, and that the limits hold in
//! isolates that snapshots are taken of. Not the values beside it, which are those of kind "values".

use crate::harness::server::{SMALL, Server};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;
use tempfile::TempDir;

/// A server on a directory that outlives it.
fn on(home: &Path, kind: &str, settings: &[&str]) -> Server {
    let kind = format!("sessions.kind={kind}");
    let settings: Vec<&str> = [kind.as_str()].into_iter().chain(settings.iter().copied()).collect();
    let own = tempfile::tempdir().expect("a temporary directory");
    let directory = home.to_str().expect("the path is UTF-8");
    Server::start_in(own, &settings, &["--directory-path", directory])
}

fn home() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// One of everything that has no source to be made again from, or state beyond its source.
const SETUP: &str = "const counter = (() => { let n = 0; return () => ++n; })();\n\
    const [plus, read] = (() => { let shared = 10; return [() => { shared++; }, () => shared]; })();\n\
    function* numbers() { let n = 0; for (;;) yield n++; }\n\
    const generator = numbers(); generator.next();\n\
    const asynchronous = (async function* () { let n = 0; for (;;) yield n++; })(); await asynchronous.next();\n\
    class Account { #sum = 0; static #made = 0; constructor() { Account.#made++; } add(n) { this.#sum += n; return [this.#sum, Account.#made]; } }\n\
    const account = new Account();\n\
    const key = {}; const weak = new WeakMap([[key, 'found']]);\n\
    const own = Symbol('own'); const bag = { [own]: 1, [Symbol.for('shared')]: 2 };\n\
    const accessors = { hidden: 1, get twice() { return this.hidden * 2; }, set twice(n) { this.hidden = n / 2; } };\n\
    const proxy = new Proxy({}, { get: (_target, name) => `trapped ${String(name)}` });\n\
    const bound = function () { return this.n; }.bind({ n: 7 });\n\
    const iterator = new Map([['a', 1], ['b', 2], ['c', 3], ['d', 4], ['e', 5], ['f', 6], ['g', 7]]).keys();\n\
    let open; const later = new Promise((resolve) => { open = resolve; });\n\
    const waiting = (async () => `got ${await later}`)();\n\
    const blob = new Blob(['bytes of a ', 'blob']);\n\
    const compiled = new Function('n', 'return n + 1'); const error = new TypeError('kept');\n\
    const weakly = new WeakRef(account); const frozen = Object.freeze({ a: 1 }); const big = 2n ** 200n;\n\
    const stream = new ReadableStream({ start(controller) { for (let i = 0; i < 50; i++) controller.enqueue(i); } }).getReader();";

const PROBE: &str = "plus(); accessors.twice = accessors.twice + 2;\n\
    [counter(), read(), generator.next().value, (await asynchronous.next()).value, account.add(5), weak.get(key), bag[own], Object.getOwnPropertySymbols(bag).length,\n\
     accessors.twice, proxy.anything, bound(), iterator.next().value, await blob.text(), compiled(1), error.stack.split('\\n')[0], error instanceof TypeError,\n\
     weakly.deref() === account, Object.isFrozen(frozen), (big % 1000n).toString(), (await stream.read()).value]";

/// What the probe says the `n`th time, from 1.
fn expected(n: u64) -> Value {
    let letter = ["a", "b", "c", "d", "e", "f", "g"][usize::try_from(n).expect("it is small") - 1];
    json!([
        n,
        10 + n,
        n,
        n,
        [5 * n, 1],
        "found",
        1,
        2,
        2 + 2 * n,
        "trapped anything",
        7,
        letter,
        "bytes of a blob",
        2,
        "TypeError: kept",
        true,
        true,
        true,
        "376",
        n - 1
    ])
}

fn probe(server: &Server, session: &str, n: u64, when: &str) -> Value {
    let ran = server.run_in(session, PROBE);
    assert_eq!(ran["result"], expected(n), "{when}: {ran}");
    assert!(ran["lost"].is_null(), "{when}: {ran}");
    ran
}

fn kill_workers(server: &Server) {
    let killed = server.workers();
    for id in &killed {
        let status = std::process::Command::new("kill").args(["-KILL", &id.to_string()]).status();
        assert!(status.is_ok());
    }
}

#[test]
fn everything_in_the_heap_is_there_warm_cold_after_a_kill_a_restart_and_by_fork() {
    let home = home();
    let server = on(home.path(), "heap", &["sessions.max_live=1"]);
    let set = server.run_in("s", SETUP);
    assert!(set["status"] == "completed" && set["lost"].is_null(), "{set}");
    probe(&server, "s", 1, "warm");
    server.run_in("other", "1");
    probe(&server, "s", 2, "evicted");
    kill_workers(&server);
    let third = probe(&server, "s", 3, "its worker was killed");
    drop(server);
    let server = on(home.path(), "heap", &[]);
    probe(&server, "s", 4, "the server was killed");
    let from = third["heap"].as_str().expect("the state was kept");
    for (session, when) in [(Some("forked"), "into a session"), (None, "without a session")] {
        let mut request = json!({ "code": PROBE, "wait_ms": 20_000, "heap": from });
        if let Some(session) = session {
            request["session"] = json!(session);
        }
        let ran = server.exec(&request);
        assert_eq!(ran["result"], expected(4), "fork {when}: {ran}");
    }
    probe(&server, "forked", 5, "the fork goes on");
    probe(&server, "s", 5, "its origin goes on");
    let resumed = server.run_in("s", "open('it'); await waiting");
    assert_eq!(resumed["result"], "got it", "{resumed}");
}

#[test]
fn a_run_that_asks_for_another_heap_limit_finds_the_live_state() {
    let home = home();
    let server = on(home.path(), "heap", &[]);
    server.run_in("s", "const counter = (() => { let n = 0; return () => ++n; })(); counter()");
    let request =
        json!({ "code": "counter()", "wait_ms": 20_000, "session": "s", "heap_memory_max_mb": 64 });
    assert_eq!(server.exec(&request)["result"], 2);
    assert_eq!(server.run_in("s", "counter()")["result"], 3);
}

#[test]
fn two_restores_of_one_heap_draw_different_random_numbers() {
    let home = home();
    let server = on(home.path(), "heap", &[]);
    // V8 draws some ahead and keeps them in its heap.
    let heap = server.run_in("s", "Math.random(); crypto.randomUUID(); 1")["heap"].clone();
    let draw = || {
        let request = json!({ "code": "[Math.random(), crypto.randomUUID()]", "wait_ms": 20_000, "heap": heap });
        server.exec(&request)["result"].clone()
    };
    let (first, second) = (draw(), draw());
    assert!(first[0].is_number() && first[1].is_string(), "{first}");
    assert_ne!(first[0], second[0]);
    assert_ne!(first[1], second[1]);
}

#[test]
fn a_live_intl_object_is_named_and_the_rest_goes_on() {
    let home = home();
    let server = on(home.path(), "heap", &[]);
    server.run_in(
        "s",
        "const n = 1; const counter = (() => { let n = 0; return () => ++n; })(); counter()",
    );
    let ran = server.run_in(
        "s",
        "const format = { german: new Intl.NumberFormat('de') }; format.german.format(1.5)",
    );
    assert_eq!(ran["result"], "1,5", "{ran}");
    let lost = ran["lost"].as_array().expect("something was lost");
    let about = |name: &str| {
        lost.iter().find(|one| one["name"] == name).map(|one| one["reason"].to_string())
    };
    assert!(about("format.german").is_some_and(|why| why.contains("Intl.NumberFormat")), "{ran}");
    assert!(about("*").is_some_and(|why| why.contains("snapshot")), "{ran}");
    assert_eq!(
        server.run_in("s", "[counter(), format.german.format(2.5)]")["result"],
        json!([2, "2,5"])
    );
    drop(server);
    let server = on(home.path(), "heap", &[]);
    let cold = server.run_in(
        "s",
        "const again = [n, counter(), format.german.format(2.5)]; delete format.german; again",
    );
    assert_eq!(cold["result"], json!([1, 3, "2,5"]), "{cold}");
    // Without it there is a snapshot again.
    let ran = server.run_in("s", "counter()");
    assert!(ran["result"] == 4 && ran["lost"].is_null(), "{ran}");
}

#[test]
fn a_snapshot_that_takes_its_worker_along_leaves_the_variables() {
    let home = home();
    let mut server = on(home.path(), "heap", &[]);
    let code = "let n = 1; const counter = (() => { let n = 0; return () => ++n; })();\n\
        const decoder = new TextDecoder(); decoder.decode(new Uint8Array([0xe4]), { stream: true }); counter()";
    let ran = server.run_in("s", code);
    assert_eq!(ran["result"], 1, "{ran}");
    assert!(ran["lost"].to_string().contains("the worker process ended"), "{ran}");
    assert!(ran["heap"].is_string(), "{ran}");
    assert_eq!(server.run_in("s", "[n, counter()]")["result"], json!([1, 2]));
    server.oracle("a crash in a snapshot");
}

#[test]
fn a_session_goes_on_when_its_kind_changes() {
    let home = home();
    let server = on(home.path(), "values", &[]);
    let code = "const data = { a: 1 }; const counter = (() => { let n = 0; return () => ++n; })();\n\
        const Module = WebAssembly.Module; const f = () => { using x = null; return 1; }; counter()";
    server.run_in("s", code);
    drop(server);
    let server = on(home.path(), "heap", &[]);
    let ran =
        server.run_in("s", "[data.a, counter(), typeof Module, typeof f, typeof WebAssembly]");
    assert_eq!(ran["result"], json!([1, 2, "undefined", "undefined", "undefined"]), "{ran}");
    assert!(ran["lost"].to_string().contains("WebAssembly.Module"), "{ran}");
    assert!(ran["lost"].to_string().contains("could not be made again"), "{ran}");
    let ran = server.run_in("s", "const it = [1, 2, 3].values(); it.next(); function* g() { yield 1; yield 2; } const gen = g(); gen.next().value");
    assert!(ran["result"] == 1 && ran["lost"].is_null(), "{ran}");
    drop(server);
    let server = on(home.path(), "values", &[]);
    let ran = server.run_in("s", "[data.a, counter(), typeof gen, typeof WebAssembly]");
    assert_eq!(ran["result"], json!([1, 3, "undefined", "object"]), "{ran}");
    assert!(ran["lost"].to_string().contains("gen"), "{ran}");
}

#[test]
fn limits_hold_and_the_next_run_goes_on_from_the_last_checkpoint() {
    let home = home();
    let mut server = on(home.path(), "heap", SMALL);
    server.run_in(
        "s",
        "let n = 1; const counter = (() => { let n = 0; return () => ++n; })(); counter()",
    );
    let hostile = [
        ("n = 2; for (;;) {}", "limit.timeout"),
        ("n = 2; await new Promise(() => setInterval(() => {}, 10))", "limit.timeout"),
        ("n = 2; const all = []; for (;;) all.push({ n, all: [n, n, n] })", "limit.memory"),
        ("n = 2; let text = 'x'; for (;;) text = [text, text].join('')", "limit.memory"),
        (
            "n = 2; /(a*)*b/.exec('a'.repeat(1e6)); const parts = []; for (;;) parts.push(new Array(1e5).fill(1.5))",
            "limit.memory",
        ),
    ];
    for (n, (code, wanted)) in (2..).zip(hostile) {
        let ran = server.run_in("s", code);
        assert_eq!(ran["error"]["code"], wanted, "{code}: {ran}");
        let next = server.run_in("s", "[counter(), n]");
        assert_eq!(next["result"], json!([n, 1]), "{code}: {next}");
    }
    let ran = server.run_in("s", "const buffers = []; for (;;) buffers.push(new ArrayBuffer(1e6))");
    assert!(ran["error"]["message"].to_string().contains("array_buffer_mb"), "{ran}");
    server.oracle("limits in a heap session");
}

#[test]
fn the_price_is_said_where_it_is_met() {
    let home = home();
    let server = on(home.path(), "heap", &[]);
    let ran = server.run_in("s", "const n = 1;\n  WebAssembly.compile(new Uint8Array())");
    let message = ran["error"]["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("ReferenceError: ") && message.contains("sessions.kind"), "{ran}");
    assert_eq!(server.run_in("s", "typeof WebAssembly")["result"], "undefined");
    for code in [
        "\n  using x = null;",
        "function f() { for (using x of []) {} }",
        "const n: number = 1; { using x = null; }",
    ] {
        let ran = server.run_in("s", code);
        assert_eq!(ran["error"]["code"], "error.syntax", "{ran}");
        assert!(ran["error"]["message"].to_string().contains("`using`"), "{ran}");
    }
    let ran = server.run_in("s", "\n  using x = null;");
    assert_eq!((&ran["error"]["line"], &ran["error"]["column"]), (&json!(2), &json!(3)), "{ran}");
    let hidden = server.run_in("s", "eval('{ using x = null }')");
    assert!(hidden["error"]["message"].to_string().contains("SyntaxError"), "{hidden}");
    let code = "[Promise.try(() => 1) instanceof Promise, Error.isError(new Error()), new Map().getOrInsert(1, 2), new Error('x').stack.includes('run-')]";
    assert_eq!(server.run_in("s", code)["result"], json!([true, true, 2, true]));
    // A run outside of sessions pays nothing.
    assert_eq!(server.run("{ using x = null; } typeof WebAssembly")["result"], "object");
}

#[test]
fn errors_of_timers_and_rejections_are_seen_after_a_restore_with_their_place() {
    let home = home();
    let server = on(home.path(), "heap", &[]);
    server.run_in(
        "s",
        "const fail = () => { throw new Error('old') };\nfunction later() { setTimeout(fail, 1) }",
    );
    let ran = server.run_in("s", "later()");
    assert_eq!(
        (&ran["error"]["message"], &ran["error"]["line"]),
        (&json!("Error: old"), &json!(1)),
        "{ran}"
    );
    assert!(ran["error"]["source_line"].to_string().contains("const fail"), "{ran}");
    let ran = server.run_in("s", "Promise.reject(new Error('refused')); 1");
    assert_eq!(ran["error"]["message"], "Error: refused", "{ran}");
    let ran = server.run_in("s", "console.log('after'); 1");
    assert_eq!((server.output(&ran).as_str(), &ran["lost"]), ("after\n", &Value::Null), "{ran}");
}

#[test]
fn security_no_script_meets_the_host_around_a_snapshot() {
    let home = home();
    let mut server = on(home.path(), "heap", &[]);
    // Called back by V8 while the snapshot is being prepared.
    let code = "globalThis.seen = []; const registry = new FinalizationRegistry(() => { seen.push(typeof Deno, typeof __bootstrap); console.log('out of turn'); setTimeout(() => seen.push('timer'), 0); });\n\
        for (let i = 0; i < 50; i++) registry.register({}, i); 1";
    let ran = server.run_in("f", code);
    assert_eq!((server.output(&ran).as_str(), &ran["lost"]), ("", &Value::Null), "{ran}");
    let seen = server.run_in("f", "[seen.length >= 100, seen[0], seen.includes('object')]");
    assert_eq!(seen["result"], json!([true, "undefined", false]), "{seen}");
    for (n, code) in [
        "Object.defineProperty(Object.prototype, 'Deno', { get() { throw 1 }, set() { throw 2 } })",
        "Object.setPrototypeOf(globalThis, new Proxy({}, { get(_, key) { throw key }, has: () => false }))",
        "globalThis.Deno = { core: 1 }; Deno.core",
        "globalThis.__bootstrap = 1",
        "Error = 5; Object = null; Promise = undefined; Map = 1; Symbol = 2",
        "Object.freeze(Promise); Object.freeze(Object.prototype); Object.freeze(Map.prototype)",
        "Object.prototype.then = 1; Object.prototype.core = 2; Object.prototype.host = 3",
    ]
    .iter()
    .enumerate()
    {
        let session = format!("p{n}");
        let before = server.run_in(&session, &format!("{code}; 1"));
        assert!(before["result"] == 1 && before["lost"].is_null(), "{code}: {before}");
        let after = server.run_in(&session, "typeof globalThis.core + typeof Object.getOwnPropertyDescriptor?.(globalThis, 'host')");
        assert!(after["status"].is_string() && after["lost"].is_null(), "{code}: {after}");
    }
    assert_eq!(server.run_in("p2", "Deno.core")["result"], 1);
    assert_eq!(server.run_in("p3", "__bootstrap")["result"], 1);
    for (session, code) in [
        ("frozen", "Object.freeze(globalThis)"),
        ("fixed", "Object.defineProperty(globalThis, 'Deno', { value: 7 })"),
    ] {
        let ran = server.run_in(session, &format!("{code}; 1"));
        assert!(ran["result"] == 1 && ran["lost"].to_string().contains("global"), "{code}: {ran}");
        assert_eq!(server.run_in(session, "2")["result"], 2);
    }
    server.oracle("hostile globals around a snapshot");
}

#[test]
fn at_rest_a_heap_is_saved_when_its_session_is_put_away() {
    let home = home();
    let server = on(home.path(), "heap", &["sessions.checkpoint=idle", "sessions.max_live=1"]);
    server.run_in("s", "const counter = (() => { let n = 0; return () => ++n; })(); function* g() { yield 1; yield 2; } const gen = g(); gen.next(); counter()");
    assert_eq!(server.run_in("s", "counter()")["result"], 2);
    server.run_in("other", "1");
    let cold = server.run_in("s", "[counter(), gen.next().value]");
    assert!(cold["result"] == json!([3, 2]) && cold["lost"].is_null(), "{cold}");
}

#[test]
fn a_hundred_saves_in_a_row_leave_neither_state_nor_memory_behind() {
    let home = home();
    let server = on(home.path(), "heap", &[]);
    server.run_in("s", "const counter = (() => { let n = 0; return () => ++n; })(); const kept = new Array(1e4).fill(0).map((_, i) => ({ i }))");
    let size = || -> u64 {
        let sizes = server.workers().into_iter().map(|id| {
            let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
            let line =
                status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
            line.split_whitespace().next().and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0)
        });
        sizes.max().unwrap_or(0)
    };
    let mut times = Vec::new();
    let mut early = 0;
    for n in 1..=100 {
        let begun = Instant::now();
        let ran = server.run_in("s", "console.log(kept.length); counter()");
        times.push(begun.elapsed());
        assert!(ran["result"] == n && ran["lost"].is_null(), "{ran}");
        if n == 20 {
            early = size();
        }
    }
    times.sort();
    let late = size();
    eprintln!(
        "a run with a save: {:?} at least, {:?} p50, {:?} p95; {early} kB after 20, {late} kB after 100",
        times[0], times[50], times[95]
    );
    assert!(late < early + 20_000, "{early} kB, then {late} kB");
}
