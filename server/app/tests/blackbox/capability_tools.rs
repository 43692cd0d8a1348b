//! Tools of other MCP servers in scripts, under a policy: listed, described, searched, called, imported.

use crate::harness::eventually;
use crate::harness::mcp::send_modern;
use crate::harness::state::Place;
use crate::harness::upstream::{ALL, Setup, Web, thrown, value};
use serde_json::{Value, json};

#[test]
fn tools_are_listed_called_and_their_results_are_as_mcp_has_them() {
    let (server, _) = Setup::new(ALL).fixture("fix", "good", "").start();
    assert_eq!(value(&server, "mcp.servers()"), json!(["fix"]));
    let names =
        value(&server, "(await mcp.listTools('fix')).map(t => [t.server, t.name]).slice(0, 2)");
    assert_eq!(names, json!([["fix", "die"], ["fix", "echo"]]));
    let sum = value(&server, "await mcp.callTool('fix', 'get-sum', { a: 1, b: 2 })");
    assert_eq!(sum["structuredContent"], json!({ "sum": 3 }));
    assert_eq!(sum["content"][0]["text"], "the sum");
    // As MCP has it: a result that says it is an error is a result.
    assert_eq!(value(&server, "(await mcp.callTool('fix', 'fail')).isError"), true);
    assert_eq!(
        value(&server, "(await mcp.listTools()).length"),
        value(&server, "(await mcp.listTools('fix')).length")
    );
}

#[test]
fn typed_modules_unwrap_results_and_throw_what_the_upstream_says() {
    let (server, _) = Setup::new(ALL).fixture("fix", "good", "").start();
    let sum = "import { get_sum, echo } from 'mcp:fix';\nconst { sum } = await get_sum({ a: 20, b: 22 });\n[sum, await echo({ deep: [1] })]";
    assert_eq!(value(&server, sum), json!([42, { "deep": [1] }]));
    let typed = "import { get_sum as add } from 'mcp:fix';\nconst args: { a: number, b: number } = { a: 1, b: 1 };\n(await add(args)).sum";
    assert_eq!(value(&server, typed), 2);
    let exact = "import { 'get-sum' as add } from 'mcp:fix';\nimport all from 'mcp:fix';\nimport * as space from 'mcp:fix';\n[(await add({ a: 1, b: 2 })).sum, all['get-sum'] === add, space.get_sum === add]";
    assert_eq!(value(&server, exact), json!([3, true, true]));
    let image = "import { image } from 'mcp:fix';\nconst { data, mimeType } = await image();\n[data instanceof Uint8Array, data.length, data[1], mimeType]";
    assert_eq!(value(&server, image), json!([true, 70, 80, "image/png"]));
    let bad = "import { result } from 'mcp:fix';\n(await result({ kind: 'bad image' })).data";
    assert_eq!(value(&server, bad), "not base64!");
    let failed = "import { fail } from 'mcp:fix';\nlet e; try { await fail() } catch (error) { e = error }\n[e instanceof Error, e.message, e.tool, e.result.isError]";
    assert_eq!(
        value(&server, failed),
        json!([true, "fail of fix: the reason of the upstream", "fail", true])
    );
}

#[test]
fn twenty_dependent_calls_are_one_run() {
    let (server, home) = Setup::new(ALL).fixture("fix", "good", "").start();
    let code = "import { get_sum } from 'mcp:fix';\nlet n = 0;\nfor (let i = 1; i <= 20; i++) n = (await get_sum({ a: n, b: i })).sum;\nn";
    assert_eq!(value(&server, code), 210);
    let calls = Setup::log(&home, "fix").iter().filter(|line| *line == "call get-sum").count();
    assert_eq!(calls, 20);
    let parallel = "import { get_sum } from 'mcp:fix';\n(await Promise.all(Array.from({ length: 20 }, (_, i) => get_sum({ a: i, b: i })))).reduce((n, r) => n + r.sum, 0)";
    assert_eq!(value(&server, parallel), 380);
}

#[test]
fn a_wrong_argument_fails_before_the_call_with_its_path_and_the_expected_type() {
    let (server, home) = Setup::new(ALL).fixture("fix", "good", "").start();
    let (message, _) = thrown(&server, "mcp.callTool('fix', 'get-sum', { a: 1, b: 'two' })");
    assert!(
        message.contains("TypeError: get-sum of fix was not called: arguments.b: "),
        "{message}"
    );
    assert!(message.contains("\"number\""), "{message}");
    let (message, _) = thrown(&server, "import('mcp:fix').then(m => m.get_sum({ a: 1 }))");
    assert!(message.contains("\"b\" is a required property"), "{message}");
    let (message, _) = thrown(&server, "mcp.callTool('fix', 'get-sum', [1, 2])");
    assert!(message.contains("one object with its arguments by name"), "{message}");
    assert!(!Setup::log(&home, "fix").iter().any(|line| line.starts_with("call")));
}

