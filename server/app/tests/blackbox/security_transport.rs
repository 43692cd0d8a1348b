//! What comes in over HTTP and stdio and is no request: group T of the threat catalogue, as far as it is not held at the
//! listener itself (`listener`, `connections`, `bodies`, `checks` in `http`). After every case the server answers.

use crate::harness::http::{self, Answer};
use crate::harness::mcp::{Legacy, modern, send_modern};
use crate::harness::server::{SMALL, Server};
use crate::harness::stdio::Client;
use serde_json::{Value, json};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const BOTH: (&str, &str) = ("Accept", "application/json, text/event-stream");

fn post(server: &Server, path: &str, body: &[u8]) -> Answer {
    http::send(&server.address, "POST", path, &[JSON, BOTH], body)
}

/// Texts that are no JSON, or JSON that nobody should read (T07, T08).
fn no_json() -> Vec<(&'static str, Vec<u8>)> {
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    vec![
        ("nothing", Vec::new()),
        ("cut off", b"{\"code\":\"1".to_vec()),
        ("trailing data", b"{\"code\":\"1\"}{}".to_vec()),
        ("a comma too many", b"{\"code\":\"1\",}".to_vec()),
        ("NaN", b"{\"wait_ms\":NaN,\"code\":\"1\"}".to_vec()),
        ("a number too large", b"{\"wait_ms\":1e99999,\"code\":\"1\"}".to_vec()),
        ("single quotes", b"{'code':'1'}".to_vec()),
        ("a byte order mark", b"\xEF\xBB\xBF{\"code\":\"1\"}".to_vec()),
        ("no UTF-8", b"{\"code\":\"\xFF\xFE\"}".to_vec()),
        ("a lone surrogate", b"{\"code\":\"\\ud800\"}".to_vec()),
        ("a control character", b"{\"code\":\"\x01\"}".to_vec()),
        ("NUL", b"{\"code\":\"1\"}\0".to_vec()),
        ("100,000 levels", deep.clone()),
        ("100,000 levels inside", [b"{\"code\":".as_slice(), &deep, b"}"].concat()),
    ]
}

#[test]
fn text_that_is_no_json_is_a_bad_request_over_rest_and_mcp() {
    let mut server = Server::start(SMALL);
    for (name, text) in no_json() {
        let answer = post(&server, "/api/exec", &text);
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!("error.request")),
            "{name}"
        );
        let answer = post(&server, "/mcp", &text);
        assert_eq!(answer.status, 400, "{name}: {answer:?}");
        assert!(answer.json()["error"]["code"].is_i64(), "{name}: {answer:?}");
        server.oracle(name);
    }
    assert_eq!(post(&server, "/api/exec", b"{\"code\":\"1\"}").status, 202);
}

#[test]
fn a_name_that_stands_twice_and_a_million_names_are_refused() {
    let mut server = Server::start(SMALL);
    let many: String = (0..200_000).map(|at| format!("\"k{at}\":0,")).collect();
    for (name, text) in [
        ("twice", "{\"code\":\"1\",\"code\":\"2\"}".to_owned()),
        ("many", format!("{{{many}\"code\":\"1\"}}")),
        ("unknown", "{\"code\":\"1\",\"cod\":\"2\"}".to_owned()),
        ("another type", "{\"code\":[\"1\"]}".to_owned()),
        ("a list", "[{\"code\":\"1\"}]".to_owned()),
        ("null", "null".to_owned()),
    ] {
        let answer = post(&server, "/api/exec", text.as_bytes());
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!("error.request")),
            "{name}"
        );
        server.oracle(name);
    }
}

#[test]
fn batches_and_odd_ids_are_answered_as_json_rpc_says() {
    let mut server = Server::start(SMALL);
    let client = Legacy::open(&server.address);
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    let batch = Value::Array(vec![call.clone(); 10_000]);
    for (name, message) in [
        ("an empty batch", json!([])),
        ("a batch of ten thousand", batch),
        ("id null", json!({ "jsonrpc": "2.0", "id": null, "method": "ping" })),
        ("id with a fraction", json!({ "jsonrpc": "2.0", "id": 1.5, "method": "ping" })),
        (
            "id 2^63",
            json!({ "jsonrpc": "2.0", "id": 9_223_372_036_854_775_808_u64, "method": "ping" }),
        ),
        ("id that is a list", json!({ "jsonrpc": "2.0", "id": [1], "method": "ping" })),
        ("no version", json!({ "id": 1, "method": "ping" })),
        ("a method that is no text", json!({ "jsonrpc": "2.0", "id": 1, "method": 7 })),
    ] {
        let answer = client.post(&message);
        assert!([400, 415].contains(&answer.status), "{name}: {answer:?}");
        server.oracle(name);
    }
    let long = json!({ "jsonrpc": "2.0", "id": "x".repeat(1 << 20), "method": "ping" });
    let answer = client.post(&long).message();
    assert_eq!(answer["id"], long["id"], "an id is given back, however long");
    assert_eq!(client.post(&call).message()["result"], json!({}));
}

