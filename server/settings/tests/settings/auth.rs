//! `[auth]`: what makes an identity, and what would let in nobody or the wrong ones.

use crate::support::Setup;
use mcp_v8_settings::{Algorithm, Auth, KeySource};
use std::time::Duration;

const ISSUER: &str =
    "issuer = \"https://id.example.org\"\nresource = \"https://mcp.example.org/mcp\"\n";

fn auth(lines: &str) -> Setup {
    Setup::file(format!("[auth]\n{lines}\n"))
}

fn resolved(lines: &str) -> Auth {
    auth(lines).settings().auth.unwrap()
}

fn refused(lines: &str, expected: &str) {
    let problems = auth(lines).problems();
    let told = problems.iter().any(|one| one.contains(expected));
    assert!(told, "{lines}: {expected}: {problems:#?}");
}

#[test]
fn without_the_section_there_is_no_authentication_and_an_empty_one_lets_nobody_in() {
    assert_eq!(Setup::without_file().settings().auth, None);
    refused("", "1:1: auth: nobody could get in: there is neither an issuer nor a token");
}

#[test]
fn an_issuer_with_the_url_of_this_server_is_enough() {
    let auth = resolved(ISSUER);
    let jwt = auth.jwt.unwrap();
    assert_eq!(jwt.audience, ["https://mcp.example.org/mcp"]);
    assert_eq!((jwt.keys, jwt.tenant_claim), (KeySource::Discovery, None));
    assert_eq!(jwt.algorithms, Algorithm::ALL);
    assert_eq!((jwt.leeway, jwt.timeout), (Duration::from_secs(30), Duration::from_secs(5)));
    assert_eq!((jwt.refresh, jwt.min_refresh), (Duration::from_secs(300), Duration::from_secs(30)));
    assert_eq!((jwt.max_stale, jwt.max_bytes), (Duration::from_secs(86_400), 256 << 10));
    assert_eq!((auth.max_token_bytes, auth.tokens.len()), (8192, 0));
}

#[test]
fn keys_come_from_a_url_or_from_a_file_and_not_from_both() {
    let url = "jwks_url = \"https://id.example.org/keys\"\n";
    let file = "jwks_file = \"jwks.json\"\n";
    let jwt = |lines: &str| resolved(&format!("{ISSUER}{lines}")).jwt.unwrap();
    assert_eq!(jwt(url).keys, KeySource::Url("https://id.example.org/keys".to_owned()));
    let setup = auth(&format!("{ISSUER}{file}"));
    let keys = setup.settings().auth.unwrap().jwt.unwrap().keys;
    assert_eq!(keys, KeySource::File(setup.folder.path().join("jwks.json")));
    refused(&format!("{ISSUER}{url}{file}"), "auth.jwks_file: keys come either from");
    refused(url, "auth.jwks_url: needs `auth.issuer` as well");
    refused("issuer = \"https://id.example.org\"", "auth.issuer: needs `auth.resource` as well");
}

#[test]
fn what_would_cross_a_network_in_clear_or_is_no_identifier_is_refused() {
    for (lines, expected) in [
        ("issuer = \"http://id.example.org\"", "auth.issuer: is neither an https URL nor"),
        ("issuer = \"https://id.example.org/?a\"", "auth.issuer: is neither an https URL nor"),
        ("resource = \"mcp\"\nissuer = \"http://localhost\"", "auth.resource: is neither an https"),
        ("jwks_url = \"http://id.example.org/keys\"", "auth.jwks_url: is neither an https URL nor"),
    ] {
        refused(lines, expected);
    }
}

#[test]
fn algorithms_are_those_with_public_keys_each_once() {
    let only = resolved(&format!("{ISSUER}algorithms = [\"ES256\"]")).jwt.unwrap().algorithms;
    assert_eq!(only, [Algorithm::ES256]);
    for (list, expected) in [
        ("[\"HS256\"]", "auth.algorithms[0]: must be one of ES256"),
        ("[\"none\"]", "auth.algorithms[0]: must be one of ES256"),
        ("[]", "auth.algorithms: must not be empty"),
        ("[\"ES256\", \"ES256\"]", "auth.algorithms[1]: stands twice"),
    ] {
        refused(&format!("{ISSUER}algorithms = {list}"), expected);
    }
}

#[test]
fn a_listed_token_is_a_name_and_a_digest_and_neither_stands_twice() {
    let token =
        |name: &str, digest: &str| format!("{{ name = \"{name}\", sha256 = \"{digest}\" }}");
    let (one, two) = ("01".repeat(32), "AB".repeat(32));
    let list = format!("tokens = [{}, {}]", token("ada", &one), token("bob", &two));
    let tokens = resolved(&list).tokens;
    assert_eq!((tokens[0].tenant.as_str(), tokens[0].sha256), ("ada", [1; 32]));
    assert_eq!(tokens[1].sha256, [0xab; 32]);
    let shared = format!("tokens = [{{ name = \"ada\", tenant = \"acme\", sha256 = \"{one}\" }}]");
    assert_eq!(resolved(&shared).tokens[0].tenant, "acme");
    for (list, expected) in [
        (vec![token("ada", &one), token("ada", &two)], "auth.tokens[1]: stands twice"),
        (vec![token("ada", &one), token("bob", &one)], "auth.tokens[1]: stands twice"),
        (vec![token("", &one)], "is not the name of a token"),
        (vec![token("a b", &one)], "auth.tokens[0].name: is not the name of a token"),
        (vec![token("ada", "secret")], "auth.tokens[0].sha256: is not a SHA-256 digest"),
        (vec!["{ name = \"ada\" }".to_owned()], "auth.tokens[0]: is not a SHA-256 digest"),
    ] {
        refused(&format!("tokens = [{}]", list.join(", ")), expected);
    }
    // What was taken for the token is not repeated.
    let problem = auth(&format!("tokens = [{}]", token("ada", "hunter2hunter2"))).problem();
    assert!(!problem.contains("hunter2"), "{problem}");
}

#[test]
fn times_that_contradict_each_other_are_refused() {
    refused(&format!("{ISSUER}jwks_min_refresh_secs = 301"), "(301 s) is above `auth.jwks_refresh");
    refused(&format!("{ISSUER}jwks_max_stale_secs = 299"), "(300 s) is above `auth.jwks_max_stale");
    refused(&format!("{ISSUER}leeway_secs = 61"), "auth.leeway_secs: must be from 0 to 60");
}

#[test]
fn words_that_could_break_out_of_a_header_are_refused() {
    for line in ["required_scopes = [\"a\\\"b\"]", "audience = [\"\"]", "tenant_claim = \"a b\""] {
        refused(&format!("{ISSUER}{line}"), "must be visible ASCII characters");
    }
}