#[test]
fn a_name_that_is_not_there_is_answered_with_the_nearest_ones() {
    let (server, _) = Setup::new(ALL).fixture("github", "good", "").start();
    for (code, expected) in [
        ("mcp.callTool('github', 'getsum', {})", "has no tool \"getsum\"; perhaps get-sum"),
        ("mcp.callTool('git-hub', 'echo', {})", "there is no server \"git-hub\"; perhaps github"),
        ("mcp.describe('github', 'ecoh')", "perhaps echo"),
        ("import('mcp:githubb')", "perhaps github"),
        ("import('mcp:github').then(m => m.default.getSum)", "perhaps get-sum"),
    ] {
        let (message, code_of) = thrown(&server, code);
        assert!(message.contains(expected), "{code}: {message}");
        assert!(code_of == "error.not_found" || code.starts_with("import('mcp:githubb"), "{code}");
    }
    let ended = server.run("import { getsum } from 'mcp:github';\nawait getsum({})");
    assert!(ended["error"].to_string().contains("perhaps get-sum"), "{ended:#}");
}

#[test]
fn a_search_finds_the_tool_and_a_description_has_its_signature() {
    let (server, _) =
        Setup::new(ALL).fixture("fix", "good", "").fixture("other", "names", "").start();
    let found = value(&server, "await mcp.search('add numbers', { limit: 1 })");
    assert_eq!(
        found,
        json!([{ "server": "fix", "name": "get-sum", "summary": "Adds two numbers." }])
    );
    let names = value(&server, "await mcp.search('sum', { limit: 1, detail: 'name' })");
    assert_eq!(names, json!([{ "server": "fix", "name": "get-sum" }]));
    let tool = value(&server, "await mcp.describe('fix', 'get-sum')");
    let declaration = tool["declaration"].as_str().expect("a declaration");
    assert!(
        declaration.contains(
            "export function get_sum(args: { a: number; b: number; }): Promise<{ sum: number; }>;"
        ),
        "{declaration}"
    );
    assert_eq!(tool["import"], "import { get_sum } from \"mcp:fix\";");
    assert_eq!(tool["annotations"], json!({ "readOnlyHint": true }));
    let full = value(&server, "(await mcp.search('add numbers', { limit: 1, detail: 'full' }))[0]");
    assert_eq!(full, tool);
    let about = value(&server, "await mcp.describe('fix')");
    assert_eq!((&about["state"], &about["transport"]), (&json!("connected"), &json!("stdio")));
    assert!(about["tools"].as_array().is_some_and(|tools| tools.len() == 11), "{about:#}");
}

#[test]
fn what_a_tool_without_a_schema_answers_is_observed_and_marked() {
    let (server, _) = Setup::new(ALL).fixture("fix", "good", "").start();
    let before = value(&server, "(await mcp.describe('fix', 'echo')).declaration");
    assert!(before.as_str().is_some_and(|text| text.contains("Promise<unknown>")), "{before}");
    value(&server, "await mcp.callTool('fix', 'echo', { id: 7, tags: ['x'] })");
    let after = value(&server, "(await mcp.describe('fix', 'echo')).declaration");
    let after = after.as_str().expect("a text");
    assert!(after.contains("Promise<{ id: number; tags: Array<string>; }>"), "{after}");
    assert!(after.contains("observed in 1 answer(s)"), "{after}");
}

#[test]
fn a_policy_judges_each_call_with_its_arguments_and_the_upstreams_annotations() {
    let condition = "input.annotations.readOnlyHint == true\n\tnot input.arguments.secret";
    let (server, home) = Setup::new(condition).fixture("fix", "good", "").start();
    assert_eq!(value(&server, "(await mcp.callTool('fix', 'echo', { a: 1 })).content.length"), 1);
    for code in ["mcp.callTool('fix', 'write', {})", "mcp.callTool('fix', 'echo', { secret: 1 })"] {
        let (message, code_of) = thrown(&server, code);
        assert_eq!(code_of, "denied.policy", "{message}");
    }
    let calls = Setup::log(&home, "fix");
    assert_eq!(calls.iter().filter(|line| line.starts_with("call")).count(), 1, "{calls:?}");
}

