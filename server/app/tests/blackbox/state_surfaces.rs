//! Sessions, their history, heaps and tags, as clients see them over MCP and REST. Not what a state keeps.

use crate::harness::eventually;
use crate::harness::http::{self, Answer};
use crate::harness::mcp::Legacy;
use crate::harness::server::Server;
use serde_json::{Value, json};
use tempfile::TempDir;

const TOOLS: &[&str] = &[
    "delete_heap_tags",
    "delete_session",
    "get_heap_tags",
    "list_session_snapshots",
    "list_sessions",
    "query_heaps_by_tags",
    "set_heap_tags",
];

fn temporary() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// A server whose state is in this directory.
fn serve(state: &TempDir, settings: &[&str]) -> Server {
    let path = state.path().display().to_string();
    Server::start_in(temporary(), settings, &["--directory-path", &path])
}

/// Calls a tool; its result.
fn call(client: &Legacy, name: &str, arguments: Value) -> Value {
    let params = json!({ "name": name, "arguments": arguments });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    client.post(&message).message()["result"].clone()
}

/// Calls a tool that succeeds; its structured result.
fn tool(client: &Legacy, name: &str, arguments: Value) -> Value {
    let result = call(client, name, arguments);
    assert_eq!(result["isError"], false, "{name}: {result}");
    result["structuredContent"].clone()
}

/// Calls a tool that refuses; what it says.
fn refused(client: &Legacy, name: &str, arguments: Value) -> String {
    let result = call(client, name, arguments);
    assert_eq!(result["isError"], true, "{name}: {result}");
    result["content"][0]["text"].as_str().expect("words").to_owned()
}

fn delete(server: &Server, path: &str) -> Answer {
    http::send(&server.address, "DELETE", path, &[], b"")
}

fn put(server: &Server, path: &str, body: &Value) -> Answer {
    let headers = [("Content-Type", "application/json")];
    http::send(&server.address, "PUT", path, &headers, body.to_string().as_bytes())
}

fn heap(execution: &Value) -> String {
    execution["heap"].as_str().unwrap_or_else(|| panic!("no heap: {execution}")).to_owned()
}

fn texts(list: &Value, field: &str) -> Vec<String> {
    let list = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    list.iter().map(|one| one[field].as_str().expect("text").to_owned()).collect()
}

#[test]
fn sessions_are_listed_by_name_in_pages_over_mcp_and_rest() {
    let state = temporary();
    let server = serve(&state, &[]);
    for name in ["c", "a", "b"] {
        server.run_in(name, "let x = 1");
    }
    let last = heap(&server.run_in("b", "x = 2"));
    let client = Legacy::open(&server.address);
    let all = tool(&client, "list_sessions", json!({}));
    assert_eq!((&all["sessions"], all.get("next")), (&json!(["a", "b", "c"]), None));
    assert_eq!(texts(&all["details"], "session"), ["a", "b", "c"]);
    let b = &all["details"][1];
    assert_eq!((&b["runs"], b["heap"].as_str()), (&json!(2), Some(last.as_str())), "{b}");
    let first = tool(&client, "list_sessions", json!({ "limit": 2 }));
    let second = tool(&client, "list_sessions", json!({ "limit": 2, "after": first["next"] }));
    assert_eq!((&first["sessions"], &second["sessions"]), (&json!(["a", "b"]), &json!(["c"])));
    assert!(refused(&client, "list_sessions", json!({ "after": "../x" })).contains("after"));
    let rest = server.get("/api/sessions").json();
    assert_eq!(texts(&rest["sessions"], "session"), ["a", "b", "c"]);
    let page = server.get("/api/sessions?limit=1&after=a").json();
    assert_eq!(
        (texts(&page["sessions"], "session"), &page["next"]),
        (vec!["b".into()], &json!("b"))
    );
}

