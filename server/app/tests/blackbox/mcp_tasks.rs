//! Tasks of MCP (extension io.modelcontextprotocol/tasks): an execution under another name.

use crate::harness::http::Answer;
use crate::harness::mcp::{Legacy, modern_of, send_modern, send_modern_of};
use crate::harness::server::Server;
use crate::harness::{caller::Caller, eventually};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const INVALID_PARAMS: i64 = -32602;
const MISSING_CAPABILITY: i64 = -32021;

fn with_tasks() -> Value {
    json!({ "extensions": { "io.modelcontextprotocol/tasks": {} } })
}

/// A request of a client that takes tasks.
fn ask(server: &Server, method: &str, params: Value) -> Value {
    send_modern_of(&server.address, method, params, &with_tasks()).message()
}

fn run(server: &Server, code: &str, wait_ms: u64) -> Value {
    let arguments = json!({ "code": code, "wait_ms": wait_ms });
    ask(server, "tools/call", json!({ "name": "run_js", "arguments": arguments }))["result"].clone()
}

/// The task when it is over.
fn ended(server: &Server, id: &str) -> Value {
    eventually("the task ends", || {
        let task = ask(server, "tasks/get", json!({ "taskId": id }))["result"].clone();
        (task["status"] != "working").then_some(task)
    })
}

const LONG: &str = "await new Promise((r) => setTimeout(r, 400)); console.log('said'); 6 * 7";

#[test]
fn a_run_that_takes_longer_is_a_task_and_the_task_is_the_execution() {
    let server = Server::start(&[]);
    let created = run(&server, LONG, 20);
    assert_eq!((&created["resultType"], &created["status"]), (&json!("task"), &json!("working")));
    assert!(created["ttlMs"].as_u64().is_some_and(|ms| ms > 1000), "{created}");
    assert!(created["pollIntervalMs"].as_u64().is_some_and(|ms| ms >= 100), "{created}");
    let id = created["taskId"].as_str().expect("an id");
    let rest = server.get(&format!("/api/executions/{id}")).json();
    assert_eq!(rest["execution_id"], id, "{rest}");
    let task = ended(&server, id);
    assert_eq!((&task["status"], &task["resultType"]), (&json!("completed"), &json!("complete")));
    let result = &task["result"]["structuredContent"];
    assert_eq!((&result["result"], &result["output"]), (&json!(42), &json!("said\n")), "{task}");
    assert_eq!(task["result"]["isError"], false, "{task}");
    let answered = run(&server, "1 + 1", 5000);
    assert_eq!(answered["resultType"], "complete", "what is short is answered: {answered}");
    assert_eq!(answered["structuredContent"]["result"], 2, "{answered}");
}

#[test]
fn a_script_that_fails_is_a_result_of_its_task_and_a_cancelled_task_says_so() {
    let server = Server::start(&[]);
    let code = "await new Promise((r) => setTimeout(r, 100)); throw new RangeError('mine')";
    let created = run(&server, code, 0);
    let task = ended(&server, created["taskId"].as_str().expect("an id"));
    assert_eq!((&task["status"], &task["result"]["isError"]), (&json!("completed"), &json!(true)));
    assert_eq!(task["result"]["structuredContent"]["error"]["code"], "error.script", "{task}");
    let created = run(&server, "await new Promise(() => setTimeout(() => {}, 60_000))", 0);
    let id = created["taskId"].as_str().expect("an id");
    let ack = ask(&server, "tasks/cancel", json!({ "taskId": id }));
    assert_eq!(ack["result"]["resultType"], "complete", "{ack}");
    let task = ended(&server, id);
    assert_eq!(task["status"], "cancelled", "{task}");
    assert!(task["result"].is_null() && task["error"].is_null(), "{task}");
    let again = ask(&server, "tasks/cancel", json!({ "taskId": id }));
    assert_eq!(again["result"]["resultType"], "complete", "as the extension says: {again}");
    let update = json!({ "taskId": id, "inputResponses": {} });
    assert_eq!(ask(&server, "tasks/update", update)["result"]["resultType"], "complete");
}

#[test]
fn a_client_that_takes_no_tasks_gets_none_whatever_its_era() {
    let server = Server::start(&["limits.sync_wait_ms=100"]);
    let arguments = json!({ "name": "run_js", "arguments": { "code": LONG } });
    let plain = send_modern(&server.address, "tools/call", arguments.clone()).message();
    let view = &plain["result"]["structuredContent"];
    assert_eq!(plain["result"]["resultType"], "complete", "{plain}");
    assert!(matches!(view["status"].as_str(), Some("running" | "queued")), "{plain}");
    let id = view["execution_id"].as_str().expect("an id").to_owned();
    let refused = send_modern(&server.address, "tasks/get", json!({ "taskId": id })).message();
    assert_eq!(refused["error"]["code"], MISSING_CAPABILITY, "{refused}");
    let legacy = Legacy::open(&server.address);
    let mut call =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": arguments });
    call["params"]["_meta"] = json!({ "io.modelcontextprotocol/clientCapabilities": with_tasks() });
    let answer = legacy.post(&call).message();
    let status = answer["result"]["structuredContent"]["status"].as_str();
    assert!(matches!(status, Some("running" | "queued")), "{answer}");
}

#[test]
fn unknown_and_foreign_tasks_look_alike_and_misshapen_requests_are_told_so() {
    const ADA: &str = "token-of-ada-for-the-tests-of-tasks";
    const EVE: &str = "token-of-eve-for-the-tests-of-tasks";
    let token = |name: &str, token: &str| json!({ "name": name, "sha256": HEXLOWER.encode(&Sha256::digest(token)) });
    let tokens = format!("auth.tokens={}", json!([token("ada", ADA), token("eve", EVE)]));
    let server = Server::start(&[&tokens, "auth.resource=\"http://127.0.0.1/mcp\""]);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let send = |who: &Caller<'_>, method: &str, params: Value| -> Answer {
        let (body, headers) = modern_of(method, params, &with_tasks());
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        who.send("POST", "/mcp", &headers, &body)
    };
    let arguments =
        json!({ "code": "await new Promise(() => setTimeout(() => {}, 60_000))", "wait_ms": 0 });
    let created =
        send(&ada, "tools/call", json!({ "name": "run_js", "arguments": arguments })).message();
    let id = created["result"]["taskId"].as_str().expect("an id").to_owned();
    let nobodys = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (method, more) in [
        ("tasks/get", json!({})),
        ("tasks/cancel", json!({})),
        ("tasks/update", json!({ "inputResponses": {} })),
    ] {
        let answer = |id: &str| {
            let mut params = more.clone();
            params["taskId"] = json!(id);
            send(&eve, method, params).message()["error"].clone()
        };
        assert_eq!(answer(&id), answer(nobodys), "{method}");
        assert_eq!(answer(&id)["code"], INVALID_PARAMS, "{method}");
        assert_eq!(answer("../x")["code"], INVALID_PARAMS, "{method}");
        let empty = send(&eve, method, json!({})).message();
        assert_eq!(empty["error"]["code"], INVALID_PARAMS, "{method}: {empty}");
    }
    let own = send(&ada, "tasks/get", json!({ "taskId": id })).message();
    assert_eq!(own["result"]["status"], "working", "untouched: {own}");
    send(&ada, "tasks/cancel", json!({ "taskId": id }));
}
