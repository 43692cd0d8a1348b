//! Hostile and broken MCP servers behind the server (group U): each ends as an error of one call, within its time, and the
//! others go on.

use crate::harness::eventually;
use crate::harness::upstream::{ALL, Setup, Web, thrown, value};
use serde_json::json;
use std::time::{Duration, Instant};

const QUICK: &str = "start_timeout_secs = 3\ncall_timeout_secs = 2";

#[test]
fn a_server_that_prints_garbage_is_heard_all_the_same() {
    let (server, _) = Setup::new(ALL).fixture("bad", "garbage", "").start();
    assert_eq!(
        value(
            &server,
            "(await mcp.callTool('bad', 'get-sum', { a: 1, b: 1 })).structuredContent.sum"
        ),
        2
    );
}

#[test]
fn servers_that_never_start_are_errors_in_time_and_keep_no_other_waiting() {
    let (mut server, _) = Setup::new(ALL)
        .fixture("silent", "silent", QUICK)
        .fixture("exits", "exits", QUICK)
        .fixture("long", "long line", &format!("{QUICK}\nmax_message_mb = 1"))
        .section("[upstream.absent]\ncommand = \"/there/is/no/such/program\"")
        .fixture("good", "good", "")
        .start();
    for (name, expected) in [
        ("silent", "not ready within upstream.*.start_timeout_secs (3 s)"),
        ("exits", "its last line was: it cannot find its"),
        ("long", "a message longer than upstream.*.max_message_mb (1 MiB)"),
        ("absent", "/there/is/no/such/program: No such file or directory"),
    ] {
        let begun = Instant::now();
        let (message, _) = thrown(&server, &format!("mcp.callTool('{name}', 'x')"));
        assert!(message.contains(expected), "{name}: {message}");
        assert!(!message.contains('\u{1b}'), "{name}: {message}");
        assert!(begun.elapsed() < Duration::from_secs(6), "{name}: {:?}", begun.elapsed());
    }
    // All are asked, and those that work are listed.
    let names = value(&server, "[...new Set((await mcp.listTools()).map(t => t.server))]");
    assert_eq!(names, json!(["good"]));
    assert_eq!(value(&server, "(await mcp.describe('exits')).state"), "failing");
    server.oracle("servers that never start");
}

#[test]
fn a_crash_loop_is_slowed_down() {
    let (server, home) = Setup::new(ALL).fixture("exits", "exits", "").start();
    let begun = Instant::now();
    let code = "let waited = 0; for (let i = 0; i < 200; i++) { try { await mcp.listTools('exits'); } catch (e) { if (e.message.includes('is tried again in')) waited++; } }\nwaited";
    let waited = value(&server, code);
    let starts = Setup::log(&home, "exits").len() as u64;
    assert_eq!(waited.as_u64().unwrap_or_default() + starts, 200);
    // 0, 0, 0.5, 1, 2, 4 s ... apart.
    assert!(starts <= 4 + begun.elapsed().as_secs(), "{starts} starts in {:?}", begun.elapsed());
    assert!(starts >= 2, "the first failure may be an accident: {starts}");
}

#[test]
fn a_server_that_dies_during_a_call_is_an_error_and_is_started_again() {
    let (server, home) =
        Setup::new(ALL).fixture("fix", "good", "").fixture("other", "good", "").start();
    let (message, _) = thrown(&server, "mcp.callTool('fix', 'die')");
    assert!(message.contains("whether it took effect is not known"), "{message}");
    assert!(message.contains("exit status: 3"), "{message}");
    // Never a second time by itself.
    let died = Setup::log(&home, "fix").iter().filter(|line| *line == "call die").count();
    assert_eq!(died, 1);
    assert_eq!(value(&server, "(await mcp.callTool('other', 'echo')).content.length"), 1);
    assert_eq!(value(&server, "(await mcp.callTool('fix', 'echo')).content.length"), 1);
    assert_eq!(Setup::log(&home, "fix").iter().filter(|line| *line == "start").count(), 2);
}

#[test]
fn a_server_that_is_killed_is_started_again() {
    let (server, _) = Setup::new(ALL).fixture("fix", "good", "").start();
    let pid = children(server.id());
    assert!(pid.is_empty(), "nothing is started before it is needed: {pid:?}");
    value(&server, "await mcp.callTool('fix', 'echo'); 1");
    let [pid] = children(server.id())[..] else { panic!("one child") };
    kill(pid);
    eventually("it is gone", || (!is_running(pid)).then_some(()));
    assert_eq!(value(&server, "(await mcp.callTool('fix', 'echo')).content.length"), 1);
    let [again] = children(server.id())[..] else { panic!("one child") };
    assert_ne!(pid, again);
}

