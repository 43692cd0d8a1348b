//! Traps of the protocol library that were reproduced once (research/mcp.md section 5), each with its test.

use crate::harness::eventually;
use crate::harness::http;
use crate::harness::mcp::{Legacy, modern, send_modern};
use crate::harness::server::Server;
use crate::harness::stdio::Client;
use serde_json::{Value, json};
use std::thread;

const HEADERS: [(&str, &str); 2] =
    [("Accept", "application/json, text/event-stream"), ("Content-Type", "application/json")];

#[test]
fn both_eras_run_a_script_on_one_endpoint() {
    let server = Server::start(&[]);
    let legacy = Legacy::open(&server.address).run(1, "6 * 7");
    assert_eq!(legacy["result"]["structuredContent"]["result"], 42, "{legacy}");
    let modern = send_modern(
        &server.address,
        "tools/call",
        json!({ "name": "run_js", "arguments": { "code": "6 * 7" } }),
    );
    assert_eq!(modern.message()["result"]["structuredContent"]["result"], 42, "{modern:?}");
}

#[test]
fn two_open_requests_with_the_same_id_are_both_answered() {
    let server = Server::start(&["workers.concurrent_runs=4"]);
    let session = Legacy::open(&server.address);
    let answers: Vec<Value> = thread::scope(|scope| {
        let call = |n: i64| {
            let session = &session;
            scope.spawn(move || {
                let arguments = json!({ "code": format!("await new Promise(r => setTimeout(r, 300)); {n}"), "persist": false });
                let params = json!({ "name": "run_js", "arguments": arguments });
                session.post(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })).message()
            })
        };
        let calls: Vec<_> = (10..13).map(call).collect();
        calls.into_iter().map(|call| call.join().expect("it is answered")).collect()
    });
    for (answer, n) in answers.iter().zip(10..13) {
        assert_eq!(
            (&answer["id"], &answer["result"]["structuredContent"]["result"]),
            (&json!(1), &json!(n))
        );
    }
}

#[test]
fn text_that_is_no_message_is_told_so_in_json_rpc() {
    let server = Server::start(&[]);
    for (body, code) in [
        ("{bad", -32700),
        ("[]", -32600),
        ("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", -32600),
        ("7", -32600),
    ] {
        let answer = http::send(&server.address, "POST", "/mcp", &HEADERS, body.as_bytes());
        assert_eq!(
            (answer.status, answer.json()["error"]["code"].as_i64()),
            (400, Some(code)),
            "{body}"
        );
    }
}

#[test]
fn misshapen_parameters_are_invalid_and_not_an_unknown_method() {
    let server = Server::start(&[]);
    let session = Legacy::open(&server.address);
    let params = json!({ "name": "run_js", "arguments": "not an object" });
    let answer = session
        .post(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }))
        .message();
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    let answer = session.post(&json!({ "jsonrpc": "2.0", "id": 2, "method": "no/such" })).message();
    assert_eq!(answer["error"]["code"], -32601, "{answer}");
    let params = json!({ "name": "run_js", "arguments": { "cod": "1" } });
    let answer = session
        .post(&json!({ "jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": params }))
        .message();
    assert_eq!(answer["result"]["isError"], true, "arguments are for the model to mend: {answer}");
}

#[test]
fn a_stdio_server_survives_whatever_comes_first() {
    let mut client = Client::start(&[]);
    client.line(
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}",
    );
    client.line("no json at all");
    assert_eq!(client.message()["error"]["code"], -32700);
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
    assert!(client.request("initialize", &params)["result"]["capabilities"]["tools"].is_object());
    client.line("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    assert_eq!(client.run(&json!({ "code": "1 + 1" }))["result"], 2);
    assert_eq!(client.close(), Some(0));
}

#[test]
fn a_client_that_leaves_takes_its_run_with_it() {
    let server = Server::start(&["workers.concurrent_runs=1"]);
    let params =
        json!({ "name": "run_js", "arguments": { "code": "for (;;) {}", "persist": false } });
    let (body, headers) = modern("tools/call", params);
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut stream = http::open(&server.address);
    http::write(&mut stream, &server.address, "POST", "/mcp", &headers, body.as_bytes());
    let newest = || server.get("/api/executions?limit=1").json()["executions"][0].clone();
    eventually("the run begins", || (newest()["status"] == "running").then_some(()));
    drop(stream);
    eventually("the run is cancelled", || (newest()["status"] == "cancelled").then_some(()));
}

#[test]
fn a_long_run_becomes_a_handle_before_clients_lose_patience() {
    let server = Server::start(&["limits.sync_wait_ms=200"]);
    let session = Legacy::open(&server.address);
    let answer = session.run(1, "await new Promise(r => setTimeout(r, 1000)); 'late'");
    let view = &answer["result"]["structuredContent"];
    assert_eq!(
        (view["status"].as_str(), &answer["result"]["isError"]),
        (Some("running"), &json!(false)),
        "{answer}"
    );
    let id = view["execution_id"].clone();
    let ended = eventually("the run ends", || {
        let params =
            json!({ "name": "get_execution", "arguments": { "execution_id": id, "wait_ms": 200 } });
        let answer = session
            .post(&json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params }))
            .message();
        Some(answer["result"]["structuredContent"].clone())
            .filter(|view| view["status"] == "completed")
    });
    assert_eq!(ended["result"], "late");
}

