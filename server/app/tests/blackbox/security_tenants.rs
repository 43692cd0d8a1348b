//! Two tenants on one server: neither sees, changes or finds out anything of the other. The calls are made from what
//! the server says it has (tools, resource templates, OpenAPI), so that a new one is tried without being listed here,
//! and a parameter that nobody has thought about fails the test.

mod names;

use crate::harness::caller::Caller;
use crate::harness::eventually;
use crate::harness::http::Answer;
use crate::harness::server::Server;
use crate::harness::state::Place;
use data_encoding::HEXLOWER;
use names::Names;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const ADA: &str = "ada-0123456789abcdef0123456789ab";
const EVE: &str = "eve-0123456789abcdef0123456789ab";

/// Found nowhere but with its owner.
const CANARY: &str = "canary5f0c1d9e";

fn serve(place: &Place) -> Server {
    let token = |name: &str, token: &str| json!({ "name": name, "sha256": HEXLOWER.encode(&Sha256::digest(token)) });
    let tokens = format!("auth.tokens={}", json!([token("ada", ADA), token("eve", EVE)]));
    let places = ["workers.concurrent_runs=4", "limits.sync_wait_ms=10000"];
    place.start(&[&[tokens.as_str()], places.as_slice()].concat())
}

/// What the first tenant has.
fn furnish(ada: &Caller<'_>) -> Names {
    let code = format!(
        "globalThis.secret = '{CANARY}'; console.log(secret); artifact('kept.txt', 'text/plain', secret); secret"
    );
    let session = "payroll".to_owned();
    let ran = ada.run_in(&session, &code);
    let text = |name: &str| ran[name].as_str().unwrap_or_else(|| panic!("{ran}")).to_owned();
    let (execution, heap) = (text("execution_id"), text("heap"));
    let tags = ada.tool("set_heap_tags", json!({ "heap": heap, "tags": { "kind": CANARY } }));
    assert_eq!(tags["isError"], false, "{tags}");
    let endless = json!({
        "code": "await new Promise(done => setTimeout(done, 100_000))", "persist": false, "execution_timeout_secs": 120,
    });
    let running = ada.post("/api/exec", &endless).json();
    let running = running["execution_id"].as_str().expect("an id").to_owned();
    eventually("it runs", || {
        (ada.get(&format!("/api/executions/{running}")).json()["status"] == "running").then_some(())
    });
    let artifact = "kept.txt".to_owned();
    Names {
        execution,
        running,
        heap,
        session,
        artifact,
        tag: ("kind".to_owned(), CANARY.to_owned()),
    }
}

/// Everything of the first tenant is as it was.
fn is_untouched(ada: &Caller<'_>, names: &Names) {
    let ran = ada.run_in(&names.session, "secret");
    assert_eq!(ran["result"], CANARY, "{ran}");
    let tags = ada.get(&format!("/api/heaps/{}/tags", names.heap)).json();
    assert_eq!(tags["tags"], json!({ "kind": CANARY }), "{tags}");
    let output = ada.get(&format!("/api/executions/{}/output", names.execution)).json();
    assert_eq!(output["data"].as_str(), Some(format!("{CANARY}\n").as_str()), "{output}");
    let running = ada.get(&format!("/api/executions/{}", names.running)).json();
    assert_eq!(running["status"], "running", "{running}");
}

/// The answers to the same question about what somebody else has and about what nobody has.
fn look_alike(what: &str, foreign: (&Answer, &Names), unknown: (&Answer, &Names)) {
    let seen =
        |(answer, names): (&Answer, &Names)| (answer.status, names::masked(&answer.body, names));
    assert_eq!(seen(foreign), seen(unknown), "{what}");
    for answer in [foreign.0, unknown.0] {
        assert!(!answer.body.contains(CANARY), "{what}: {}", answer.body);
        assert!(answer.status < 500, "{what}: {answer:?}");
    }
}

#[test]
fn no_tool_tells_a_tenant_anything_of_another() {
    let place = Place::new();
    let server = serve(&place);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let (names, unknown) = (furnish(&ada), Names::unknown());
    let list = eve.mcp("tools/list", json!({})).message();
    let mut tools = list["result"]["tools"].as_array().expect("tools").clone();
    assert!(tools.len() >= 12, "{list}");
    // It makes sessions of these names for its own tenant, so it comes last.
    tools.sort_by_key(|tool| tool["name"] == "run_js");
    for tool in &tools {
        let name = tool["name"].as_str().expect("a name");
        let own = names::arguments(name, &tool["inputSchema"], &names);
        let other = names::arguments(name, &tool["inputSchema"], &unknown);
        for (foreign, nobodys) in own.into_iter().zip(other) {
            let what = format!("{name} {foreign}");
            let ask = |arguments: Value| {
                eve.mcp("tools/call", json!({ "name": name, "arguments": arguments }))
            };
            look_alike(&what, (&ask(foreign), &names), (&ask(nobodys), &unknown));
        }
    }
    is_untouched(&ada, &names);
    let own = eve.run_in(&names.session, "typeof secret");
    assert_eq!(own["result"], "undefined", "a session of the same name is another: {own}");
}