#[test]
fn a_call_without_an_answer_ends_at_its_limit_and_the_upstream_is_told() {
    let (server, home) = Setup::new(ALL).fixture("fix", "good", QUICK).start();
    let begun = Instant::now();
    let (message, code) = thrown(&server, "mcp.callTool('fix', 'wait')");
    assert_eq!(code, "limit.timeout", "{message}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let cancelled = || Setup::log(&home, "fix").iter().filter(|line| *line == "cancelled").count();
    eventually("the upstream hears of the time-out", || (cancelled() == 1).then_some(()));
    assert_eq!(value(&server, "(await mcp.callTool('fix', 'echo')).content.length"), 1);
}

#[test]
fn the_end_of_a_run_reaches_the_upstream_call() {
    let (server, home) = Setup::new(ALL).fixture("fix", "good", "").start();
    value(&server, "await mcp.callTool('fix', 'echo'); 1");
    let request = json!({ "code": "await mcp.callTool('fix', 'wait')", "execution_timeout_secs": 1, "wait_ms": 20_000 });
    let begun = Instant::now();
    let ended = server.exec(&request);
    assert_eq!(ended["status"], "timed_out", "{ended:#}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    eventually("the upstream hears of it", || {
        Setup::log(&home, "fix").iter().any(|line| line == "cancelled").then_some(())
    });
    eventually("the record says so", || {
        server
            .stderr()
            .lines()
            .any(|line| line.contains("\"wait\"") && line.contains("cancelled"))
            .then_some(())
    });
}

#[test]
fn a_server_that_hangs_is_started_again_and_one_with_a_slow_tool_is_not() {
    let (server, home) = Setup::new(ALL).fixture("fix", "good", "call_timeout_secs = 1").start();
    let starts = || Setup::log(&home, "fix").iter().filter(|line| *line == "start").count();
    for _ in 0..4 {
        let (_, code) = thrown(&server, "mcp.callTool('fix', 'wait')");
        assert_eq!(code, "limit.timeout");
    }
    assert_eq!(value(&server, "(await mcp.callTool('fix', 'echo')).content.length"), 1);
    assert_eq!(starts(), 1, "a slow tool");
    for _ in 0..3 {
        thrown(&server, "mcp.callTool('fix', 'hang')");
    }
    assert_eq!(value(&server, "(await mcp.callTool('fix', 'echo')).content.length"), 1);
    assert_eq!(starts(), 2, "a server that hangs");
}

#[test]
fn names_that_deceive_are_left_out_and_descriptions_cannot_act() {
    let (server, _) = Setup::new(ALL).fixture("bad", "names", "").start();
    let tools = value(&server, "(await mcp.listTools('bad')).map(t => t.name)");
    assert_eq!(tools, json!(["__proto__", "constructor", "default", "good", "toString"]));
    let code = "import all from 'mcp:bad';\nimport { __proto__ as p, constructor as c, toString as t, _default as d, good } from 'mcp:bad';\nconst done = [];\nfor (const f of [p, c, t, d, good, all.constructor]) done.push(await f());\n[done, ({}).polluted ?? null, Object.getPrototypeOf({}) === Object.prototype]";
    assert_eq!(
        value(&server, code),
        json!([["done", "done", "done", "done", "done", "done"], null, true])
    );
    let description = value(&server, "(await mcp.describe('bad', 'good')).description");
    let description = description.as_str().expect("a text");
    assert!(description.chars().count() <= 4096 && !description.contains(['\u{1b}', '\u{202e}']));
    let declaration = value(&server, "(await mcp.describe('bad', 'good')).declaration");
    assert!(!declaration.to_string().contains("\\u001b"), "{declaration}");
}

#[test]
fn an_endless_list_has_an_end() {
    let (server, _) = Setup::new(ALL)
        .fixture("endless", "endless", "max_tools = 20")
        .fixture("pages", "endless", "max_tools = 10000")
        .fixture("same", "same page", "")
        .start();
    assert_eq!(value(&server, "(await mcp.listTools('endless')).length"), 20);
    assert_eq!(value(&server, "(await mcp.listTools('pages')).length"), 100);
    assert_eq!(value(&server, "(await mcp.listTools('same')).length"), 1);
}

