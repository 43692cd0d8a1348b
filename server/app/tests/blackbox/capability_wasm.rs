//! WebAssembly of the configuration (threats W03 to W08): checked at the start, ready in scripts, bounded, described.

use crate::harness::mcp::Legacy;
use crate::harness::server::{Server, binary};
use crate::harness::state::Place;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

const MATH: &str = "(module (memory (export \"mem\") 1) (global $n (mut i32) (i32.const 0)) \
    (func (export \"add\") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add) \
    (func (export \"big\") (param i64) (result i64) local.get 0 i64.const 1 i64.add) \
    (func (export \"next\") (result i32) global.get $n i32.const 1 i32.add global.set $n global.get $n) \
    (func (export \"grow\") (param i32) (result i32) local.get 0 memory.grow) \
    (func (export \"trap\") unreachable))";
const NEEDS: &str = "(module (import \"env\" \"f\" (func $f (param i32) (result i32))) (memory (export \"mem\") 1) \
    (func (export \"twice\") (param i32) (result i32) local.get 0 call $f call $f))";

/// Writes modules and a configuration with them; its path.
fn configured(folder: &Path, modules: &[(&str, &str)], more: &str) -> String {
    let mut text = "[transport.http]\n".to_owned();
    for (name, source) in modules {
        let bytes = wat::parse_str(source).expect("it is valid");
        std::fs::write(folder.join(format!("{name}.wasm")), bytes).expect("written");
        text.push_str(&format!("[wasm.{name}]\npath = \"{name}.wasm\"\nmax_memory_mb = 1\ndescription = \"Test module.\"\n"));
    }
    text.push_str(more);
    let config = folder.join("mcp-v8.toml");
    std::fs::write(&config, text).expect("written");
    config.display().to_string()
}

fn server(modules: &[(&str, &str)], settings: &[&str]) -> Server {
    let home = tempfile::tempdir().expect("a temporary directory");
    let config = configured(home.path(), modules, "[storage]\nkind = \"none\"\n");
    Server::start_in(home, settings, &["--config", &config])
}

fn result(server: &Server, code: &str) -> Value {
    let ended = server.run(code);
    assert_eq!(ended["status"], "completed", "{code}: {ended}");
    ended["result"].clone()
}

#[test]
fn a_configured_module_is_a_global_that_is_ready_to_call() {
    let server = server(&[("math", MATH), ("needs", NEEDS)], &[]);
    let code = "[__wasm_math.add(2, 3), String(__wasm_math.big(2n ** 62n)), __wasm_math.mem.buffer.byteLength, __wasm_math === __wasm_math, typeof __wasm_none]";
    assert_eq!(result(&server, code), json!([5, "4611686018427387905", 65536, true, "undefined"]));
    assert_eq!(
        result(&server, "[__wasm_math.next(), __wasm_math.next()]"),
        json!([1, 2]),
        "an instance of its own for every run"
    );
    let needs = "const seen = []; const i = new WebAssembly.Instance(__wasm_needs, { env: { f: (n) => { seen.push(n); return n * 2 } } }); [i.exports.twice(3), seen]";
    assert_eq!(result(&server, needs), json!([12, [3, 6]]));
    assert_eq!(
        result(
            &server,
            "let said; try { __wasm_math.trap() } catch (e) { said = e.name + (e instanceof WebAssembly.RuntimeError) } said"
        ),
        json!("RuntimeErrortrue")
    );
    let absent = server.run("__wasm_other.f()");
    assert!(
        absent["error"]["message"].as_str().is_some_and(|text| text.contains("[wasm.other]")),
        "{absent}"
    );
}

#[test]
fn a_memory_does_not_grow_beyond_its_limit() {
    let server = server(&[("math", MATH)], &[]);
    // 1 MiB is 16 pages.
    assert_eq!(
        result(
            &server,
            "[__wasm_math.grow(15), __wasm_math.grow(1), __wasm_math.mem.buffer.byteLength]"
        ),
        json!([1, -1, 1 << 20])
    );
}

#[test]
fn imports_that_throw_reenter_and_grow_memory_are_exceptions_and_nothing_else() {
    let mut server = server(&[("needs", NEEDS)], &[]);
    let code = "let i; const caught = []; const make = (f) => i = new WebAssembly.Instance(__wasm_needs, { env: { f } }); \
        make(() => { throw new Error('mine') }); try { i.exports.twice(1) } catch (e) { caught.push(e.message) } \
        let depth = 0; make((n) => depth++ < 5 ? i.exports.twice(n) : n + 1); caught.push(typeof i.exports.twice(1)); \
        make((n) => { i.exports.mem.grow(1); return n }); const view = new Uint8Array(i.exports.mem.buffer); i.exports.twice(7); caught.push(view.length, i.exports.mem.buffer.byteLength); \
        for (const bad of [{}, { env: {} }, { env: { f: 1 } }, { get env() { throw new Error('getter') } }, new Proxy({}, { get() { throw new Error('trap') } })]) { try { new WebAssembly.Instance(__wasm_needs, bad); caught.push('made') } catch (e) { caught.push(e.name) } } \
        make((n) => i.exports.twice(n)); try { i.exports.twice(1) } catch (e) { caught.push(e.name) } caught";
    assert_eq!(
        result(&server, code),
        json!([
            "mine",
            "number",
            0,
            196_608,
            "TypeError",
            "LinkError",
            "LinkError",
            "Error",
            "Error",
            "RangeError"
        ]),
        "W06, W08"
    );
    server.oracle("imports");
}

