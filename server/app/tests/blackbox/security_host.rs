//! Host glue, group G of the threat catalogue: from a script, nothing of the host is reachable.

use crate::harness::server::Server;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Every value reachable from the global object by properties, prototypes, getters and setters; names that look like
/// the host's own are reported.
const WALK: &str = r#"
const seen = new Set(), found = new Set(), queue = [[globalThis, 'globalThis']];
const suspicious = (name) => /^op_|^__bootstrap$|^Deno$|^core$|^primordials$|^internals$|^loadExtScript$/.test(String(name));
while (queue.length > 0) {
  const [value, path] = queue.pop();
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
  if (value === queue || value === seen || value === found) continue;
  seen.add(value);
  if (typeof value === 'function' && suspicious(value.name)) found.add(path + ' is ' + value.name);
  queue.push([Object.getPrototypeOf(value), path + '.__proto__']);
  for (const key of Reflect.ownKeys(value)) {
    if (suspicious(key)) found.add(path + '.' + String(key));
    const own = Object.getOwnPropertyDescriptor(value, key);
    for (const part of ['value', 'get', 'set']) if (own && part in own) queue.push([own[part], path + '.' + String(key)]);
  }
}
({ walked: seen.size, found: [...found] })
"#;

#[test]
fn the_list_of_reachable_globals_is_the_golden_one() {
    // G01
    let server = Server::small();
    let names =
        server.run("Object.getOwnPropertyNames(globalThis).sort().join('\\n')")["result"].clone();
    let names = names.as_str().expect("text").to_owned() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/globals.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &names).expect("the golden file is writable");
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(names, golden, "globals changed: UPDATE=1 accepts it");
}

#[test]
fn no_op_and_no_part_of_the_host_is_reachable() {
    // G01, G02
    let server = Server::small();
    let walked = server.run(WALK);
    assert!(walked["result"]["walked"].as_u64().is_some_and(|count| count > 1000), "{walked}");
    assert_eq!(walked["result"]["found"], json!([]));
}

#[test]
fn the_names_of_other_runtimes_lead_nowhere() {
    // G02, G03
    let server = Server::small();
    let names = [
        "Deno",
        "__bootstrap",
        "process",
        "require",
        "Buffer",
        "module",
        "exports",
        "fetch",
        "WebSocket",
        "Worker",
        "SharedArrayBuffer",
        "ShadowRealm",
        "child_process",
        "fs",
        "mcp",
        "localStorage",
        "navigator",
        "location",
    ];
    for name in names {
        assert_eq!(server.run(&format!("typeof {name}"))["result"], "undefined", "{name}");
    }
}

#[test]
fn constructors_reach_only_the_sandboxs_own_global() {
    // G04
    let server = Server::small();
    let code = "const kinds = [function () {}, async function () {}, function* () {}, async function* () {}];\n\
        [kinds.every(k => k.constructor('return typeof Deno + typeof process')() !== 1),\n\
         ({}).constructor.constructor('return this')() === globalThis, ({}).constructor.constructor('return typeof Deno')()]";
    assert_eq!(server.run(code)["result"], json!([true, true, "undefined"]));
}

#[test]
fn no_kind_of_import_gets_anything() {
    // G05
    let server = Server::small();
    for specifier in [
        "data:text/javascript,1",
        "file:///etc/passwd",
        "ext:core/mod.js",
        "ext:deno_web/00_infra.js",
        "node:fs",
        "blob:null/x",
        "https://example.org/x.js",
        "npm:left-pad",
        "jsr:@std/path",
        "./x.js",
        "",
        "ext:core/ops",
        "internal:x",
        "/etc/passwd",
    ] {
        for code in [
            format!("await import({})", json!(specifier)),
            format!("import {}", json!(specifier)),
            format!("await import({}, {{ with: {{ type: 'json' }} }})", json!(specifier)),
        ] {
            let ended = server.run(&code);
            assert_eq!(ended["error"]["code"], "error.script", "{code}: {ended}");
        }
    }
    let ended = server.run("import.meta.url");
    assert_eq!(ended["status"], "failed", "{ended}");
}

