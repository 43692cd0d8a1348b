//! Every state of the tables in `tests/state` lives on: in its live session, after its worker is gone, after the
//! server is, and under another name. What cannot is in `lost`. Not the table itself, and not crashes: `state_crash`.

use crate::harness::server::Server;
use crate::harness::state::{Place, Shape, shapes};
use serde_json::{Value, json};

/// One live session at a time: a session's next run starts from storage.
const ONE_LIVE: &[&str] = &["sessions.max_live=1"];

fn fork(server: &Server, heap: &str, code: &str) -> Value {
    server.exec(&json!({ "code": code, "heap": heap, "persist": false, "wait_ms": 20_000 }))
}

/// Runs the set-up in a session; the last answer.
fn set_up(server: &Server, session: &str, shape: &Shape) -> Value {
    let mut last = Value::Null;
    for code in &shape.setup {
        last = server.run_in(session, code);
    }
    last
}

/// What went wrong with one shape on a running server; the heap of its state.
fn judge(server: &Server, shape: &Shape, failed: &mut Vec<String>) -> Option<String> {
    let name = &shape.name;
    let (warm, twin) = (format!("warm-{}", shape.id()), format!("twin-{}", shape.id()));
    let made = set_up(server, &warm, shape);
    failed.extend(shape.judge_lost("set up", &made));
    let Some(heap) = made["heap"].as_str().map(str::to_owned) else {
        failed.push(format!("{name}: no heap: {made}"));
        return None;
    };
    failed.extend(shape.judge_result("warm", &server.run_in(&warm, &shape.check), true));
    // The same program elsewhere leaves the same state, and so does a run that does nothing after a restore.
    let again = set_up(server, &twin, shape);
    if again["heap"] != heap.as_str() {
        failed.push(format!("{name}: in another session it is another heap"));
    }
    let nothing = server.exec(&json!({ "code": ";", "heap": heap, "wait_ms": 20_000 }));
    if shape.lost.is_empty() && nothing["heap"] != heap.as_str() {
        failed.push(format!("{name}: a run that does nothing changes the heap: {nothing}"));
    }
    failed.extend(shape.judge_result("fork", &fork(server, &heap, &shape.check), false));
    Some(heap)
}

#[test]
fn every_state_lives_on_warm_cold_restarted_and_forked_or_is_named_as_lost() {
    let place = Place::new();
    let mut server = place.start(ONE_LIVE);
    let only = std::env::var("SHAPE").ok();
    let wanted = |shape: &Shape| only.as_ref().is_none_or(|part| shape.name.contains(part));
    assert!(shapes().len() >= 70, "{}", shapes().len());
    let shapes: Vec<Shape> = shapes().into_iter().filter(wanted).collect();
    let mut failed = Vec::new();
    for shape in &shapes {
        let Some(heap) = judge(&server, shape, &mut failed) else { continue };
        let later = format!("later-{}", shape.id());
        server.exec(&json!({ "code": ";", "heap": heap, "session": later, "wait_ms": 20_000 }));
    }
    // Positive control of "cold": no more than the one session holds a worker.
    assert_eq!(server.get("/readyz").json()["live_sessions"], 1);
    for shape in &shapes {
        let cold = server.run_in(&format!("twin-{}", shape.id()), &shape.check);
        failed.extend(shape.judge_result("cold", &cold, false));
    }
    server.signal("KILL");
    server.wait();
    let server = place.start(ONE_LIVE);
    for shape in &shapes {
        let restarted = server.run_in(&format!("later-{}", shape.id()), &shape.check);
        failed.extend(shape.judge_result("restarted", &restarted, false));
    }
    assert!(failed.is_empty(), "{} failures:\n{}", failed.len(), failed.join("\n"));
}

/// A program that makes a random graph from a number and leaves it in `root`, and `digest`, which tells two such graphs
/// apart by everything a script can see of them.
const GRAPHS: &str = include_str!("../state/graphs.js");

#[test]
fn random_graphs_are_the_same_after_a_cold_restore() {
    let place = Place::new();
    let server = place.start(&["sessions.max_live=1", "limits.execution_timeout_secs=20"]);
    let count: u32 =
        std::env::var("GRAPHS").ok().map_or(60, |text| text.parse().expect("GRAPHS is a number"));
    let mut digests = std::collections::HashSet::new();
    for seed in 1..=count {
        let session = format!("graph-{seed}");
        let made =
            server.run_in(&session, &format!("{GRAPHS}\nvar root = make({seed}); digest(root)"));
        let (Some(before), Some(heap)) = (made["result"].as_str(), made["heap"].as_str()) else {
            panic!("seed {seed}: {made}");
        };
        assert!(made["lost"].is_null(), "seed {seed}: {made}");
        let after = fork(&server, heap, "digest(root)");
        assert_eq!(after["result"].as_str(), Some(before), "seed {seed}: {after}");
        let nothing = server.exec(&json!({ "code": ";", "heap": heap, "wait_ms": 20_000 }));
        assert_eq!(nothing["heap"], heap, "seed {seed}: the same state has another heap");
        digests.insert(before.to_owned());
    }
    // Positive control: the graphs differ, and the digest tells.
    assert_eq!(digests.len(), count as usize);
}

#[test]
fn two_restores_of_one_heap_have_different_random_numbers() {
    let place = Place::new();
    let server = place.start(ONE_LIVE);
    let heap = server.run_in("s", "var seed = Math.random(), id = crypto.randomUUID()");
    let heap = heap["heap"].as_str().expect("a heap");
    let code = "[seed, id, Math.random(), crypto.randomUUID()]";
    let (one, two) = (fork(&server, heap, code), fork(&server, heap, code));
    for kept in 0..2 {
        assert_eq!(one["result"][kept], two["result"][kept], "{one} {two}");
    }
    for new in 2..4 {
        assert!(!one["result"][new].is_null() && one["result"][new] != two["result"][new], "{one}");
    }
}