#[test]
fn any_run_of_a_history_can_be_forked_also_after_a_restart() {
    let state = temporary();
    let mut server = serve(&state, &[]);
    for code in ["let n = 1", "n = 2", "n = 3; throw new Error('x')"] {
        server.run_in("s", code);
    }
    let client = Legacy::open(&server.address);
    let history = tool(&client, "list_session_snapshots", json!({ "session": "s" }));
    let entries = history["entries"].as_array().expect("a list").clone();
    let indices: Vec<_> = entries.iter().map(|entry| entry["index"].clone()).collect();
    assert_eq!((&history["session"], indices), (&json!("s"), vec![json!(3), json!(2), json!(1)]));
    assert_eq!(
        (&entries[0]["error_code"], &entries[0]["code_bytes"]),
        (&json!("error.script"), &json!(27))
    );
    assert_eq!((&entries[2]["code"], entries[2].get("input_heap")), (&json!("let n = 1"), None));
    assert_eq!(entries[0]["input_heap"], entries[1]["output_heap"]);
    let fields = json!({ "session": "s", "fields": "index,output_heap", "limit": 2 });
    let page = tool(&client, "list_session_snapshots", fields);
    let expected = json!([
        { "index": 3, "output_heap": entries[0]["output_heap"] },
        { "index": 2, "output_heap": entries[1]["output_heap"] },
    ]);
    assert_eq!((&page["entries"], &page["next"]), (&expected, &json!(2)));
    let path = "/api/sessions/s/snapshots?before=2&fields=index";
    assert_eq!(server.get(path).json()["entries"], json!([{ "index": 1 }]));

    let fork = json!({ "code": "n += 10", "heap": entries[2]["output_heap"] });
    let forked = tool(&client, "run_js", fork.clone());
    assert_eq!((&forked["result"], forked.get("session")), (&json!(11), None), "{forked}");
    assert_eq!(
        server.get(&format!("/api/heaps/{}", heap(&forked))).json()["parent"],
        entries[2]["output_heap"]
    );
    server.signal("TERM");
    assert_eq!(server.wait(), Some(0));
    let server = serve(&state, &[]);
    let client = Legacy::open(&server.address);
    assert_eq!(tool(&client, "run_js", fork)["result"], 11);
    assert_eq!(server.run_in("s", "n")["result"], 3, "no fork changes the session");
}

#[test]
fn the_history_of_a_connection_is_that_of_the_session_it_runs_in() {
    let state = temporary();
    let server = serve(&state, &[]);
    let client = Legacy::open(&server.address);
    tool(&client, "run_js", json!({ "code": "let own = 1" }));
    let own = tool(&client, "list_session_snapshots", json!({ "fields": "code" }));
    assert_eq!(
        (&own["session"], &own["entries"]),
        (&json!("default"), &json!([{ "code": "let own = 1" }]))
    );
    let unknown = refused(&client, "list_session_snapshots", json!({ "session": "nobody" }));
    assert!(unknown.starts_with("error.not_found") && unknown.contains("nobody"), "{unknown}");
    let field = refused(&client, "list_session_snapshots", json!({ "fields": "output_fs" }));
    assert!(field.starts_with("error.request") && field.contains("output_heap"), "{field}");
}

#[test]
fn tags_are_set_found_and_deleted_over_mcp_and_rest() {
    let state = temporary();
    let server = serve(&state, &[]);
    let client = Legacy::open(&server.address);
    let tags = json!({ "project": "x", "step": "1" });
    let run = tool(&client, "run_js", json!({ "code": "let a = 1", "session": "a", "tags": tags }));
    let first = heap(&run);
    let second = heap(&server.run_in("b", "let b = 2"));
    assert_eq!(tool(&client, "get_heap_tags", json!({ "heap": first }))["tags"], tags);
    let set = json!({ "heap": second, "tags": { "project": "x" } });
    assert_eq!(tool(&client, "set_heap_tags", set), json!({ "ok": true }));
    let mut both = vec![first.clone(), second.clone()];
    both.sort();
    let found = tool(&client, "query_heaps_by_tags", json!({ "tags": { "project": "x" } }));
    assert_eq!(texts(&found["results"], "heap"), both);
    let one = json!({ "tags": { "project": "x" }, "limit": 1 });
    let page = tool(&client, "query_heaps_by_tags", one);
    assert_eq!(
        (texts(&page["results"], "heap"), &page["next"]),
        (vec![both[0].clone()], &json!(both[0]))
    );
    let rest = server.get("/api/heaps?tag.project=x&tag.step=1").json();
    assert_eq!(rest, json!({ "results": [{ "heap": first, "tags": tags }] }));

    tool(&client, "delete_heap_tags", json!({ "heap": first, "keys": "project" }));
    let path = format!("/api/heaps/{first}/tags");
    assert_eq!(server.get(&path).json(), json!({ "tags": { "step": "1" } }));
    assert!(
        refused(&client, "delete_heap_tags", json!({ "heap": first, "keys": "" })).contains("keys")
    );
    let new = json!({ "tags": { "a b": "ü" } });
    assert_eq!(put(&server, &path, &new).json(), new);
    assert_eq!(
        server.get("/api/heaps?tag.a%20b=%C3%BC").json()["results"][0]["heap"],
        json!(first)
    );
    assert_eq!(delete(&server, &path).status, 204);
    assert_eq!(server.get(&path).json(), json!({ "tags": {} }));
    tool(&client, "delete_heap_tags", json!({ "heap": second }));
    let none = tool(&client, "query_heaps_by_tags", json!({ "tags": { "project": "x" } }));
    assert_eq!(none, json!({ "results": [] }));
    let too_long = json!({ "heap": first, "tags": { "a": "x".repeat(1025) } });
    assert!(refused(&client, "set_heap_tags", too_long).starts_with("limit.size"));
}