#[test]
fn without_a_policy_scripts_have_no_tools() {
    let (server, _) = Setup::new(ALL).fixture("fix", "good", "").start();
    drop(server);
    let plain = crate::harness::server::Server::start(&[]);
    assert_eq!(plain.run("typeof mcp")["result"], "undefined");
    let ended = plain.run("import { echo } from 'mcp:fix'; echo");
    assert!(ended["error"].to_string().contains("[policies.mcp_tools]"), "{ended:#}");
}

#[test]
fn a_run_has_a_budget_of_calls() {
    let (server, _) =
        Setup::new(ALL).with("[limits]\nmax_tool_calls = 3").fixture("fix", "good", "").start();
    let code = "let n = 0, code; try { for (;;) { await mcp.callTool('fix', 'echo'); n++; } } catch (e) { code = e.code; }\n[n, code]";
    assert_eq!(value(&server, code), json!([3, "limit.rate"]));
    assert_eq!(value(&server, code), json!([3, "limit.rate"]));
}

#[test]
fn every_call_is_in_the_audit_trail_without_its_arguments() {
    let (server, _) = Setup::new(ALL).fixture("fix", "good", "").start();
    let ended = server.run("await mcp.callTool('fix', 'echo', { word: 'confidential' }); 1");
    let id = ended["execution_id"].as_str().expect("an id").to_owned();
    let record = eventually("the record of the call", || {
        let log = server.stderr();
        let record =
            log.lines().find(|line| line.contains("a tool of another MCP server was called"));
        record.map(str::to_owned)
    });
    for part in [id.as_str(), "echo", "completed", "duration_ms"] {
        assert!(record.contains(part), "{part}: {record}");
    }
    assert!(!server.stderr().contains("confidential"), "{}", server.stderr());
}

#[test]
fn changed_tools_are_listed_again() {
    let (server, _) = Setup::new(ALL).fixture("fix", "good", "").start();
    let there = "(await mcp.listTools('fix')).some(t => t.name === 'grown_0')";
    assert_eq!(value(&server, there), false);
    value(&server, "await mcp.callTool('fix', 'grow'); 1");
    eventually("the new tool is listed", || (value(&server, there) == true).then_some(()));
    assert_eq!(value(&server, "(await mcp.callTool('fix', 'grown_0')).content[0].text"), "done");
}

#[test]
fn the_texts_for_a_model_do_not_grow_with_the_tools_of_other_servers() {
    let size = |setup: Setup, used: bool| {
        let (server, _) = setup.start();
        if used {
            value(&server, "(await mcp.listTools()).length");
        }
        let list = |method: &str| {
            send_modern(&server.address, method, json!({})).message()["result"].to_string()
        };
        list("server/discover").len() + list("tools/list").len()
    };
    let none = size(Setup::new(ALL), false);
    assert_eq!(size(Setup::new(ALL).fixture("fix", "good", ""), true), none);
    assert_eq!(size(Setup::new(ALL).fixture("many", "many", "max_tools = 10000"), true), none);
}

#[test]
fn stubs_are_listed_where_the_operator_wants_them_and_call_nothing() {
    let (server, home) = Setup::new(ALL)
        .with("[server]\nupstream_stubs = true\nstub_prefix = \"rj_\"")
        .fixture("fix", "good", "")
        .start();
    let listed = send_modern(&server.address, "tools/list", json!({})).message();
    let tools = listed["result"]["tools"].as_array().expect("a list").clone();
    let stub = tools.iter().find(|tool| tool["name"] == "rj_fix__get-sum").expect("a stub");
    assert_eq!(stub["inputSchema"]["required"], json!(["a", "b"]));
    assert_eq!(stub["annotations"]["readOnlyHint"], true);
    let params = json!({ "name": "rj_fix__get-sum", "arguments": { "a": 1, "b": 2 } });
    let answer = send_modern(&server.address, "tools/call", params).message();
    let text = answer["result"]["content"][0]["text"].as_str().expect("a text");
    assert!(text.contains("import { get_sum } from \"mcp:fix\";"), "{text}");
    assert!(!Setup::log(&home, "fix").iter().any(|line| line.starts_with("call")));
}

