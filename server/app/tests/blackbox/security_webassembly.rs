//! WebAssembly modules made to cost: group E (E26 to E28) of the threat catalogue. Not its memories and tables: those
//! are in `security_engine`.

use crate::harness::server::Server;
use serde_json::Value;

/// Bytes of a module, from JavaScript: `leb` is the unsigned LEB128 of the core specification, section 5.2.2.
const BUILDER: &str = "const leb = (n) => { const o = []; do { const b = n & 127; n >>>= 7; o.push(n ? b | 128 : b) } while (n); return o };\n\
    const section = (id, body) => [id, ...leb(body.length), ...body];\n\
    const magic = [0, 97, 115, 109, 1, 0, 0, 0], nothing = section(1, [1, 96, 0, 0]), one = section(3, [1, 0]);\n";

fn run(server: &Server, code: &str) -> Value {
    server.run(&format!("{BUILDER}{code}"))
}

#[test]
fn a_start_function_that_loops_is_stopped() {
    // E26: (start (func (loop br 0)))
    let mut server = Server::small();
    let code = "const body = section(10, [1, 7, 0, 3, 64, 12, 0, 11, 11]);\n\
        new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([...magic, ...nothing, ...one, ...section(8, [0]), ...body])))";
    assert_eq!(run(&server, code)["error"]["code"], "limit.timeout");
    server.oracle("E26");
}

#[test]
fn a_module_of_a_million_functions_compiled_again_and_again_is_stopped() {
    // E27
    let mut server = Server::small();
    let code = "const n = 1e6, count = leb(n), bytes = new Uint8Array(4 * n + 64); let at = 0;\n\
        const put = (list) => { bytes.set(list, at); at += list.length };\n\
        put([...magic, ...nothing, 3, ...leb(count.length + n), ...count]); at += n;\n\
        put([10, ...leb(count.length + 3 * n), ...count]); for (let i = 0; i < n; i++) put([2, 0, 11]);\n\
        const whole = bytes.slice(0, at); for (;;) new WebAssembly.Module(whole)";
    let ended = run(&server, code);
    assert!(
        ended["error"]["code"].as_str().is_some_and(|code| code.starts_with("limit.")),
        "{ended}"
    );
    server.oracle("E27");
}

#[test]
fn deep_blocks_and_many_locals_cost_their_worker_at_most() {
    // E28
    let mut server = Server::small();
    let blocks = "const body = [0]; for (let i = 0; i < 200000; i++) body.push(2, 64); for (let i = 0; i <= 200000; i++) body.push(11);\n\
        const code = [1, ...leb(body.length)].concat(body);\n\
        WebAssembly.validate(Uint8Array.from([].concat(magic, nothing, one, [10], leb(code.length), code)))";
    let locals = "const bytes = new Uint8Array([...magic, ...nothing, ...one, ...section(10, [1, 6, 1, ...leb(50000), 127, 11])]);\n\
        const kept = []; for (let i = 0; i < 3000; i++) kept.push(new WebAssembly.Module(bytes)); kept.length";
    for (case, code) in
        [("E28 200,000 blocks", blocks), ("E28 50,000 locals, 3,000 modules", locals)]
    {
        let ended = run(&server, code);
        let code = ended["error"]["code"].as_str().unwrap_or_default();
        let fine =
            ended["status"] == "completed" || code.starts_with("limit.") || code == "error.script";
        assert!(fine, "{case}: {ended}");
        server.oracle(case);
    }
}