#[test]
fn a_session_is_deleted_with_its_live_state_and_never_under_a_run() {
    let state = temporary();
    let server = serve(&state, &[]);
    let kept = heap(&server.run_in("s", "let x = 1"));
    let long = json!({ "code": "await new Promise((r) => setTimeout(r, 25000))", "session": "s" });
    let runs: Vec<String> = (0..2)
        .map(|_| {
            server.post("/api/exec", &long).json()["execution_id"]
                .as_str()
                .expect("an id")
                .to_owned()
        })
        .collect();
    let status = |run: &str| server.get(&format!("/api/executions/{run}")).json()["status"].clone();
    eventually("the first runs", || (status(&runs[0]) == "running").then_some(()));
    let client = Legacy::open(&server.address);
    for run in &runs {
        let busy = delete(&server, "/api/sessions/s");
        assert_eq!((busy.status, &busy.json()["code"]), (409, &json!("error.conflict")));
        assert!(
            refused(&client, "delete_session", json!({ "session": "s" })).contains("session s")
        );
        server.post(&format!("/api/executions/{run}/cancel"), &json!({}));
    }
    server.run_in("s", "x = 2");
    assert_eq!(tool(&client, "delete_session", json!({ "session": "s" }))["ok"], true);
    assert_eq!(server.get("/readyz").json()["live_sessions"], 0);
    assert_eq!(tool(&client, "list_sessions", json!({}))["sessions"], json!([]));
    let again = refused(&client, "delete_session", json!({ "session": "s" }));
    assert!(again.starts_with("error.not_found") && again.contains("session s"), "{again}");
    assert_eq!(delete(&server, "/api/sessions/s").status, 404);
    // The heap is there until a collection takes it; the name is free.
    let forked = server.exec(&json!({ "code": "x", "heap": kept, "wait_ms": 20_000 }));
    assert_eq!(forked["result"], 1, "{forked}");
    let fresh = server.run_in("s", "typeof x");
    assert_eq!((&fresh["result"], fresh.get("lost")), (&json!("undefined"), None), "{fresh}");
    assert_eq!(delete(&server, "/api/sessions/s").status, 204);
}

#[test]
fn a_session_that_was_never_saved_is_deleted_too() {
    let state = temporary();
    let server = serve(&state, &["sessions.checkpoint=idle"]);
    server.run_in("s", "let x = 1");
    assert_eq!(delete(&server, "/api/sessions/s").status, 204);
    assert_eq!(server.get("/readyz").json()["live_sessions"], 0);
    assert_eq!(server.run_in("s", "typeof x")["result"], "undefined");
}

#[test]
fn a_live_session_is_listed_before_it_is_saved_and_says_what_a_crash_would_take() {
    let state = temporary();
    let mut server = serve(&state, &["sessions.checkpoint=idle"]);
    for _ in 0..2 {
        server.run_in("b", "var n = 1");
    }
    let listed = json!({ "sessions": [{ "session": "b", "runs": 2, "unsaved_runs": 2 }] });
    assert_eq!(server.get("/api/sessions").json(), listed);
    let client = Legacy::open(&server.address);
    let over_mcp = tool(&client, "list_sessions", json!({}));
    assert_eq!((&over_mcp["sessions"], &over_mcp["details"]), (&json!(["b"]), &listed["sessions"]));
    server.signal("TERM");
    assert_eq!(server.wait(), Some(0));
    let server = serve(&state, &["sessions.checkpoint=idle"]);
    let stored = server.get("/api/sessions").json()["sessions"][0].clone();
    assert_eq!((&stored["runs"], stored.get("unsaved_runs")), (&json!(2), None), "{stored}");
    assert!(stored["heap"].is_string(), "{stored}");
    server.run_in("b", "n += 1");
    server.run_in("a", "var n = 1");
    let both = server.get("/api/sessions").json()["sessions"].clone();
    assert_eq!(texts(&both, "session"), ["a", "b"]);
    assert_eq!((&both[1]["runs"], &both[1]["unsaved_runs"]), (&json!(3), &json!(1)), "{both}");
    assert_eq!(both[1]["heap"], stored["heap"]);
}

