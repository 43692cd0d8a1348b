//! What one tenant can take from another: nothing that is counted. Each quota refuses its own tenant and no other.

use crate::harness::caller::Caller;
use crate::harness::eventually;
use crate::harness::http::Answer;
use crate::harness::server::{SMALL, Server};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};

const ADA: &str = "ada-0123456789abcdef0123456789ab";
const EVE: &str = "eve-0123456789abcdef0123456789ab";

fn serve(more: &[&str]) -> Server {
    let token = |name: &str, token: &str| json!({ "name": name, "sha256": HEXLOWER.encode(&Sha256::digest(token)) });
    let tokens = format!("auth.tokens={}", json!([token("ada", ADA), token("eve", EVE)]));
    let own = [tokens.as_str()];
    let all: Vec<&str> = SMALL.iter().chain(&own).chain(more).copied().collect();
    Server::start(&all)
}

fn submit(caller: &Caller<'_>, code: &str) -> Answer {
    caller.post("/api/exec", &json!({ "code": code, "persist": false }))
}

/// Checks that this is a refusal with this code that says when to come again; seconds.
#[track_caller]
fn wait(answer: &Answer, code: &str) -> u64 {
    assert_eq!((answer.status, answer.json()["code"].as_str()), (429, Some(code)), "{answer:?}");
    let wait = answer.header("retry-after").expect("Retry-After").parse().expect("seconds");
    // Processor time is charged at the end of a run, and paid back a second a minute.
    assert!((1..=600).contains(&wait), "{answer:?}");
    wait
}

#[test]
fn a_tenant_that_spins_on_every_place_it_has_keeps_no_other_waiting() {
    let mut server = serve(&["workers.concurrent_runs=2"]);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let spinning: Vec<String> = (0..20)
        .map(|_| {
            submit(&ada, "for (;;) {}").json()["execution_id"].as_str().expect("an id").to_owned()
        })
        .collect();
    let running = || {
        let list = ada.get("/api/executions?status=running&limit=100").json();
        list["executions"].as_array().map_or(0, Vec::len)
    };
    eventually("one spins", || (running() > 0).then_some(()));
    let mut times: Vec<Duration> = (0..50)
        .map(|turn| {
            let begun = Instant::now();
            let ran = eve.run("1 + 1");
            assert_eq!(ran["result"], 2, "{turn}: {ran}");
            begun.elapsed()
        })
        .collect();
    assert_eq!(running(), 1, "one place of two is all that a tenant has");
    times.sort();
    assert!(times[49] < Duration::from_secs(2), "{:?}", &times[40..]);
    for id in spinning {
        ada.post(&format!("/api/executions/{id}/cancel"), &Value::Null);
    }
    // The place is given back.
    assert_eq!(ada.run("2 + 2")["result"], 4);
    drop((ada, eve));
    server.signal("TERM");
    assert_eq!(server.wait(), Some(0));
}

#[test]
fn a_tenant_that_uses_more_places_than_it_has_waits_in_its_own_queue_and_no_longer() {
    let server = serve(&["quotas.concurrent_runs=1", "limits.queued_runs_per_tenant=2"]);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let code = "await new Promise(done => setTimeout(done, 2500))";
    let answers: Vec<Answer> = (0..8).map(|_| submit(&ada, code)).collect();
    let refused: Vec<&Answer> = answers.iter().filter(|one| one.status != 202).collect();
    assert!((4..=6).contains(&refused.len()), "{}", refused.len());
    for answer in refused {
        wait(answer, "unavailable.busy");
    }
    assert_eq!(submit(&eve, "1").status, 202);
}

#[test]
fn runs_beyond_a_minutes_worth_are_refused_over_rest_and_mcp_and_for_their_tenant_alone() {
    let server = serve(&["quotas.runs_per_minute=3"]);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    for _ in 0..3 {
        assert_eq!(ada.run("1 + 1")["result"], 2);
    }
    let refused = submit(&ada, "1");
    assert!(wait(&refused, "limit.rate") <= 20);
    assert!(refused.body.contains("quotas.runs_per_minute = 3"), "{}", refused.body);
    let tool = ada.tool("run_js", json!({ "code": "1" }));
    let words = tool["content"][0]["text"].as_str().unwrap_or_default();
    assert_eq!(tool["isError"], true);
    assert!(words.starts_with("limit.rate: ") && words.contains("try again in"), "{tool}");
    assert_eq!(eve.run("1 + 1")["result"], 2);
    // What began is still there to be looked at.
    assert_eq!(ada.get("/api/executions").status, 200);
}

