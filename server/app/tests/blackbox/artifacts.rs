//! `artifact(key, mime, bytes)`: what a script hands out arrives with the answer, as a resource and by REST; its limits hold.

use crate::harness::http;
use crate::harness::mcp::Legacy;
use crate::harness::server::Server;
use serde_json::{Value, json};

const PIXEL: &str = "artifact('dot.png', 'image/png', new Uint8Array([137, 80, 78, 71])); \
    artifact('t/a b.csv', 'text/csv', 'x,y\\n1,2\\n'); 'done'";

fn call(client: &Legacy, method: &str, params: Value) -> Value {
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    client.post(&message).message()["result"].clone()
}

fn tool(client: &Legacy, name: &str, arguments: Value) -> Value {
    call(client, "tools/call", json!({ "name": name, "arguments": arguments }))
}

#[test]
fn an_image_is_in_the_answer_and_a_table_is_a_link_that_can_be_read() {
    let server = Server::small();
    let client = Legacy::open(&server.address);
    let ran = tool(&client, "run_js", json!({ "code": PIXEL }));
    let content = ran["content"].as_array().expect("a list");
    let image = content.iter().find(|block| block["type"] == "image").expect("an image");
    assert_eq!((&image["mimeType"], &image["data"]), (&json!("image/png"), &json!("iVBORw==")));
    let link = content.iter().find(|block| block["type"] == "resource_link").expect("a link");
    assert_eq!((&link["name"], &link["size"]), (&json!("t/a b.csv"), &json!(8)));
    let read = call(&client, "resources/read", json!({ "uri": link["uri"] }));
    assert_eq!(read["contents"][0]["text"], "x,y\n1,2\n");
    assert_eq!(read["contents"][0]["mimeType"], "text/csv");
    let listed = &ran["structuredContent"]["artifacts"];
    assert_eq!((&listed[0]["key"], &listed[1]["key"]), (&json!("dot.png"), &json!("t/a b.csv")));
    let got = tool(&client, "get_artifact", json!({ "key": "dot.png" }));
    assert_eq!(got["structuredContent"]["size_bytes"], 4);
    assert_eq!(got["content"].as_array().expect("a list")[1]["type"], "image");
    let all = tool(&client, "list_artifacts", json!({}));
    assert_eq!(all["structuredContent"]["artifacts"].as_array().map(Vec::len), Some(2));
    let missing = tool(&client, "get_artifact", json!({ "key": "nothing" }));
    assert_eq!(missing["isError"], true);
}

#[test]
fn artifacts_are_downloaded_by_rest_and_outlive_the_server() {
    let place = crate::harness::state::Place::new();
    let server = place.start(&[]);
    let ran = server.run(PIXEL);
    assert_eq!((&ran["result"], &ran["artifacts"]), (&json!("done"), &json!(2)), "{ran}");
    drop(server);
    let server = place.start(&[]);
    let path = format!(
        "/api/artifacts/t%2Fa%20b.csv?execution_id={}",
        ran["execution_id"].as_str().expect("an id")
    );
    let answer = http::send(&server.address, "GET", &path, &[], b"");
    assert_eq!((answer.status, answer.body.as_str()), (200, "x,y\n1,2\n"));
    assert_eq!(answer.header("content-type"), Some("text/csv"));
}

#[test]
fn the_limits_are_exceptions_that_name_their_key_and_a_stopped_run_keeps_what_it_gave() {
    let server = Server::start(&[
        "limits.max_artifact_mb=1",
        "limits.max_artifacts_mb=2",
        "limits.max_artifacts=3",
    ]);
    let attempt = |code: &str| {
        let ran = server.run(&format!(
            "(() => {{ try {{ {code}; return 'taken' }} catch (e) {{ return `${{e.name}}: ${{e.message}}` }} }})()"
        ));
        ran["result"].as_str().unwrap_or_else(|| panic!("{ran}")).to_owned()
    };
    let large = attempt("artifact('a', 'a/b', new Uint8Array((1 << 20) + 1))");
    assert!(large.starts_with("RangeError") && large.contains("limits.max_artifact_mb"), "{large}");
    let many = attempt("for (let i = 0; i < 4; i++) artifact('k' + i, 'a/b', 'x')");
    assert!(many.contains("limits.max_artifacts)"), "{many}");
    let sum = attempt(
        "const mb = new Uint8Array(1 << 20); for (let i = 0; i < 3; i++) artifact('k', 'a/b', mb)",
    );
    assert!(sum.contains("limits.max_artifacts_mb"), "{sum}");
    for (code, class) in [
        ("artifact('', 'a/b', 'x')", "TypeError"),
        ("artifact('k', 'nonsense', 'x')", "TypeError"),
        ("artifact('k', 'a/b', 5)", "TypeError"),
        ("artifact()", "TypeError"),
    ] {
        assert!(attempt(code).starts_with(class), "{code}");
    }
    assert_eq!(attempt("artifact('k', 'a/b', new DataView(new ArrayBuffer(8), 2, 3))"), "taken");
    let stopped = server.exec(&json!({
        "code": "artifact('kept', 'a/b', 'x'); for (;;);", "execution_timeout_secs": 1, "wait_ms": 20_000,
    }));
    assert_eq!(
        (&stopped["status"], &stopped["artifacts"]),
        (&json!("timed_out"), &json!(1)),
        "{stopped}"
    );
}

#[test]
fn a_session_hands_out_after_a_restore_as_before() {
    let place = crate::harness::state::Place::new();
    let server = place.start(&["sessions.max_live=1"]);
    server.run_in(
        "s",
        "const give = (n) => artifact('n', 'text/plain', String(n)); let n = 1; give(n)",
    );
    server.run_in("other", "1");
    let again = server.run_in("s", "give(++n); typeof artifact");
    assert_eq!((&again["result"], &again["artifacts"]), (&json!("function"), &json!(1)), "{again}");
    let path = "/api/artifacts/n";
    assert_eq!(http::send(&server.address, "GET", path, &[], b"").body, "2");
}