#[test]
fn tags_for_a_state_that_is_not_kept_are_refused_and_nothing_runs() {
    let state = temporary();
    let server = serve(&state, &[]);
    let client = Legacy::open(&server.address);
    let run = |persist: bool| json!({ "code": "1", "tags": { "a": "b" }, "persist": persist, "wait_ms": 20_000 });
    let said = refused(&client, "run_js", run(false));
    assert!(said.starts_with("error.request") && said.contains("persist"), "{said}");
    let answer = server.post("/api/exec", &run(false));
    assert_eq!((answer.status, &answer.json()["code"]), (400, &json!("error.request")));
    assert_eq!(server.get("/api/executions").json()["executions"], json!([]));
    let kept = server.exec(&run(true));
    let found = server.get("/api/heaps?tag.a=b").json();
    assert_eq!(found["results"][0]["heap"], json!(heap(&kept)));
    let none = Server::start(&[]);
    assert_eq!(none.post("/api/exec", &run(true)).status, 400, "a server without heaps");
    assert_eq!(none.run("1")["result"], 1);
}

#[test]
fn unknown_ids_are_not_found_and_malformed_ones_are_refused_before_any_look_up() {
    let state = temporary();
    let server = serve(&state, &[]);
    let client = Legacy::open(&server.address);
    let unknown = "ab".repeat(32);
    let upper = unknown.to_uppercase();
    for (name, more) in [
        ("get_heap_tags", json!({})),
        ("set_heap_tags", json!({ "tags": {} })),
        ("delete_heap_tags", json!({})),
    ] {
        let with = |id: &str| {
            let mut arguments = more.clone();
            arguments["heap"] = json!(id);
            refused(&client, name, arguments)
        };
        let said = with(&unknown);
        assert!(said.starts_with("error.not_found") && said.contains(&unknown), "{name}: {said}");
        for bad in ["", "../../etc/passwd", &unknown[1..], &upper] {
            let said = with(bad);
            assert!(said.starts_with("error.request") && said.contains("64 hex"), "{name}: {said}");
        }
    }
    for (path, status) in [
        (format!("/api/heaps/{unknown}"), 404),
        (format!("/api/heaps/{unknown}/tags"), 404),
        (format!("/api/heaps/{upper}"), 400),
        ("/api/heaps/..%2f..%2fetc%2fpasswd/tags".to_owned(), 400),
        ("/api/sessions/nobody/snapshots".to_owned(), 404),
        ("/api/sessions/a%20b/snapshots".to_owned(), 400),
    ] {
        assert_eq!(server.get(&path).status, status, "{path}");
    }
    let start = |heap: &str| server.post("/api/exec", &json!({ "code": "1", "heap": heap })).status;
    assert_eq!((start(&unknown), start("../x")), (404, 400));
}

#[test]
fn the_tools_are_there_only_where_states_are_kept() {
    let names = |server: &Server| {
        let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
        Legacy::open(&server.address).post(&list).message()["result"]["tools"].clone()
    };
    let state = temporary();
    let kept = names(&serve(&state, &[]));
    let described = |name: &str| {
        let tools = kept.as_array().expect("a list").iter();
        tools
            .clone()
            .find(|tool| tool["name"] == name)
            .unwrap_or_else(|| panic!("no {name}"))
            .clone()
    };
    for name in TOOLS {
        let tool = described(name);
        assert!(tool["outputSchema"]["properties"].is_object(), "{tool}");
        let reads =
            name.starts_with("get_") || name.starts_with("list_") || name.starts_with("query_");
        assert_eq!(tool["annotations"]["readOnlyHint"], reads, "{tool}");
        assert_eq!(tool["annotations"]["destructiveHint"] == json!(true), !reads, "{tool}");
    }
    let run_js = described("run_js");
    assert!(run_js["inputSchema"]["properties"]["heap"].is_object());
    assert!(run_js["description"].as_str().is_some_and(|text| text.contains("restarts")));

    let server = Server::start(&[]);
    let live = names(&server);
    let there = texts(&live, "name");
    assert!(there.contains(&"list_executions".to_owned()), "{there:?}");
    assert!(TOOLS.iter().all(|name| !there.contains(&(*name).to_owned())), "{there:?}");
    let run_js = live.as_array().expect("a list").iter().find(|tool| tool["name"] == "run_js");
    assert!(run_js.is_some_and(|tool| tool["inputSchema"]["properties"].get("heap").is_none()));
    let refused = server.get("/api/sessions");
    assert_eq!((refused.status, &refused.json()["code"]), (400, &json!("error.request")));
    let called = call(&Legacy::open(&server.address), "list_sessions", json!({}));
    assert!(called.is_null(), "a tool that is not there is an error of the protocol: {called}");
}
