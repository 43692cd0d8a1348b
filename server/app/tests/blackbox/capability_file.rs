//! `run_js` with `file`: off without a policy, and what is read is what was judged.

use crate::harness::mcp::Legacy;
use crate::harness::server::Server;
use serde_json::{Value, json};
use std::os::unix::fs::symlink;
use std::path::Path;

/// A server that may run the files of `folder`.
fn server(folder: &Path) -> Server {
    let home = tempfile::tempdir().expect("a temporary directory");
    let policy = home.path().join("run_js_file.rego");
    let rule = format!(
        "package mcp.run_js_file\n\ndefault allow := false\n\nallow if startswith(input.path, \"{}/\")\n",
        folder.display()
    );
    std::fs::write(&policy, rule).expect("written");
    let config = home.path().join("mcp-v8.toml");
    let text = format!(
        "[storage]\nkind = \"none\"\n[transport.http]\n[policies.run_js_file]\nrules = [{{ path = {:?} }}]\n",
        policy.display().to_string()
    );
    std::fs::write(&config, text).expect("written");
    let config = config.display().to_string();
    Server::start_in(home, &["limits.source_bytes=1024"], &["--config", &config])
}

fn run(server: &Server, file: &Path) -> Value {
    server.exec(&json!({ "file": file.display().to_string(), "wait_ms": 20_000, "persist": false }))
}

fn code(answer: &Value) -> &str {
    answer["code"].as_str().or(answer["error"]["code"].as_str()).unwrap_or_default()
}

#[test]
fn an_allowed_file_is_run_and_every_other_is_not() {
    let root = tempfile::tempdir().expect("a temporary directory");
    let root = root.path().canonicalize().expect("it is there");
    let (folder, outside) = (root.join("scripts"), root.join("outside.js"));
    std::fs::create_dir(&folder).expect("made");
    std::fs::write(folder.join("a.ts"), "const n: number = 20; n + 1").expect("written");
    std::fs::write(&outside, "'secret'").expect("written");
    symlink(&outside, folder.join("link.js")).expect("made");
    symlink(folder.join("a.ts"), root.join("in.js")).expect("made");
    std::fs::write(folder.join("long.js"), "1".repeat(2000)).expect("written");
    std::fs::write(folder.join("binary.js"), [0xff, 0xfe]).expect("written");
    let mut server = server(&folder);
    assert_eq!(run(&server, &folder.join("a.ts"))["result"], 21);
    assert_eq!(run(&server, &folder.join("../scripts/./a.ts"))["result"], 21);
    assert_eq!(run(&server, &root.join("in.js"))["result"], 21, "a link to an allowed file");
    for denied in [
        outside.clone(),
        folder.join("link.js"),
        folder.join("../outside.js"),
        "/etc/passwd".into(),
        root.join("none.js"),
    ] {
        let answer = run(&server, &denied);
        assert_eq!(code(&answer), "denied.policy", "{}: {answer}", denied.display());
    }
    assert_eq!(code(&run(&server, &folder.join("none.js"))), "error.not_found");
    assert_eq!(code(&run(&server, &folder.join("long.js"))), "limit.size");
    assert_eq!(code(&run(&server, &folder.join("binary.js"))), "error.request");
    assert_eq!(code(&run(&server, Path::new("/dev/zero"))), "denied.policy", "and it is not read");
    let both = server.post("/api/exec", &json!({ "file": "a", "code": "1" })).json();
    assert_eq!(code(&both), "error.request", "{both}");
    server.oracle("files");
}

#[test]
fn the_parameter_is_there_only_with_a_policy() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let folder = folder.path().canonicalize().expect("it is there");
    std::fs::write(folder.join("a.js"), "7 * 6").expect("written");
    let schema = |server: &Server| {
        let client = Legacy::open(&server.address);
        let list =
            client.post(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" })).message();
        let tools = list["result"]["tools"].as_array().expect("a list").clone();
        let tool = tools.into_iter().find(|tool| tool["name"] == "run_js").expect("it is there");
        (client, tool["inputSchema"].clone())
    };
    let without = Server::small();
    let (_, plain) = schema(&without);
    assert_eq!(
        (&plain["properties"]["file"], &plain["required"]),
        (&Value::Null, &json!(["code"]))
    );
    let refused = without.post("/api/exec", &json!({ "file": "/etc/passwd" })).json();
    assert!(
        refused["detail"].as_str().is_some_and(|text| text.contains("[policies.run_js_file]")),
        "{refused}"
    );
    let with = server(&folder);
    let (client, wide) = schema(&with);
    assert!(
        wide["properties"]["file"].is_object() && wide["properties"]["code"].is_object(),
        "{wide}"
    );
    let params = json!({ "name": "run_js", "arguments": { "file": folder.join("a.js").display().to_string() } });
    let ran = client
        .post(&json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params }))
        .message();
    assert_eq!(ran["result"]["structuredContent"]["result"], 42, "{ran}");
}
