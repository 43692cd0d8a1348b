//! Output, group O of the threat catalogue: bounded, exact, and never mistaken for protocol.

use crate::harness::server::Server;
use crate::harness::stdio::Client;
use serde_json::{Value, json};

#[test]
fn a_flood_of_output_is_stopped_and_what_was_written_is_kept() {
    // O01, and 13 GB of it.
    let mut server = Server::small();
    for code in [
        "for (let i = 0; i < 1e7; i++) console.log('x')",
        "for (let i = 0; i < 13000; i++) console.log('x'.repeat(1e6))",
    ] {
        let ended = server.run(code);
        assert_eq!(ended["error"]["code"], "limit.output", "{ended}");
        assert_eq!(ended["output_bytes"], 1 << 20);
        server.oracle("O01");
    }
}

#[test]
fn any_text_comes_back_exactly() {
    // O02, O03, O10
    let server = Server::small();
    for text in [
        "\0",
        "\u{2028}\u{2029}",
        "\u{1b}[31mred\u{1b}[0m\u{1b}]52;c;AAAA\u{7}",
        "\r\u{8}",
        "😀é漢",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
    ] {
        let ended = server.run(&format!("console.log({}); 1", json!(text)));
        assert_eq!(server.output(&ended), format!("{text}\n"));
    }
    // A lone surrogate is no character: it is replaced, and the page is still UTF-8.
    let ended = server.run("console.log('a\\ud800b'); '\\ud800'");
    assert_eq!(ended["status"], "completed");
    assert_eq!(server.output(&ended), "a\u{fffd}b\n");
}

#[test]
fn every_kind_of_value_has_a_result() {
    // O04
    let server = Server::small();
    for code in [
        "10n",
        "Symbol('s')",
        "undefined",
        "const c = {}; c.c = c; c",
        "-0",
        "NaN",
        "new Map([[1, 2]])",
        "Object.defineProperty(new Error('e'), 'x', { enumerable: true, get() { throw 1 } })",
        "({ get x() { throw new Error('no') } })",
        "({ toJSON() { throw 1 } })",
        "new Proxy({}, { get() { throw 1 }, ownKeys() { throw 1 } })",
        "(() => {})",
        "class A {}; A",
        "new (class A { #p = 1 })",
        "Object.create(null)",
        "[1,,2]",
        "new Date(NaN)",
        "globalThis.x = 1",
        "Promise.resolve(3)",
        "new Proxy(() => {}, {})",
        "revoked = Proxy.revocable({}, {}), revoked.revoke(), revoked.proxy",
    ] {
        let code = code.replace("revoked = ", "let revoked; revoked = ");
        let ended = server.run(&code);
        assert_eq!(ended["status"], "completed", "{code}: {ended}");
    }
}

#[test]
fn a_result_that_is_too_large_is_refused_by_name() {
    // O05
    let mut server = Server::small();
    let ended = server.run("'x'.repeat(8 << 20)");
    assert_eq!(ended["error"]["code"], "limit.size", "{ended}");
    let ended = server.run("'x'.repeat(2 ** 28)");
    assert!(
        ended["error"]["code"].as_str().is_some_and(|code| code.starts_with("limit.")),
        "{ended}"
    );
    server.oracle("O05");
}

#[test]
fn pages_put_together_are_exactly_the_output() {
    // O06, O07
    let server = Server::small();
    let ended =
        server.run("for (let i = 0; i < 1000; i++) console.log('é' + i); console.log('end'); 1");
    let id = ended["execution_id"].as_str().expect("an id").to_owned();
    let page = |query: &str| server.get(&format!("/api/executions/{id}/output?{query}"));
    let whole = server.output(&ended);
    for (query, next) in [
        ("line_limit=7&line_offset=", "next_line_offset"),
        ("byte_limit=10&byte_offset=", "next_byte_offset"),
    ] {
        let (mut text, mut at) = (String::new(), u64::from(query.starts_with("line")));
        loop {
            let found = page(&format!("{query}{at}")).json();
            text.push_str(found["data"].as_str().expect("text"));
            at = found[next].as_u64().expect("a number");
            if found["has_more"] == false {
                break;
            }
        }
        assert!(text == whole, "{query}: {} bytes of {}", text.len(), whole.len());
    }
    for bad in [
        "line_offset=-1",
        "byte_offset=NaN",
        "line_limit=x",
        "byte_offset=1&line_offset=1",
        "offset=1",
        "byte_limit=1e9",
    ] {
        let answer = page(bad);
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (400, Some("error.request")),
            "{bad}"
        );
    }
    assert_eq!(page("byte_offset=9223372036854775807").json()["data"], "");
    assert_eq!(page("byte_offset=1&byte_limit=1").status, 200, "inside a character");
}

#[test]
fn a_cancelled_run_stays_cancelled() {
    // O08
    let server = Server::small();
    let accepted = server
        .post(
            "/api/exec",
            &json!({ "code": "console.log('begun'); for (;;) {}", "persist": false }),
        )
        .json();
    let path = format!("/api/executions/{}", accepted["execution_id"].as_str().expect("an id"));
    let first = server.post(&format!("{path}/cancel"), &Value::Null).json();
    assert_eq!(first["status"], "cancelled", "{first}");
    assert_eq!(server.post(&format!("{path}/cancel"), &Value::Null).json()["status"], "cancelled");
    assert_eq!(server.get(&path).json()["status"], "cancelled");
    let done = server.run("1");
    let path = format!("/api/executions/{}/cancel", done["execution_id"].as_str().expect("an id"));
    assert_eq!(
        server.post(&path, &Value::Null).json()["status"],
        "completed",
        "a finished run stays as it is"
    );
    assert_eq!(server.post("/api/executions/nonsense/cancel", &Value::Null).status, 404);
}

#[test]
fn nothing_a_script_prints_reaches_stdout_of_a_stdio_server() {
    // O09, O10: every line the client reads is a message; the harness fails otherwise.
    let mut client = Client::open(&[]);
    for code in [
        "console.log('{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}')",
        "typeof Deno === 'undefined' || Deno.core.print('x')",
        "console.error('plain text'); 1",
    ] {
        let ended = client.run(&json!({ "code": code }));
        assert_eq!(ended["status"], "completed", "{ended}");
    }
    assert_eq!(client.close(), Some(0));
}