#[test]
fn a_declaration_is_a_resource_and_the_card_says_what_is_live() {
    let (server, _) = Setup::new(ALL).fixture("fix", "good", "").start();
    let read = |uri: &str| {
        let answer =
            send_modern(&server.address, "resources/read", json!({ "uri": uri })).message();
        answer["result"]["contents"][0]["text"].as_str().unwrap_or_default().to_owned()
    };
    let text = read("tools://fix/get-sum.d.ts");
    assert!(text.starts_with("declare module \"mcp:fix\" {"), "{text}");
    assert!(text.contains("Promise<{ sum: number; }>"), "{text}");
    assert_eq!((read("tools://fix/none.d.ts"), read("tools://none/x.d.ts")), Default::default());
    let listed = send_modern(&server.address, "resources/list", json!({})).message();
    assert_eq!(listed["result"]["resources"][0]["uri"], "capabilities://me");
    let card: Value = serde_json::from_str(&read("capabilities://me")).expect("JSON");
    let servers = &card["capabilities"]["mcp_tools"]["servers"];
    assert_eq!(servers, &json!([{ "name": "fix", "state": "connected", "tools": 11 }]));
    assert!(card["absent"].as_array().is_some_and(|all| all.contains(&json!("fetch"))), "{card}");
    assert_eq!(card["limits"]["execution_timeout_secs"], 20);
}

#[test]
fn a_session_keeps_functions_of_a_module() {
    let (server, _) = Setup::new(ALL).fixture("fix", "good", "").start();
    let first = server.run_in("s", "import { get_sum } from 'mcp:fix';\nlet total = (await get_sum({ a: 1, b: 2 })).sum;\ntotal");
    assert_eq!(first["result"], 3, "{first:#}");
    let second = server.run_in("s", "total += (await get_sum({ a: total, b: 1 })).sum;\ntotal");
    assert_eq!(second["result"], 7, "{second:#}");
}

#[test]
fn a_stored_session_has_its_functions_again_after_a_restart() {
    for kind in ["values", "heap"] {
        let place = Place::new();
        let setup = Setup::new(ALL).fixture("fix", "good", "");
        let warm = setup.start_at(&place, kind);
        let first = "import { get_sum, echo as again } from 'mcp:fix';\nlet n = (await get_sum({ a: 1, b: 2 })).sum;\nn";
        let ended = warm.run_in("s", first);
        assert_eq!(ended["result"], 3, "{kind}: {ended:#}");
        drop(warm);
        let cold = setup.start_at(&place, kind);
        let second = "[(await get_sum({ a: n, b: 4 })).sum, await again({ x: n })]";
        let ended = cold.run_in("s", second);
        assert_eq!(ended["result"], json!([7, { "x": 3 }]), "{kind}: {ended:#}");
    }
}

#[test]
fn a_server_over_http_gets_the_operators_token_and_nothing_of_the_clients() {
    let web = Web::start("http", "");
    let setup = Setup::new(ALL);
    let token = setup.path().join("token");
    std::fs::write(&token, "the-token-of-the-operator\n").expect("it can be written");
    private(&token);
    let section = format!("[upstream.web]\nurl = {:?}\ntoken_file = {token:?}", web.url);
    let (server, _) = setup.section(&section).start();
    assert_eq!(
        value(
            &server,
            "(await mcp.callTool('web', 'get-sum', { a: 1, b: 2 })).structuredContent.sum"
        ),
        3
    );
    let code = json!({ "code": "(await mcp.callTool('web', 'environment')).content[0].text", "wait_ms": 20_000 });
    let headers =
        [("Content-Type", "application/json"), ("Authorization", "Bearer the-clients-own-token")];
    let answer = crate::harness::http::send(
        &server.address,
        "POST",
        "/api/exec",
        &headers,
        code.to_string().as_bytes(),
    );
    let seen = answer.json()["result"].to_string();
    // The fixture answers nobody without the operator's token; what it repeats of it is not shown.
    assert!(seen.contains("Bearer [redacted]"), "{seen}");
    assert!(!seen.contains("the-token-of-the-operator"), "{seen}");
    assert!(!seen.contains("the-clients-own-token"), "{seen}");
}

#[test]
fn a_program_gets_no_environment_but_its_own() {
    let setup = Setup::new(ALL);
    let token = setup.path().join("token");
    std::fs::write(&token, "a-secret-of-the-operator").expect("it can be written");
    private(&token);
    let section = format!(
        "[upstream.own]\ncommand = \"python3\"\nargs = [{:?}, \"good\"]\ncwd = \"/\"\nenv = [{{ name = \"API_TOKEN\", value_file = {token:?} }}, {{ name = \"PLAIN\", value = \"x y\" }}]",
        crate::harness::upstream::fixture()
    );
    let (server, _) = setup.section(&section).start();
    // A shim of pyenv may add its own; what the tested server has, a program does not.
    let code = "import { environment } from 'mcp:own';
const { env, cwd, length } = await environment();
[length, env.API_TOKEN, env.PLAIN, typeof env.PATH, 'HOME' in env, 'XDG_STATE_HOME' in env, cwd]";
    assert_eq!(value(&server, code), json!([24, "[redacted]", "x y", "string", false, false, "/"]));
}

fn private(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, mode).expect("it is ours");
}