#[test]
fn hooks_planted_in_intrinsics_change_neither_status_nor_result() {
    // G06, G07, G17
    let mut server = Server::small();
    let hooks = "Object.prototype.then = f => f('planted'); Object.prototype.toJSON = () => 'planted'; \
        Object.prototype.get = Object.prototype.value = 1; Promise.prototype.then = () => {}; JSON.stringify = () => 'planted'; \
        Array.prototype[Symbol.iterator] = null; String.prototype.toString = () => 'planted'; Map.prototype.get = null; \
        Function.prototype.call = Function.prototype.apply = null; Array.prototype.push = () => { throw 1 };";
    let ended = server.run(&format!("{hooks} console.log('seen'); 7"));
    assert_eq!(
        (ended["status"].as_str(), &ended["result"]),
        (Some("completed"), &json!(7)),
        "{ended}"
    );
    assert_eq!(server.output(&ended), "seen\n");
    let ended = server.run(&format!("{hooks} throw new TypeError('mine')"));
    assert_eq!(ended["error"]["message"], "TypeError: mine", "{ended}");
    let ended = server.run(&format!("{hooks} for (;;) {{}}"));
    assert_eq!(ended["error"]["code"], "limit.timeout", "{ended}");
    // In a session: the next run's limits and status are the host's, not the hooks'.
    server.run_in("hooked", hooks);
    assert_eq!(server.run_in("hooked", "1 + 1")["status"], "completed");
    server.oracle("G17");
}

#[test]
fn stack_traces_show_no_host_function_and_no_path() {
    // G08
    let server = Server::small();
    let code = "Error.prepareStackTrace = (e, sites) => sites.map(s => [String(s.getFunction?.()), s.getThis?.(), s.getFileName()].join()).join('|');\n\
        const out = []; try { structuredClone(() => {}) } catch (e) { out.push(String(e.stack)) }\n\
        try { new URL('::') } catch (e) { out.push(String(e.stack)) } out.join('\\n')";
    let text = server.run(code)["result"].as_str().expect("text").to_owned();
    for part in ["/root", "/home", "/work", "op_", ".cargo", ".rs"] {
        assert!(!text.contains(part), "{part}: {text}");
    }
}

#[test]
fn odd_arguments_are_exceptions_and_nothing_else() {
    // G09, G11: every global function with every odd value.
    let mut server = Server::small();
    let code = r#"
const odd = [undefined, null, NaN, -1, 2 ** 53, 1e309, 'x', '', 10n, Symbol('s'), {}, [], () => {}, new Proxy({}, { get() { throw new Error('trap') } }),
  (() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy })(), Object(1), new Uint8Array(8), new ArrayBuffer(8, { maxByteLength: 16 }), { valueOf() { throw 1 }, toString() { throw 2 } }];