#[test]
fn a_session_has_its_instances_and_their_functions_again_after_a_restart() {
    let place = Place::new();
    let folder = tempfile::tempdir().expect("a temporary directory");
    let config = configured(folder.path(), &[("math", MATH)], "");
    let start = || {
        let flag = format!("storage.path={}", place.path().display());
        let home = tempfile::tempdir().expect("a temporary directory");
        Server::start_in(home, &[], &["--config", &config, "--set", &flag])
    };
    let warm = start();
    let first =
        "const { add, next } = __wasm_math; const both = () => [add(1, 2), next()]; both(); both()";
    assert_eq!(warm.run_in("s", first)["result"], json!([3, 2]));
    assert_eq!(warm.run_in("s", "both()")["result"], json!([3, 3]), "the live instance goes on");
    drop(warm);
    let cold = start();
    let ended = cold.run_in("s", "[both(), add === __wasm_math.add]");
    assert_eq!(ended["result"], json!([[3, 1], true]), "{ended}");
    let lost = ended["lost"].to_string();
    assert!(lost.contains("__wasm_math") && lost.contains("begins anew"), "{lost}");
}

#[test]
fn a_session_whose_heap_is_saved_says_why_it_has_none() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let config = configured(folder.path(), &[("math", MATH)], "");
    let flags = ["--config", config.as_str(), "--set", "sessions.kind=heap"];
    let server = Server::start_in(tempfile::tempdir().expect("a directory"), &[], &flags);
    let ended = server.run_in("s", "__wasm_math.add(1, 2)");
    let message = ended["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("sessions.kind"), "{ended}");
    assert_eq!(server.run_in("s", "1 + 1")["result"], json!(2));
}

#[test]
fn clients_see_each_module_as_a_tool_that_says_how_to_call_it() {
    let names = |server: &Server| -> (Legacy, Vec<Value>) {
        let client = Legacy::open(&server.address);
        let list =
            client.post(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" })).message();
        let tools = list["result"]["tools"].as_array().expect("a list").clone();
        (client, tools)
    };
    let usual = server(&[("math", MATH)], &[]);
    let (client, tools) = names(&usual);
    let tool = tools.iter().find(|tool| tool["name"] == "runjs__wasm__math").expect("it is listed");
    let text = tool["description"].as_str().expect("a description");
    assert!(
        text.starts_with("Test module.")
            && text.contains("add(i32, i32) -> i32")
            && text.contains("__wasm_math.add"),
        "{text}"
    );
    assert_eq!(
        tool["inputSchema"]["properties"]["function"]["enum"],
        json!(["add", "big", "next", "grow", "trap"])
    );
    let params = json!({ "name": "runjs__wasm__math", "arguments": { "function": "add", "arguments": [1, 2] } });
    let called = client
        .post(&json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params }))
        .message();
    let answer = called["result"]["content"][0]["text"].as_str().unwrap_or_default();
    assert!(answer.contains("run_js") && answer.contains("__wasm_math.add"), "{called}");
    let renamed = server(&[("math", MATH)], &["server.stub_prefix=x-"]);
    assert!(names(&renamed).1.iter().any(|tool| tool["name"] == "x-wasm__math"));
    let off = server(&[("math", MATH)], &["server.wasm_stubs=false"]);
    assert!(
        !names(&off)
            .1
            .iter()
            .any(|tool| tool["name"].as_str().is_some_and(|name| name.contains("wasm")))
    );
    assert_eq!(result(&off, "__wasm_math.add(4, 4)"), json!(8));
}

#[test]
fn a_module_that_is_missing_broken_changed_or_too_large_stops_the_start_and_is_named() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let config = configured(folder.path(), &[("math", MATH)], "");
    let check = || {
        let output = Command::new(binary())
            .args(["check", "--config", &config])
            .env("HOME", "/nonexistent")
            .output();
        let output = output.expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(check().0, Some(0), "{}", check().1);
    let path = folder.path().join("math.wasm");
    let good = std::fs::read(&path).expect("it is there");
    for (bytes, expected) in [
        (&good[..good.len() - 3], "is not valid WebAssembly"),
        (&b"<html>"[..], "is not valid WebAssembly"),
        (&wat::parse_str("(module (memory 65536))").expect("valid")[..], "starts with 65536 pages"),
        (
            &wat::parse_str("(module (table 1000000000 funcref))").expect("valid")[..],
            "1000000000 entries",
        ),
    ] {
        std::fs::write(&path, bytes).expect("written");
        let (code, text) = check();
        assert_eq!(code, Some(78), "W03, W04, W07: {text}");
        assert!(text.contains("wasm.math") && text.contains(expected), "{text}");
    }
    std::fs::File::create(&path).and_then(|file| file.set_len(1 << 30)).expect("made");
    assert!(check().1.contains("has 1073741824 bytes"), "W07");
    std::fs::remove_file(&path).expect("it is there");
    assert!(check().1.contains("No such file"), "W07");
    let pinned = std::fs::read_to_string(&config)
        .expect("it is there")
        .replace("[wasm.math]\n", &format!("[wasm.math]\nsha256 = \"{}\"\n", "0".repeat(64)));
    std::fs::write(&config, pinned).expect("written");
    std::fs::write(&path, good).expect("written");
    assert!(check().1.contains("its SHA-256 is"), "W07");
}
