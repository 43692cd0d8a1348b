//! V8's process-wide state: flags and platform. Once per worker, on its main thread, before any isolate.

use deno_core::{JsRuntime, v8};

/// Flags of every worker. Each one closes something or keeps isolates apart.
const FLAGS: &[&str] = &[
    // `allow_using` changes a flag between isolates.
    "--no-freeze-flags-after-init",
    // One read-only heap per process, sealed: a second isolate must not write into it (engine.md 0.2).
    "--no-extensible-ro-snapshot",
    // Without a callback this takes the SharedArrayBuffer constructor away: no high-resolution timer from it.
    "--enable-sharedarraybuffer-per-context",
    // Kilobytes; the main thread has 8 MB.
    "--stack-size=900",
    // A regexp that backtracks too much goes on in the linear engine, where its syntax allows.
    "--enable-experimental-regexp-engine-on-excessive-backtracks",
    // Compiled WebAssembly, megabytes.
    "--wasm-max-code-space-size-mb=256",
    // Optimizing later than V8 would (400 and 3000 invocations): most isolates live for one short run, and what looks
    // for changed built-ins after it was optimized in each of them anew, which took a sixth of a restored session's
    // processor time. What computes for longer is optimized all the same, a millisecond later (docs/FIGURES.md).
    "--invocation-count-for-maglev=2000",
    "--invocation-count-for-turbofan=10000",
];

/// Whether isolates made from here on parse `using`. V8 sets its declarations up in plain isolates only; in a snapshot
/// creator one of them corrupts memory (engine.md 0.5), `eval` included, so there it is no syntax.
pub fn allow_using(allowed: bool) {
    let flag = if allowed {
        "--js-explicit-resource-management"
    } else {
        "--no-js-explicit-resource-management"
    };
    v8::V8::set_flags_from_string(flag);
}

/// Starts V8. `wasm_pages` bounds one WebAssembly memory, in pages of 64 KiB.
pub fn start(wasm_pages: u64) {
    let mut flags = vec!["mcp-v8".to_owned()];
    flags.extend(FLAGS.iter().map(|flag| (*flag).to_owned()));
    flags.push(format!("--wasm-max-mem-pages={}", wasm_pages.clamp(1, 65_536)));
    let unknown = deno_core::v8_set_flags(flags);
    debug_assert!(unknown.len() <= 1, "flags V8 does not know: {unknown:?}");
    // Before any runtime: otherwise the first snapshot creator would start V8 with --predictable and one random seed
    // for every process (engine.md 0.4).
    JsRuntime::init_platform(None);
}