let calls = 0;
const skip = new Set(['eval', 'Function', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']);
const attempt = (f) => { calls++; try { const r = f(); if (r instanceof Promise) r.catch(() => {}) } catch {} };
for (const name of Object.getOwnPropertyNames(globalThis)) {
  const value = globalThis[name];
  if (typeof value !== 'function' || skip.has(name)) continue;
  for (const a of odd) { attempt(() => value(a)); attempt(() => new value(a)); attempt(() => value(a, a, a)); attempt(() => new value(a, a)) }
  for (const key of Reflect.ownKeys(value.prototype ?? {})) {
    const own = Object.getOwnPropertyDescriptor(value.prototype, key);
    for (const f of [own.value, own.get, own.set]) if (typeof f === 'function') for (const a of odd) attempt(() => f.call(a, a))
  }
}
calls"#;
    let ended = server.exec(
        &json!({ "code": code, "wait_ms": 20_000, "persist": false, "execution_timeout_secs": 6 }),
    );
    let code = ended["error"]["code"].as_str().unwrap_or_default().to_owned();
    // Some calls are expensive by design; a worker that died of one would be error.worker.
    assert!(ended["status"] == "completed" || code.starts_with("limit."), "{ended}");
    server.oracle("G09");
}

#[test]
fn no_number_is_a_handle_to_anything_of_the_host() {
    // G10: every function that is reachable and sounds like one for resources, with every number a table of 65,536 has.
    let mut server = Server::small();
    let code = r#"
const seen = new Set(), queue = [globalThis], handlers = [];
while (queue.length > 0) {
  const value = queue.pop();
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
  seen.add(value);
  if (typeof value === 'function' && /read|write|close|shut|cancel|clear|pipe|seek|stat|open|release/i.test(value.name)) handlers.push(value);
  for (const key of Reflect.ownKeys(value)) {
    const own = Object.getOwnPropertyDescriptor(value, key);
    for (const part of ['value', 'get', 'set']) if (own && part in own) queue.push(own[part]);
  }
}
let thrown = 0;
const answered = new Set();
for (const handler of handlers) for (let id = 0; id < 65536; id++) {
  try {
    const answer = handler(id);
    if (answer instanceof Promise) { answer.catch(() => {}); break }
    if (answer !== undefined && answer !== null) answered.add(`${handler.name}: ${typeof answer}`);
  } catch { thrown++; if (id > 64) break }
}
const timer = await new Promise((resolve) => { const id = setTimeout(() => resolve(typeof id), 1); for (let n = 0; n < 1000; n++) if (n !== id) clearTimeout(n) });
({ handlers: handlers.length > 20, answered: [...answered], thrown: thrown > 1000, timer })"#;
    let ended = server.run(code);
    let wanted = json!({ "handlers": true, "answered": [], "thrown": true, "timer": "number" });
    assert_eq!(ended["result"], wanted, "{ended}");
    server.oracle("G10");
}

#[test]
fn contents_that_change_while_they_are_read_are_read_once() {
    // G12: a view of a resizable buffer as a body. The host works on a copy, or refuses.
    let server = Server::small();
    let code = r#"
const fixed = () => ({ view: Uint8Array.from([97, 98, 99, 100]), change() {} });
const shrunk = () => {
  const buffer = new ArrayBuffer(4, { maxByteLength: 64 }), view = new Uint8Array(buffer); view.set([97, 98, 99, 100]);
  return { view, change() { view.fill(120); buffer.resize(0) } };
};
const grown = () => {
  const buffer = new ArrayBuffer(4, { maxByteLength: 1 << 20 }), view = new Uint8Array(buffer); view.set([97, 98, 99, 100]);
  return { view, change() { buffer.resize(1 << 20); view.fill(120) } };
};
const moved = () => { const one = fixed(); return { ...one, change() { one.view.buffer.transfer() } } };
const hex = (buffer) => new Uint8Array(buffer).toHex();
const uses = {
  blob: async ({ view, change }) => { const blob = new Blob([view]); change(); return blob.text() },
  file: async ({ view, change }) => { const file = new File([view], 'f'); change(); return file.text() },
  digest: async ({ view, change }) => { const done = crypto.subtle.digest('SHA-256', view); change(); return hex(await done) },
  decode: async ({ view, change }) => { const text = new TextDecoder().decode(view); change(); return text },
  clone: async ({ view, change }) => { const copy = structuredClone(view); change(); return hex(copy.slice(0, 4)) },
  key: async ({ view, change }) => {
    const key = crypto.subtle.importKey('raw', view, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']); change();
    return hex(await crypto.subtle.exportKey('raw', await key));
  },
};
const wrong = [];
for (const name in uses) {
  const wanted = await uses[name](fixed());
  for (const make of [shrunk, grown, moved]) {
    let got; try { got = await uses[name](make()) } catch (error) { got = error instanceof TypeError ? wanted : String(error) }
    if (got !== wanted) wrong.push(`${name} of ${make.name}: ${got}`);
  }
}
wrong"#;
    assert_eq!(server.run(code)["result"], json!([]));
}

#[test]
fn rejections_of_every_kind_are_the_scripts_own_failure() {
    // G13
    let mut server = Server::small();
    for code in [
        "for (let i = 0; i < 1000; i++) Promise.reject(i)",
        "Promise.reject(undefined)",
        "throw null",
        "throw undefined",
        "await Promise.reject()",
        "setTimeout(() => { throw new Error('late') }, 1)",
        "throw { get message() { throw 1 } }",
        "throw new Proxy({}, { get() { throw 1 } })",
        "throw Symbol('s')",
        "class E extends Error { get stack() { throw 1 } } throw new E('x')",
    ] {
        let ended = server.run(code);
        assert_eq!(ended["error"]["code"], "error.script", "{code}: {ended}");
        server.oracle(code);
    }
}

#[test]
fn clocks_are_coarse_and_the_place_is_nowhere() {
    // G14, G15
    let server = Server::small();
    let steps = server.run("const t = new Set(); for (let i = 0; i < 1e5; i++) t.add(performance.now()); [...t].every(x => Math.abs(x * 10 - Math.round(x * 10)) < 1e-6)");
    assert_eq!(steps["result"], true, "steps of 0.1 ms");
    let place = server.run("[new Date(0).getTimezoneOffset(), Intl.DateTimeFormat().resolvedOptions().timeZone, Intl.DateTimeFormat().resolvedOptions().locale, new Error().stack.includes('/')]");
    assert_eq!(place["result"], json!([0, "UTC", "en-US", false]));
}

#[test]
fn what_a_session_planted_does_not_reach_the_next_sessions_limits() {
    let server = Server::small();
    let ended: Vec<Value> = ["a", "b"]
        .iter()
        .map(|name| server.run_in(name, "globalThis.n = (globalThis.n ?? 0) + 1"))
        .collect();
    assert_eq!(
        (&ended[0]["result"], &ended[1]["result"]),
        (&json!(1), &json!(1)),
        "sessions share nothing"
    );
}
