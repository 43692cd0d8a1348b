//! Memory and long native loops, the rest of group E of the threat catalogue. Not the plain cases of `security_engine`:
//! these get past V8's own checks in other engines, or come through the web platform's objects.

use crate::harness::eventually;
use crate::harness::server::Server;
use serde_json::Value;

/// Most the server's own memory may grow over a series of hostile runs, KiB.
const SERVER_GROWTH_KIB: u64 = 64 << 10;

/// Most descriptors the server may have more when all is quiet again.
const SERVER_DESCRIPTORS: usize = 8;

/// Scripts that end at a limit, or with a RangeError or SyntaxError of their own.
const HOSTILE: &[(&str, &str)] = &[
    ("E02 an array-like of 2^31 sorted", "Array.prototype.sort.call({ length: 2 ** 31 })"),
    ("E02 a string split into 2^28", "'a'.repeat(2 ** 28).split('')"),
    ("E02 a spread of 2^28 arguments", "Math.max(...new Array(2 ** 28).fill(1))"),
    ("E02 an array from 2^32 - 1", "Array.from({ length: 2 ** 32 - 1 })"),
    (
        "E03 memory taken again in catch",
        "for (;;) { try { const a = []; for (;;) a.push(new Array(1e6)) } catch {} }",
    ),
    (
        "E04 one resizable buffer",
        "const b = new ArrayBuffer(0, { maxByteLength: 2 ** 30 }); b.resize(2 ** 30); new Uint8Array(b).fill(1)",
    ),
    (
        "E04 buffers transferred",
        "let b = new ArrayBuffer(1); for (let i = 1;; i = i * 2 % 2 ** 31) b = b.transfer(i)",
    ),
    (
        "E20 200,000 alternatives",
        "new RegExp(Array.from({ length: 2e5 }, (_, i) => `x{2,${900 + i % 9}}`).join('|')).test('x'.repeat(1e4))",
    ),
    ("E21 a reversal of 2^53", "Array.prototype.reverse.call({ length: 2 ** 53 - 1 })"),
    ("E21 a copy within 2^53", "Array.prototype.copyWithin.call({ length: 2 ** 53 - 1 }, 0, 1)"),
    (
        "E25 a chain of 5 million prototypes",
        "let p = null; for (let i = 0; i < 5e6; i++) p = Object.create(p); p.nothing",
    ),
    ("E25 2 million binds", "let f = () => 1; for (let i = 0; i < 2e6; i++) f = f.bind(null); f()"),
    ("E29 5 million brackets for eval", "eval('['.repeat(5e6))"),
    ("Blobs", "const k = []; for (;;) k.push(new Blob(['x'.repeat(1 << 20)]))"),
    ("URLs", "const k = []; for (let i = 0;; i++) k.push(new URL('http://a/' + i))"),
    (
        "a stream without end",
        "const k = []; const s = new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1 << 20).fill(1)) } }); for await (const x of s) k.push(x)",
    ),
    ("digests without end", "for (;;) crypto.subtle.digest('SHA-512', new Uint8Array(1 << 20))"),
];

fn is_limited(ended: &Value) -> bool {
    let code = ended["error"]["code"].as_str().unwrap_or_default();
    let message = ended["error"]["message"].as_str().unwrap_or_default();
    let own = ["RangeError: ", "SyntaxError: "].iter().any(|kind| message.starts_with(kind));
    code.starts_with("limit.") || (code == "error.script" && own)
}

#[test]
fn memory_and_native_loops_end_at_a_limit_however_they_are_reached() {
    let mut server = Server::small();
    for (case, code) in HOSTILE {
        let ended = server.run(code);
        assert!(is_limited(&ended), "{case}: {ended}");
        server.oracle(case);
    }
}

#[test]
fn a_decompression_bomb_is_out_of_memory_in_its_worker_alone() {
    let mut server = Server::small();
    let code = "const z = new Blob([new Uint8Array(32 << 20)]).stream().pipeThrough(new CompressionStream('gzip'));\n\
        const packed = await Array.fromAsync(z), kept = [];\n\
        for (;;) for await (const c of new Blob(packed).stream().pipeThrough(new DecompressionStream('gzip'))) kept.push(c)";
    let ended = server.run(code);
    assert!(is_limited(&ended), "{ended}");
    server.oracle("a decompression bomb");
}

#[test]
fn a_million_promises_that_nothing_settles_do_not_hold_a_run() {
    // E18: garbage, and no reason to wait.
    let mut server = Server::small();
    let ended = server.run("for (let i = 0; i < 1e6; i++) new Promise(() => {})");
    assert!(ended["status"] == "completed" || is_limited(&ended), "{ended}");
    server.oracle("E18");
}

#[cfg(target_os = "linux")]
#[test]
fn hostile_runs_leave_the_server_its_size_and_its_descriptors() {
    let mut server = Server::small();
    server.run("1");
    let proc = format!("/proc/{}", server.id());
    let resident = || -> u64 {
        let status = std::fs::read_to_string(format!("{proc}/status")).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
        line.split_whitespace().next().and_then(|kib| kib.parse().ok()).expect("a number")
    };
    let descriptors = || std::fs::read_dir(format!("{proc}/fd")).expect("its descriptors").count();
    let (size, open) = (resident(), descriptors());
    for _ in 0..8 {
        server.run("new Array(1e9).fill(0)");
        server.run("for (let i = 0; i < 1e7; i++) console.log('x')");
        server.run("'x'.repeat(1 << 27)");
    }
    server.oracle("a series");
    assert!(resident() <= size + SERVER_GROWTH_KIB, "{} KiB grew to {}", size, resident());
    eventually("descriptors are closed", || {
        (descriptors() <= open + SERVER_DESCRIPTORS).then_some(())
    });
}