#[test]
fn foreign_hosts_and_origins_are_refused_on_every_route() {
    let server = Server::start(&[]);
    for path in [
        "/mcp",
        "/api/exec",
        "/api/executions",
        "/api/version",
        "/healthz",
        "/",
        "/api-doc/openapi.json",
        "/nope",
    ] {
        for headers in [
            [("Host", "attacker.test"), ("X-A", "b")],
            [("Origin", "https://attacker.test"), ("X-A", "b")],
            [("Origin", "null"), ("X-A", "b")],
        ] {
            assert_eq!(
                http::send(&server.address, "POST", path, &headers, b"{}").status,
                403,
                "{path} {headers:?}"
            );
        }
    }
    let fine = http::send(
        &server.address,
        "GET",
        "/api/version",
        &[("Origin", "http://localhost:5173")],
        b"",
    );
    assert_eq!(fine.status, 200);
}

#[test]
fn a_stateless_server_offers_one_tool_and_keeps_nothing() {
    let server = Server::start(&["sessions.enabled=false"]);
    let session = Legacy::open(&server.address);
    let tools =
        session.post(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" })).message();
    let tools = tools["result"]["tools"].as_array().expect("a list").clone();
    assert_eq!(
        tools.iter().map(|tool| tool["name"].as_str()).collect::<Vec<_>>(),
        [Some("run_js")]
    );
    assert!(tools[0]["inputSchema"]["properties"]["session"].is_null());
    session.run(2, "let kept = 1");
    assert_eq!(session.run(3, "typeof kept")["result"]["structuredContent"]["result"], "undefined");
}

/// The Python SDK warns of every answer but 200 and 204, the TypeScript SDK fails on what is no success but 405.
#[test]
fn the_end_of_a_session_is_answered_as_done_and_not_as_accepted() {
    let server = Server::start(&[]);
    let session = Legacy::open(&server.address);
    let ended = session.end();
    assert_eq!((ended.status, ended.body.as_str()), (204, ""), "{ended:?}");
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    assert_eq!(session.post(&ping).status, 404, "it is gone");
    assert_eq!(Legacy::open(&server.address).post(&ping).status, 200, "another one is not");
}

#[test]
fn an_execution_id_completes_and_what_is_unknown_is_refused() {
    let server = Server::start(&[]);
    let id = server.run("1")["execution_id"].as_str().expect("an id").to_owned();
    let session = Legacy::open(&server.address);
    let params = |reference: Value, name: &str, value: &str| json!({ "ref": reference, "argument": { "name": name, "value": value } });
    let output = json!({ "type": "ref/resource", "uri": "exec://{execution_id}/output" });
    let prompt = json!({ "type": "ref/prompt", "name": "write_program" });
    let other = json!({ "type": "ref/prompt", "name": "other" });
    let answers = |params: Value| {
        let request =
            json!({ "jsonrpc": "2.0", "id": 1, "method": "completion/complete", "params": params });
        let modern = send_modern(&server.address, "completion/complete", params).message();
        [session.post(&request).message(), modern]
    };
    for answer in answers(params(output.clone(), "execution_id", &id[..8])) {
        assert_eq!(answer["result"]["completion"]["values"], json!([id]), "{answer}");
    }
    for answer in answers(params(output, "execution_id", "zzz")) {
        assert_eq!(answer["result"]["completion"]["values"], json!([]), "{answer}");
    }
    for answer in answers(params(prompt, "task", "c")) {
        assert_eq!(answer["result"]["completion"]["values"], json!([]), "{answer}");
    }
    for answer in answers(params(other, "task", "c")) {
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
    }
}

#[test]
fn a_cancelled_run_has_a_status_and_no_code() {
    let server = Server::start(&["limits.sync_wait_ms=0"]);
    let session = Legacy::open(&server.address);
    let call = |id: i64, name: &str, arguments: Value| {
        let params = json!({ "name": name, "arguments": arguments });
        session
            .post(&json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params }))
            .message()["result"]["structuredContent"]
            .clone()
    };
    let run = call(1, "run_js", json!({ "code": "for (;;) {}" }));
    let id = run["execution_id"].as_str().expect("an id");
    let ended = call(2, "cancel_execution", json!({ "execution_id": id }));
    let path = format!("/api/executions/{id}");
    for seen in [ended, server.get(&path).json()] {
        assert_eq!(seen["status"], "cancelled", "{seen}");
        assert_eq!(seen["error"], json!({ "message": "cancelled" }), "{seen}");
    }
    let failed = server.run("throw 1");
    assert_eq!(failed["error"]["code"], "error.script", "{failed}");
}
