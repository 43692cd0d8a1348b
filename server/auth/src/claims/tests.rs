//! Claims of every wrong shape, each beside a right one.

use super::*;
use mcp_v8_settings::{Algorithm, KeySource};
use serde_json::json;

const NOW: u64 = 1_800_000_000;

pub fn jwt() -> Jwt {
    let seconds = Duration::from_secs;
    Jwt {
        issuer: "https://id.example.org".to_owned(),
        resource: "https://mcp.example.org/mcp".to_owned(),
        audience: vec!["https://mcp.example.org/mcp".to_owned()],
        keys: KeySource::Discovery,
        algorithms: Algorithm::ALL.to_vec(),
        tenant_claim: None,
        required_scopes: Vec::new(),
        leeway: seconds(30),
        timeout: seconds(1),
        max_bytes: 1 << 10,
        refresh: seconds(300),
        min_refresh: seconds(30),
        max_stale: seconds(600),
    }
}

fn good() -> Json {
    json!({
        "iss": "https://id.example.org",
        "aud": "https://mcp.example.org/mcp",
        "sub": "ada",
        "exp": NOW + 60,
    })
}

fn with(changes: Json) -> Result<Identity, Refusal> {
    judge_with(&jwt(), changes)
}

fn judge_with(jwt: &Jwt, changes: Json) -> Result<Identity, Refusal> {
    let mut claims = good();
    for (name, value) in changes.as_object().expect("an object") {
        match value {
            Json::Null => drop(claims.as_object_mut().expect("an object").remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    judge(jwt, claims.as_object().expect("an object").clone(), NOW)
}

#[test]
fn a_token_names_its_caller_its_tenant_and_its_end() {
    let identity = with(json!({ "roles": ["analyst"] })).expect("good claims");
    assert_eq!(identity.principal.subject(), "ada");
    assert_eq!(identity.principal.tenant(), "https://id.example.org sub=ada");
    assert_eq!(identity.principal.issuer(), Some("https://id.example.org"));
    assert_eq!(identity.principal.claims()["roles"], json!(["analyst"]));
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + 90);
    assert_eq!(identity.expires, Some(end));
    let shared = Jwt { tenant_claim: Some("org".to_owned()), ..jwt() };
    let tenant =
        |changes| judge_with(&shared, changes).map(|one| one.principal.tenant().to_owned());
    assert_eq!(tenant(json!({ "org": "acme" })).as_deref(), Ok("https://id.example.org org=acme"));
    for bad in [json!({}), json!({ "org": 7 }), json!({ "org": "" }), json!({ "org": ["acme"] })] {
        assert!(matches!(tenant(bad), Err(Refusal::Invalid(_))));
    }
}

#[test]
fn times_are_judged_with_the_leeway_and_no_more() {
    for good in [
        json!({ "exp": NOW - 29 }),
        json!({ "exp": NOW as f64 + 0.5 }),
        json!({ "nbf": NOW + 30 }),
        json!({ "iat": NOW + 30, "nbf": 0 }),
    ] {
        assert!(with(good.clone()).is_ok(), "{good}");
    }
    assert_eq!(with(json!({ "exp": NOW - 30 })).err(), Some(Refusal::Expired));
    for bad in [
        json!({ "exp": null }),
        json!({ "exp": (NOW + 60).to_string() }),
        json!({ "exp": 1e30 }),
        json!({ "exp": u64::MAX }),
        json!({ "exp": -1 }),
        json!({ "exp": [NOW + 60] }),
        json!({ "nbf": NOW + 31 }),
        json!({ "nbf": "0" }),
        json!({ "iat": NOW + 31 }),
        json!({ "iat": true }),
    ] {
        assert!(matches!(with(bad.clone()), Err(Refusal::Invalid(_))), "{bad}");
    }
}

#[test]
fn issuer_audience_and_subject_are_exactly_ours() {
    let other = "https://other.example.org/mcp";
    let ours = "https://mcp.example.org/mcp";
    assert!(with(json!({ "aud": [other, ours] })).is_ok());
    for bad in [
        json!({ "iss": null }),
        json!({ "iss": "https://id.example.org/" }),
        json!({ "iss": "HTTPS://id.example.org" }),
        json!({ "iss": ["https://id.example.org"] }),
        json!({ "iss": {} }),
        json!({ "aud": null }),
        json!({ "aud": other }),
        json!({ "aud": [other] }),
        json!({ "aud": [] }),
        json!({ "aud": [ours, 1] }),
        json!({ "aud": { ours: true } }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
        json!({ "sub": 7 }),
        json!({ "sub": ["ada"] }),
        json!({ "sub": "x".repeat(256) }),
        json!({ "cnf": { "jkt": "a" } }),
    ] {
        assert!(matches!(with(bad.clone()), Err(Refusal::Invalid(_))), "{bad}");
    }
}

#[test]
fn a_missing_scope_is_told_apart_from_a_bad_token() {
    let scoped = Jwt { required_scopes: vec!["run".to_owned(), "read".to_owned()], ..jwt() };
    for good in [
        json!({ "scope": "read other run" }),
        json!({ "scp": ["run", "read"] }),
        json!({ "scope": "read", "scp": "run" }),
    ] {
        assert!(judge_with(&scoped, good.clone()).is_ok(), "{good}");
    }
    for bad in [
        json!({}),
        json!({ "scope": "run" }),
        json!({ "scope": "run,read" }),
        json!({ "scope": 1 }),
    ] {
        assert_eq!(judge_with(&scoped, bad).err(), Some(Refusal::Scope("run read".to_owned())));
    }
}
