//! Rules at a remote Open Policy Agent: only `{"result": true}` allows, whatever else comes back or does not.

use crate::requests::{self, context};
use crate::server_stub::{Answer, PolicyServer};
use crate::support::{QUERY, chain, load, only, server};
use mcp_v8_policy::{Denied, Gate};
use mcp_v8_settings::{ChainMode, Policies};
use serde_json::Value as Json;
use std::time::{Duration, Instant};

async fn ask(answer: Answer) -> (PolicyServer, Result<(), Denied>) {
    let stub = PolicyServer::start(answer).await;
    let mut policies = only(server(&stub.url, QUERY));
    policies.run_js_file.as_mut().unwrap().timeout = Duration::from_millis(500);
    let gate = Gate::new(load(&policies));
    let answer = gate.check(&context(), requests::run_js_file()).await.map(drop);
    (stub, answer)
}

#[tokio::test]
async fn the_server_is_asked_with_the_input_at_the_path_of_the_query() {
    let (stub, answer) = ask(Answer::Json("{\"result\": true}")).await;
    answer.unwrap();
    let asked = stub.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].0, "/v1/data/mcp/run_js_file/allow");
    let body: Json = serde_json::from_str(&asked[0].1).unwrap();
    assert_eq!(body["input"]["path"], "/srv/scripts/a.js");
    assert_eq!(body["input"]["principal"]["tenant"], "acme");
}

#[tokio::test]
async fn a_denial_of_the_server_comes_with_its_reasons() {
    for answer in ["{\"result\": false}", "{}"] {
        let (stub, answer) = ask(Answer::Json(answer)).await;
        let denied = answer.unwrap_err().to_string();
        assert!(denied.contains("the server says no"), "{denied}");
        assert_eq!(stub.asked()[1].0, "/v1/data/mcp/run_js_file/reasons");
    }
}

#[tokio::test]
async fn anything_but_result_true_denies() {
    for (answer, why) in [
        (Answer::Json("{\"result\": \"true\"}"), "a string"),
        (Answer::Json("{\"result\": 1}"), "a number"),
        (Answer::Json("{\"result\": {\"allow\": true}}"), "an object"),
        (Answer::Json("[true]"), "not usable"),
        (Answer::Json("{\"result\": true"), "not usable"),
        (Answer::Json("<html>"), "not usable"),
        (Answer::Status(500, "{\"result\": true}"), "status 500"),
        (Answer::Status(201, "{\"result\": true}"), "status 201"),
        (Answer::OfType("text/plain", "{\"result\": true}"), "not application/json"),
        (Answer::Endless, "longer than 65536 bytes"),
        (Answer::Silence, "not decided within 500 ms"),
    ] {
        let shown = format!("{answer:?}");
        let start = Instant::now();
        let (_stub, answer) = ask(answer).await;
        let denied = answer.unwrap_err().to_string();
        assert!(denied.contains(why), "{shown}: {denied}");
        // The time limit, and a margin for a loaded machine.
        assert!(start.elapsed() < Duration::from_secs(5), "{shown}: {:?}", start.elapsed());
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = PolicyServer::start(Answer::Json("{\"result\": true}")).await;
    let (stub, answer) = ask(Answer::Redirect(format!("{}/v1/data/x", other.url))).await;
    let denied = answer.unwrap_err().to_string();
    assert!(denied.contains("status 307"), "{denied}");
    assert_eq!(stub.asked().len(), 1);
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn a_server_that_is_down_denies_also_in_a_chain_of_any() {
    let up = PolicyServer::start(Answer::Json("{\"result\": true}")).await;
    let down = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    for rules in [[&up.url, &down], [&down, &up.url]] {
        let rules = rules.map(|url| server(url, QUERY)).into();
        let run_js_file = Some(chain(ChainMode::Any, rules));
        let gate = Gate::new(load(&Policies { run_js_file, ..Policies::default() }));
        let denied = gate.check(&context(), requests::run_js_file()).await.unwrap_err();
        assert!(denied.to_string().contains("cannot be reached"), "{denied}");
    }
}

#[tokio::test]
async fn a_path_before_the_api_is_kept() {
    let stub = PolicyServer::start(Answer::Json("{\"result\": true}")).await;
    let gate = Gate::new(load(&only(server(format!("{}/opa/", stub.url), QUERY))));
    gate.check(&context(), requests::run_js_file()).await.unwrap();
    assert_eq!(stub.asked()[0].0, "/opa/v1/data/mcp/run_js_file/allow");
}