#[test]
fn processor_time_is_charged_to_the_tenant_that_used_it() {
    let server = serve(&["quotas.cpu_secs_per_minute=1"]);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let spent_until_refused = |caller: &Caller<'_>, code: &str| {
        let mut spent = 0;
        loop {
            let answer = submit(caller, code);
            if answer.status != 202 {
                wait(&answer, "limit.rate");
                assert!(answer.body.contains("quotas.cpu_secs_per_minute"), "{}", answer.body);
                return spent;
            }
            let id = answer.json()["execution_id"].as_str().expect("an id").to_owned();
            let ended = caller.get(&format!("/api/executions/{id}?wait_ms=20000")).json();
            spent += ended["cpu_ms"].as_u64().unwrap_or_else(|| panic!("{ended}"));
        }
    };
    let spin = "const end = Date.now() + 1500; while (Date.now() < end) {}";
    let spent = spent_until_refused(&ada, spin);
    assert!((950..4000).contains(&spent), "{spent} ms of one second");
    assert_eq!(eve.run("1 + 1")["result"], 2);
    // A run that is ended by force is charged too.
    spent_until_refused(&eve, "for (;;) {}");
}

#[test]
fn a_tenant_of_whom_too_much_is_stored_stores_no_more() {
    let server = serve(&["quotas.stored_mb=1"]);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let print = "for (let i = 0; i < 900; i++) console.log('x'.repeat(1000))";
    let refused = eventually("it is refused", || {
        assert_eq!(eve.run("1 + 1")["result"], 2);
        let answer = submit(&ada, print);
        (answer.status != 202).then_some(answer)
    });
    wait(&refused, "limit.size");
    assert!(refused.body.contains("quotas.stored_mb"), "{}", refused.body);
    let tool = ada.tool("run_js", json!({ "code": "1" }));
    assert_eq!(tool["isError"], true, "{tool}");
    assert_eq!(eve.run("1 + 1")["result"], 2);
}

#[test]
fn mcp_sessions_of_a_tenant_and_of_the_server_are_bounded() {
    let server = serve(&["quotas.mcp_sessions=2", "transport.http.max_sessions=3"]);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let first = ada.open_session();
    ada.open_session();
    let busy = |answer: &Answer, key: &str| {
        assert_eq!(answer.status, 429, "{answer:?}");
        assert!(answer.header("retry-after").is_some(), "{answer:?}");
        let error = answer.json()["error"].clone();
        assert_eq!(error["data"]["code"], "unavailable.busy", "{error}");
        assert!(error["message"].as_str().is_some_and(|words| words.contains(key)), "{error}");
    };
    busy(&ada.initialize(), "quotas.mcp_sessions");
    eve.open_session();
    busy(&eve.initialize(), "transport.http.max_sessions");
    let ended = ada.in_session("DELETE", Some(&first), &Value::Null);
    assert_eq!(ended.status, 204, "{ended:?}");
    ada.open_session();
    // Requests that need no session go on.
    assert_eq!(ada.mcp("tools/list", json!({})).status, 200);
}

#[test]
fn event_streams_of_a_tenant_are_bounded_and_a_closed_one_makes_room() {
    let server = serve(&["quotas.event_streams=1"]);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let sessions = [ada.open_session(), ada.open_session()];
    let (stream, head) = ada.open_stream(&sessions[0]);
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let (_, head) = ada.open_stream(&sessions[1]);
    assert!(head.starts_with("http/1.1 429") && head.contains("retry-after: 30"), "{head}");
    let other = eve.open_session();
    let (_kept, head) = eve.open_stream(&other);
    assert!(head.starts_with("http/1.1 200"), "{head}");
    drop(stream);
    eventually("the place is given back", || {
        let (_, head) = ada.open_stream(&sessions[1]);
        head.starts_with("http/1.1 200").then_some(())
    });
}

#[test]
fn a_run_that_is_followed_is_an_event_stream_whatever_the_client_accepts() {
    let server = serve(&["quotas.event_streams=1"]);
    let (ada, eve) = (server.as_owner_of(ADA), server.as_owner_of(EVE));
    let follow =
        |caller: &Caller<'_>, id: &str| caller.get(&format!("/api/executions/{id}/events"));
    let session = ada.open_session();
    let (stream, _) = ada.open_stream(&session);
    let id = ada.run("1")["execution_id"].as_str().expect("an id").to_owned();
    let refused = follow(&ada, &id);
    assert_eq!(wait(&refused, "unavailable.busy"), 30);
    assert!(refused.body.contains("quotas.event_streams"), "{}", refused.body);
    let other = eve.run("2")["execution_id"].as_str().expect("an id").to_owned();
    assert_eq!(follow(&eve, &other).status, 200);
    drop(stream);
    // One that has ended gives its place back as well.
    for _ in 0..2 {
        eventually("the place is given back", || (follow(&ada, &id).status == 200).then_some(()));
    }
}

#[test]
fn without_authentication_there_is_one_tenant_and_no_quota() {
    let settings: Vec<&str> = SMALL
        .iter()
        .copied()
        .chain(["quotas.runs_per_minute=1", "quotas.concurrent_runs=1"])
        .collect();
    let server = Server::start(&settings);
    for _ in 0..3 {
        assert_eq!(server.run("1 + 1")["result"], 2);
    }
}