#[test]
fn results_that_are_no_results_are_errors_and_the_next_call_works() {
    let (mut server, _) =
        Setup::new(ALL).fixture("fix", "good", &format!("{QUICK}\nmax_message_mb = 1")).start();
    let (message, _) =
        thrown(&server, "mcp.callTool('fix', 'result', { kind: 'large', bytes: 3000000 })");
    assert!(
        message.contains("a message longer than upstream.*.max_message_mb (1 MiB)"),
        "{message}"
    );
    let (message, _) = thrown(&server, "mcp.callTool('fix', 'result', { kind: 'deep' })");
    assert!(message.contains("gave no answer") || message.contains("not a result"), "{message}");
    let (message, _) = thrown(&server, "mcp.callTool('fix', 'result', { kind: 'nonsense' })");
    assert!(message.contains("mcp: "), "{message}");
    for (kind, expected) in [("wrong id", "yours"), ("twice", "first")] {
        let code =
            format!("(await mcp.callTool('fix', 'result', {{ kind: '{kind}' }})).content[0].text");
        assert_eq!(value(&server, &code), expected);
    }
    let (message, _) = thrown(
        &server,
        "mcp.callTool('fix', 'get-sum', JSON.parse('{\"a\": 1, \"b\": 2, \"__proto__\": {\"x\": 1}}')).then(() => { throw 'fine' })",
    );
    assert_eq!(message, "fine");
    server.oracle("results that are no results");
}

#[test]
fn a_flood_of_notifications_ends_the_connection() {
    let (mut server, _) = Setup::new(ALL).fixture("bad", "flood", "").start();
    let begun = Instant::now();
    let (message, _) = thrown(&server, "mcp.callTool('bad', 'echo')");
    assert!(message.contains("a flood of messages that answer nothing"), "{message}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    server.oracle("a flood");
    eventually("its program is ended", || children(server.id()).is_empty().then_some(()));
}

#[test]
fn what_a_server_asks_of_its_client_is_refused() {
    let (server, _) = Setup::new(ALL).fixture("fix", "good", "").start();
    let code = "import { result } from 'mcp:fix';\nawait result({ kind: 'sampling' })";
    let answers = value(&server, code);
    // sampling/createMessage, elicitation/create (whose refusal is an answer of its own), roots/list
    assert_eq!(answers, json!(["refused", "decline", "refused"]));
}

#[test]
fn a_redirect_is_not_followed_with_the_operators_token() {
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    elsewhere.set_nonblocking(true).expect("it can be");
    let target = format!("http://{}/mcp", elsewhere.local_addr().expect("it is bound"));
    let web = Web::start("http redirect", &target);
    let setup = Setup::new(ALL);
    let section = format!("[upstream.web]\nurl = {:?}\nstart_timeout_secs = 5", web.url);
    let (server, _) = setup.section(&section).start();
    let (message, _) = thrown(&server, "mcp.listTools('web')");
    assert!(message.contains("the server web cannot be used"), "{message}");
    assert!(elsewhere.accept().is_err(), "the redirect was followed");
}

#[test]
fn a_server_over_http_that_wants_a_token_says_so() {
    let web = Web::start("http", "");
    let (server, _) =
        Setup::new(ALL).section(&format!("[upstream.web]\nurl = {:?}", web.url)).start();
    let (message, _) = thrown(&server, "mcp.listTools('web')");
    assert!(message.to_lowercase().contains("auth"), "{message}");
}

#[test]
fn the_end_of_the_server_is_that_of_the_others_even_of_one_that_stays() {
    let (mut server, _) =
        Setup::new(ALL).fixture("stays", "stays", "").fixture("fix", "good", "").start();
    value(&server, "await mcp.listTools(); 1");
    let started = children(server.id());
    assert_eq!(started.len(), 2);
    let begun = Instant::now();
    server.signal("TERM");
    assert_eq!(server.wait(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
    for pid in started {
        eventually("it is gone", || {
            (!std::path::Path::new(&format!("/proc/{pid}")).exists()).then_some(())
        });
    }
}

/// Children of a process that are no workers: python3.
fn children(parent: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("there is /proc");
    let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| {
        let read =
            |name: &str| std::fs::read_to_string(format!("/proc/{id}/{name}")).unwrap_or_default();
        let own = read("status")
            .lines()
            .any(|line| line.split_whitespace().eq(["PPid:", &parent.to_string()]));
        own && read("cmdline").contains("fixture.py")
    })
    .collect()
}

/// Not gone, and not only waited for.
fn is_running(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    !status.is_empty() && !status.contains("State:\tZ")
}

fn kill(pid: u32) {
    let status = std::process::Command::new("kill").args(["-KILL", &pid.to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()));
}
