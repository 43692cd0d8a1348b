//! Sets with every kind of key that must not be used, each beside one that is.

use super::*;
use crate::claims::tests::jwt;
use data_encoding::BASE64URL_NOPAD;
use mcp_v8_settings::Algorithm as Accepted;
use serde_json::json;

fn text(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

fn ed(id: &str) -> Json {
    json!({ "kty": "OKP", "crv": "Ed25519", "kid": id, "x": text(&[9; 32]) })
}

fn ec(id: &str) -> Json {
    json!({ "kty": "EC", "crv": "P-256", "kid": id, "x": text(&[1; 32]), "y": text(&[2; 32]) })
}

fn rsa(id: &str, bits: usize) -> Json {
    let mut modulus = vec![0xff; bits / 8];
    modulus[0] = 0x80;
    json!({ "kty": "RSA", "kid": id, "n": text(&modulus), "e": "AQAB" })
}

fn with(mut jwk: Json, name: &str, value: Json) -> Json {
    jwk[name] = value;
    jwk
}

fn parse(keys: &[Json]) -> Result<KeySet, SetError> {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes(), &jwt())
}

fn takes(set: &KeySet, id: &str, algorithm: Algorithm) -> bool {
    matches!(set.find(Some(id), algorithm), Found::Key(_))
}

#[test]
fn a_key_takes_the_algorithms_of_its_type_and_its_own_alone_where_it_names_one() {
    let named = with(rsa("r2", 2048), "alg", json!("PS256"));
    let set = parse(&[rsa("r", 2048), named, ec("e"), ed("d")]).expect("four keys");
    assert_eq!(set.len(), 4);
    assert!(takes(&set, "r", Algorithm::RS256) && takes(&set, "r", Algorithm::PS512));
    assert!(takes(&set, "r2", Algorithm::PS256) && !takes(&set, "r2", Algorithm::RS256));
    assert!(takes(&set, "e", Algorithm::ES256) && !takes(&set, "e", Algorithm::ES384));
    assert!(takes(&set, "d", Algorithm::EdDSA) && !takes(&set, "d", Algorithm::ES256));
    for id in ["r", "r2", "e", "d"] {
        assert!(!takes(&set, id, Algorithm::HS256), "{id}");
    }
    let narrow = Jwt { algorithms: vec![Accepted::ES256], ..jwt() };
    let one =
        KeySet::parse(json!({ "keys": [rsa("r", 2048), ec("e")] }).to_string().as_bytes(), &narrow);
    assert_eq!(one.map(|set| set.len()).ok(), Some(1));
}

#[test]
fn a_key_that_is_weak_secret_or_for_something_else_is_left_out() {
    let small_order = with(ed("k"), "x", json!(text(&[0; 32])));
    for (bad, why) in [
        (rsa("k", 512), Unusable::Strength),
        (rsa("k", 2040), Unusable::Strength),
        (rsa("k", 16_384), Unusable::Strength),
        (with(rsa("k", 2048), "e", json!("AQ")), Unusable::Strength),
        (with(rsa("k", 2048), "e", json!(text(&[1; 9]))), Unusable::Strength),
        (with(rsa("k", 2048), "d", json!("AQAB")), Unusable::Secret),
        (json!({ "kty": "oct", "k": text(&[1; 32]) }), Unusable::Secret),
        (with(ec("k"), "use", json!("enc")), Unusable::Use),
        (with(ec("k"), "key_ops", json!(["deriveKey"])), Unusable::Use),
        (with(ec("k"), "alg", json!("RS256")), Unusable::Algorithm),
        (with(ec("k"), "alg", json!("HS256")), Unusable::Algorithm),
        (with(ec("k"), "alg", json!("ECDH-ES")), Unusable::Algorithm),
        (with(ec("k"), "crv", json!("secp256k1")), Unusable::Type),
        (with(ec("k"), "kty", json!("AKP")), Unusable::Type),
        (with(ec("k"), "x", json!(text(&[1; 31]))), Unusable::Malformed),
        (with(ec("k"), "x", json!("a+b=")), Unusable::Malformed),
        (with(ec("k"), "kid", json!(7)), Unusable::Malformed),
        (with(ed("k"), "x", json!(text(&[9; 31]))), Unusable::Malformed),
        (small_order, Unusable::Strength),
    ] {
        match parse(std::slice::from_ref(&bad)) {
            Err(SetError::NoUsableKey(reasons)) => assert_eq!(reasons, [why], "{bad}"),
            other => panic!("{bad}: {other:?}"),
        }
        assert_eq!(parse(&[bad, ed("good")]).expect("one is good").len(), 1);
    }
}

#[test]
fn an_id_that_two_keys_have_names_neither() {
    let set = parse(&[ed("twice"), ec("twice"), ec("once")]).expect("one is good");
    assert!(matches!(set.find(Some("twice"), Algorithm::EdDSA), Found::UnknownId));
    assert!(takes(&set, "once", Algorithm::ES256));
}

#[test]
fn a_token_without_an_id_has_a_key_only_where_there_is_no_choice() {
    let set = parse(&[ec("a"), ec("b"), ed("c")]).expect("three keys");
    assert!(matches!(set.find(None, Algorithm::EdDSA), Found::Key(_)));
    assert!(matches!(set.find(None, Algorithm::ES256), Found::Ambiguous));
    assert!(matches!(set.find(None, Algorithm::RS256), Found::NotThisAlgorithm));
    assert!(matches!(set.find(Some("z"), Algorithm::EdDSA), Found::UnknownId));
}

#[test]
fn what_is_no_set_is_refused_with_the_reason() {
    let many: Vec<Json> = (0..257).map(|at| ed(&at.to_string())).collect();
    assert!(matches!(parse(&many), Err(SetError::TooMany)));
    assert!(matches!(parse(&[]), Err(SetError::NoUsableKey(_))));
    for bad in ["", "<html></html>", "[]", "{\"keys\":[],\"keys\":[]}"] {
        assert!(
            matches!(KeySet::parse(bad.as_bytes(), &jwt()), Err(SetError::NotJson(_))),
            "{bad}"
        );
    }
    for bad in ["{}", "{\"keys\":{}}", "{\"keys\":[1]}"] {
        assert!(matches!(KeySet::parse(bad.as_bytes(), &jwt()), Err(SetError::NoList)), "{bad}");
    }
}
