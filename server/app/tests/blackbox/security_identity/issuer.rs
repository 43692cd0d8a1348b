//! The issuer: not there, in disarray, turning its keys, or made to be asked too often.

use super::{refused_start, serve, with_one_key};
use crate::harness::eventually;
use crate::harness::issuer::{Issuer, SigningKey, now};
use serde_json::json;
use std::io::Read as _;
use std::time::Duration;

#[test]
fn without_usable_keys_the_server_does_not_start_and_says_why_within_ten_seconds() {
    let key = SigningKey::ec("one");
    let issuer = Issuer::start(&[&key]);
    let endless =
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}", " ".repeat(4 << 20));
    let down = "auth.jwks_url=http://127.0.0.1:1/keys".to_owned();
    for (name, answer, expected) in [
        ("HTML", "HTTP/1.1 200 OK\r\n\r\n<html></html>", "not JSON"),
        ("empty", "HTTP/1.1 200 OK\r\n\r\n{\"keys\":[]}", "no usable key"),
        (
            "redirect",
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            "status 302",
        ),
        ("error", "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", "status 500"),
        ("endless", endless.as_str(), "longer than 262144 bytes"),
        ("silent", "", "longer than 5s (auth.jwks_timeout_secs)"),
    ] {
        issuer.answer_raw(answer.to_owned());
        let (said, took) = refused_start(&issuer.settings());
        assert!(said.contains(expected) && said.contains(&issuer.url()), "{name}: {said}");
        assert!(took < Duration::from_secs(10), "{name}: {took:?}");
    }
    let (said, took) = refused_start(&[issuer.settings(), vec![down]].concat());
    assert!(said.contains("127.0.0.1:1/keys") && took < Duration::from_secs(10), "{said}");
    issuer.publish(&[&key]);
    let server = serve(&issuer, &[]);
    let token = key.token(&issuer.claims("ada"));
    assert_eq!(server.as_owner_of(&token).get("/api/version").status, 200);
}

#[test]
fn keys_are_found_through_the_metadata_of_the_issuer_and_of_no_other() {
    let key = SigningKey::ed("one");
    let issuer = Issuer::start(&[&key]);
    // The one answer is metadata and set at once.
    let both = |name: &str, keys: &str| {
        let document = json!({ "issuer": name, "jwks_uri": keys, "keys": [key.jwk()] });
        issuer.answer("200 OK", &document.to_string());
    };
    let settings: Vec<String> =
        issuer.settings().into_iter().filter(|line| !line.contains("jwks_url")).collect();
    both("https://other.example", &issuer.url());
    assert!(refused_start(&settings).0.contains("metadata of another issuer"));
    both(&issuer.url(), "http://other.example/keys");
    assert!(refused_start(&settings).0.contains("neither an https URL nor"));
    both(&issuer.url(), &format!("{}/keys", issuer.url()));
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let server = crate::harness::server::Server::start(&settings);
    let token = key.token(&issuer.claims("ada"));
    assert_eq!(server.as_owner_of(&token).get("/api/version").status, 200);
}

#[test]
fn a_storm_of_unknown_keys_costs_the_issuer_nothing_and_known_callers_get_in() {
    let (issuer, key, server) = with_one_key(&["auth.jwks_min_refresh_secs=1"]);
    let begun = issuer.asked();
    let unknown = SigningKey::ec("unknown").token(&issuer.claims("eve"));
    let good = key.token(&issuer.claims("ada"));
    let started = std::time::Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..125 {
                    assert_eq!(server.as_owner_of(&unknown).get("/api/version").status, 401);
                }
            });
        }
        for _ in 0..50 {
            assert_eq!(server.as_owner_of(&good).get("/api/version").status, 200);
        }
    });
    // One a second at most, of a thousand that asked.
    let most = started.elapsed().as_secs() as usize + 1;
    let asked = issuer.asked() - begun;
    assert!(asked <= most, "{asked} in {:?}", started.elapsed());
}

#[test]
fn new_keys_are_taken_soon_withdrawn_ones_refused_and_an_outage_changes_nothing() {
    let (issuer, old, server) =
        with_one_key(&["auth.jwks_min_refresh_secs=1", "auth.jwks_refresh_secs=10"]);
    let new = SigningKey::rsa("two");
    let status = |key: &SigningKey| {
        server.as_owner_of(&key.token(&issuer.claims("ada"))).get("/api/version").status
    };
    assert_eq!((status(&old), status(&new)), (200, 401));
    issuer.answer("503 Unavailable", "");
    // Asked in vain, and more than once.
    let begun = issuer.asked();
    eventually("the issuer is asked again", || {
        assert_eq!((status(&old), status(&new)), (200, 401));
        (issuer.asked() > begun + 1).then_some(())
    });
    issuer.publish(&[&old, &new]);
    eventually("the new key is taken", || (status(&new) == 200).then_some(()));
    assert_eq!(status(&old), 200);
    issuer.publish(&[&new]);
    eventually("the old key is refused", || (status(&old) == 401).then_some(()));
    assert_eq!(status(&new), 200);
}

#[test]
fn a_stream_ends_with_the_token_of_its_caller_and_a_run_goes_on() {
    let (issuer, key, server) =
        with_one_key(&["auth.leeway_secs=0", "limits.execution_timeout_secs=6"]);
    let mut claims = issuer.claims("ada");
    claims["exp"] = json!(now() + 3);
    let short = key.token(&claims);
    let caller = server.as_owner_of(&short);
    let session = caller.open_session();
    let (mut stream, head) = caller.open_stream(&session);
    assert!(head.starts_with("http/1.1 200") && head.contains("text/event-stream"), "{head}");
    let code = "await new Promise(done => setTimeout(done, 4000)); 'done'";
    let run = caller.post("/api/exec", &json!({ "code": code, "persist": false })).json();
    let id = run["execution_id"].as_str().expect("an id").to_owned();
    // Until the server ends it: the client's own limit is a minute.
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the stream ends and is not broken off");
    assert!(now() >= claims["exp"].as_u64().expect("a time"), "it ended early");
    let late = caller.get("/api/version");
    assert_eq!(late.status, 401);
    assert!(late.body.contains("has expired"), "{}", late.body);
    let again = key.token(&issuer.claims("ada"));
    let path = format!("/api/executions/{id}?wait_ms=5000");
    let ended = server.as_owner_of(&again).get(&path).json();
    assert_eq!(ended["result"], "done", "{ended}");
}