#[test]
fn no_resource_and_no_completion_tells_a_tenant_anything_of_another() {
    let place = Place::new();
    let server = serve(&place);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let (names, unknown) = (furnish(&ada), Names::unknown());
    let listed = eve.mcp("resources/list", json!({})).body;
    assert!(!listed.contains(CANARY) && !listed.contains(&names.execution), "{listed}");
    let templates = eve.mcp("resources/templates/list", json!({})).message();
    let templates = templates["result"]["resourceTemplates"].as_array().expect("a list").clone();
    assert!(!templates.is_empty());
    for template in &templates {
        let template = template["uriTemplate"].as_str().expect("a template");
        let ask =
            |names: &Names| eve.mcp("resources/read", json!({ "uri": names.filled(template) }));
        look_alike(template, (&ask(&names), &names), (&ask(&unknown), &unknown));
        let mine = ada.mcp("resources/read", json!({ "uri": names.filled(template) }));
        assert!(mine.body.contains(CANARY), "{template} {mine:?}");
        for variable in names::variables(template) {
            let reference = json!({ "type": "ref/resource", "uri": template });
            let argument = json!({ "name": variable, "value": "" });
            let context = json!({ "arguments": { "execution_id": names.execution } });
            let params = json!({ "ref": reference, "argument": argument, "context": context });
            let theirs = names.value_of(variable);
            let completed = eve.mcp("completion/complete", params.clone()).body;
            assert!(!completed.contains(&theirs), "{template}: {completed}");
            assert!(ada.mcp("completion/complete", params).body.contains(&theirs), "{template}");
        }
    }
    is_untouched(&ada, &names);
}

#[test]
fn no_route_tells_a_tenant_anything_of_another() {
    let place = Place::new();
    let server = serve(&place);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let (names, unknown) = (furnish(&ada), Names::unknown());
    let document = eve.get("/api-doc/openapi.json").json();
    let paths = document["paths"].as_object().expect("paths");
    let mut tried = 0;
    let mut operations: Vec<(&String, &String, &Value)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .expect("methods")
                .iter()
                .map(move |(method, one)| (path, method, one))
        })
        .collect();
    operations.sort_by_key(|(path, _, _)| *path == "/api/exec");
    for (path, method, operation) in operations {
        let own = names::requests(path, operation, &names);
        let other = names::requests(path, operation, &unknown);
        for (foreign, nobodys) in own.into_iter().zip(other) {
            let ask = |(target, body): &(String, Value)| {
                let text = if body.is_null() { String::new() } else { body.to_string() };
                let headers = [("Content-Type", "application/json")];
                eve.send(&method.to_uppercase(), target, &headers, &text)
            };
            let what = format!("{method} {}", foreign.0);
            look_alike(&what, (&ask(&foreign), &names), (&ask(&nobodys), &unknown));
            tried += 1;
        }
    }
    assert!(tried >= 20, "{tried}");
    is_untouched(&ada, &names);
}

#[test]
fn lists_hold_what_is_the_callers_own() {
    let place = Place::new();
    let server = serve(&place);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let names = furnish(&ada);
    let own = eve.run_in("mine", "1")["execution_id"].as_str().expect("an id").to_owned();
    for path in ["/api/executions", "/api/sessions", "/api/heaps?tags=%7B%22kind%22%3A%22x%22%7D"] {
        let body = eve.get(path).body;
        for foreign in [CANARY, &names.execution, &names.running, &names.heap, &names.session] {
            assert!(!body.contains(foreign), "{path}: {body}");
        }
    }
    assert!(eve.get("/api/executions").body.contains(&own));
    assert!(eve.get("/api/sessions").body.contains("mine"));
    let mine = ada.get("/api/executions").body;
    assert!(mine.contains(&names.execution) && !mine.contains(&own), "{mine}");
}

#[test]
fn an_mcp_session_is_its_callers_and_unknown_to_everybody_else() {
    let place = Place::new();
    let server = serve(&place);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let session = ada.open_session();
    let unknown = "7a3f4f0e-31f1-4a55-9f1c-6f1f6a2f9d11";
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 1 } });
    for (method, message) in
        [("POST", &ping), ("POST", &cancel), ("GET", &Value::Null), ("DELETE", &Value::Null)]
    {
        let ask = |id: &str| {
            let answer = eve.in_session(method, Some(id), message);
            (answer.status, answer.body)
        };
        assert_eq!(ask(&session), ask(unknown), "{method} {message}");
    }
    assert_eq!(eve.in_session("POST", Some(&session), &ping).status, 404);
    let mine = ada.in_session("POST", Some(&session), &ping);
    assert_eq!(mine.message()["result"], json!({}), "{mine:?}");
    let without = server.post("/mcp", &ping);
    assert_eq!(without.status, 401);
}