#[test]
fn a_version_or_a_name_in_a_header_that_contradicts_the_body_is_refused() {
    let mut server = Server::start(SMALL);
    let (body, headers) =
        modern("tools/call", json!({ "name": "run_js", "arguments": { "code": "1" } }));
    let send = |changed: &str, value: &str| {
        let list: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, own)| (*name, if *name == changed { value } else { own.as_str() }))
            .collect();
        http::send(&server.address, "POST", "/mcp", &list, body.as_bytes())
    };
    for (header, value) in [
        ("MCP-Protocol-Version", "1999-01-01"),
        ("MCP-Protocol-Version", "2025-11-25"),
        ("Mcp-Method", "tools/list"),
        ("Mcp-Name", "list_sessions"),
    ] {
        let answer = send(header, value);
        assert_eq!(answer.status, 400, "{header}: {value}: {answer:?}");
    }
    assert_eq!(send("", "").status, 200);
    server.oracle("headers");
}

#[test]
fn arguments_of_wrong_types_and_out_of_range_are_refused_for_every_tool() {
    let mut server = Server::start(SMALL);
    let list = send_modern(&server.address, "tools/list", json!({})).message();
    let tools = list["result"]["tools"].as_array().expect("tools").clone();
    for tool in &tools {
        let name = tool["name"].as_str().expect("a name");
        let properties = tool["inputSchema"]["properties"].as_object().cloned().unwrap_or_default();
        for parameter in properties.keys() {
            for wrong in
                [json!([[]]), json!({ "a": { "b": 1 } }), json!(-1), json!(1e308), json!(true)]
            {
                let params = json!({ "name": name, "arguments": { parameter.as_str(): wrong } });
                let answer = send_modern(&server.address, "tools/call", params);
                assert!(answer.status < 500, "{name} {parameter}: {answer:?}");
                let message = answer.message();
                let failed = message["result"]["isError"] == true || message["error"].is_object();
                assert!(failed, "{name} {parameter} {wrong}: {message}");
            }
        }
        let params = json!({ "name": name, "arguments": { "no_such_parameter": 1 } });
        let message = send_modern(&server.address, "tools/call", params).message();
        assert!(message["result"]["isError"] == true || message["error"].is_object(), "{message}");
    }
    server.oracle("arguments");
}

#[test]
fn limits_that_a_caller_asks_for_are_clamped_or_refused() {
    let server = Server::start(SMALL);
    let run = |more: Value| {
        let mut request = json!({ "code": "1 + 1", "persist": false, "wait_ms": 20_000 });
        request
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        server.post("/api/exec", &request)
    };
    let most = u64::MAX;
    for clamped in [
        json!({ "execution_timeout_secs": most }),
        json!({ "heap_memory_max_mb": most }),
        json!({ "wait_ms": most }),
    ] {
        assert_eq!(run(clamped.clone()).json()["result"], 2, "{clamped}");
    }
    for refused in [
        json!({ "execution_timeout_secs": 0 }),
        json!({ "execution_timeout_secs": -1 }),
        json!({ "heap_memory_max_mb": 1 }),
        json!({ "wait_ms": "1" }),
    ] {
        assert_eq!(run(refused.clone()).status, 400, "{refused}");
    }
    for (query, status) in
        [("limit=0", 200), ("limit=999999999", 200), ("limit=-1", 400), ("limit=x", 400)]
    {
        let answer = server.get(&format!("/api/executions?{query}"));
        assert!(answer.status == status || answer.status == 400, "{query}: {answer:?}");
    }
}

#[test]
fn a_cancellation_ends_no_request_of_another_session() {
    let server = Server::start(SMALL);
    let (mine, other) = (Legacy::open(&server.address), Legacy::open(&server.address));
    let cancelled = std::thread::scope(|scope| {
        let code = "await new Promise(done => setTimeout(done, 1500)); 'done'";
        let run = scope.spawn(|| mine.run(7, code));
        let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 7 } });
        for _ in 0..20 {
            assert_eq!(other.post(&cancel).status, 202);
        }
        run.join().expect("it ends")
    });
    assert_eq!(cancelled["result"]["structuredContent"]["result"], "done", "{cancelled}");
}

#[test]
fn whatever_comes_on_standard_input_the_next_request_is_answered() {
    let mut client = Client::open(&[]);
    for line in [
        "\0",
        "\u{feff}{}",
        "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"ping\"}\r",
        "{\"jsonrpc\":\"2.0\",\"id\":",
        "[]",
        &"[".repeat(100_000),
        &"x".repeat(20 << 20),
    ] {
        client.line(line);
    }
    let answer = client.request("ping", &json!({}));
    assert_eq!(answer["result"], json!({}), "{answer}");
    assert_eq!(client.run(&json!({ "code": "1 + 1" }))["result"], 2);
    assert_eq!(client.close(), Some(0));
}
