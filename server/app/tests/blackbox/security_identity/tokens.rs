//! Tokens: good ones of every kind of key, and forged ones of every kind.

use super::{serve, with_one_key};
use crate::harness::http;
use crate::harness::issuer::{Issuer, RESOURCE, SigningKey, change, compact, now};
use crate::harness::server::{SMALL, Server};
use crate::harness::stdio;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// HMAC-SHA-256 (RFC 2104), as whoever mistakes a public key for a secret computes it.
fn hmac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
    aws_lc_rs::hmac::sign(&key, message).as_ref().to_vec()
}

#[test]
fn a_token_of_the_issuer_gets_in_with_every_kind_of_key_over_rest_and_mcp() {
    let keys = [SigningKey::ec("ec"), SigningKey::ed("ed"), SigningKey::rsa("rsa")];
    let issuer = Issuer::start(&keys.iter().collect::<Vec<_>>());
    let mut server = serve(&issuer, &[]);
    for key in &keys {
        let token = key.token(&issuer.claims("ada"));
        let caller = server.as_owner_of(&token);
        assert_eq!(caller.run("1 + 1")["result"], 2, "{}", key.id);
        let ran = caller.tool("run_js", json!({ "code": "2 + 2", "persist": false }));
        assert_eq!(ran["structuredContent"]["result"], 4, "{ran}");
        let session = caller.open_session();
        let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
        assert_eq!(caller.in_session("POST", Some(&session), &ping).status, 200);
    }
    let token = keys[0].token(&issuer.claims("ada"));
    assert_eq!(server.as_owner_of(&token).get("/api/executions").status, 200);
    assert_eq!(server.get("/api/executions").status, 401);
    server.signal("TERM");
    assert_eq!(server.wait(), Some(0));
    // Neither a token nor a part of one is in the log.
    let signature = token.rsplit('.').next().expect("a signature");
    assert!(!server.stderr().contains(signature), "{}", server.stderr());
}

type Forged = Vec<(String, String)>;

/// What nobody may get in with.
fn forged(issuer: &Issuer, key: &SigningKey, rsa: &SigningKey) -> Forged {
    let mut all = with_other_algorithms(issuer, key, rsa);
    all.extend(with_other_headers(issuer, key, rsa));
    all.extend(with_other_claims(issuer, key));
    all.extend(malformed(issuer, key));
    all
}

fn with_other_algorithms(issuer: &Issuer, key: &SigningKey, rsa: &SigningKey) -> Forged {
    let claims = issuer.claims("ada");
    let mut list: Forged = Vec::new();
    let mut add = |name: &str, token: String| list.push((name.to_owned(), token));
    for name in ["none", "None", "NONE", "nOnE"] {
        let header = json!({ "alg": name, "kid": key.id }).to_string();
        add(name, compact(&header, &claims.to_string(), |_| Vec::new()));
        add(name, compact(&header, &claims.to_string(), |message| key.sign(message)));
    }
    let header = json!({ "alg": "HS256", "kid": rsa.id }).to_string();
    let (n, whole) = (rsa.jwk()["n"].as_str().expect("n").to_owned(), rsa.jwk().to_string());
    let modulus = BASE64URL_NOPAD.decode(n.as_bytes()).expect("base64url");
    for (name, secret) in [("n", n.as_bytes()), ("modulus", &modulus), ("jwk", whole.as_bytes())] {
        let token = compact(&header, &claims.to_string(), |message| hmac(secret, message));
        add(&format!("HS256 with the public key, {name}"), token);
    }
    for algorithm in ["RS256", "ES384", "EdDSA", "PS256", "HS256", "ES256K", "es256", ""] {
        add(algorithm, key.token_with(&json!({ "alg": algorithm }), &claims));
    }
    list
}

fn with_other_headers(issuer: &Issuer, key: &SigningKey, rsa: &SigningKey) -> Forged {
    let claims = issuer.claims("ada");
    let mut list = Forged::new();
    for header in [
        json!({ "kid": "unknown" }),
        json!({ "kid": "../../etc/passwd" }),
        json!({ "kid": "https://evil.example/keys" }),
        json!({ "kid": "x".repeat(5000) }),
        json!({ "kid": ["one"] }),
        json!({ "kid": rsa.id }),
        json!({ "crit": ["exp"] }),
        json!({ "b64": false, "crit": ["b64"] }),
        json!({ "jku": format!("{}/keys", issuer.url()) }),
        json!({ "x5u": format!("{}/keys", issuer.url()) }),
        json!({ "jwk": key.jwk() }),
        json!({ "zip": "DEF" }),
        json!({ "typ": "dpop+jwt" }),
        json!({ "alg": null }),
    ] {
        list.push((format!("header {header}"), key.token_with(&header, &claims)));
    }
    list
}

fn with_other_claims(issuer: &Issuer, key: &SigningKey) -> Forged {
    let good = issuer.claims("ada");
    let mut list = Forged::new();
    for changes in [
        json!({ "exp": now() - 31 }),
        json!({ "exp": null }),
        json!({ "exp": "9999999999" }),
        json!({ "exp": 1e30 }),
        json!({ "nbf": now() + 3600 }),
        json!({ "iat": now() + 3600 }),
        json!({ "aud": null }),
        json!({ "aud": "https://other.example/mcp" }),
        json!({ "aud": ["https://other.example/mcp"] }),
        json!({ "aud": { RESOURCE: 1 } }),
        json!({ "aud": format!("{RESOURCE}/") }),
        json!({ "iss": null }),
        json!({ "iss": "https://other.example" }),
        json!({ "iss": [issuer.url()] }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
        json!({ "sub": 7 }),
        json!({ "cnf": { "jkt": "a" } }),
    ] {
        let mut claims = good.clone();
        change(&mut claims, &changes);
        list.push((format!("claims {changes}"), key.token(&claims)));
    }
    list
}

fn malformed(issuer: &Issuer, key: &SigningKey) -> Forged {
    let claims = issuer.claims("ada");
    let mut list = Forged::new();
    let mut add = |name: &str, token: String| list.push((name.to_owned(), token));
    let text = claims.to_string();
    let twice = format!("{},\"sub\":\"root\"}}", &text[..text.len() - 1]);
    let header = json!({ "alg": key.algorithm(), "kid": key.id }).to_string();
    add("sub twice", compact(&header, &twice, |message| key.sign(message)));
    let twice = format!("{{\"alg\":\"none\",{}", &header[1..]);
    add("alg twice", compact(&twice, &text, |message| key.sign(message)));
    add("claims that are no object", compact(&header, "[]", |message| key.sign(message)));
    add("r = s = 0", compact(&header, &text, |_| vec![0; 64]));
    add("no signature", compact(&header, &text, |_| Vec::new()));
    let other = SigningKey::ec(&key.id);
    add("another key of the same id", other.token(&claims));
    let good = key.token(&claims);
    let parts: Vec<&str> = good.split('.').collect();
    let root = BASE64URL_NOPAD.encode(text.replace("ada", "root").as_bytes());
    add("other claims", format!("{}.{root}.{}", parts[0], parts[2]));
    add("five parts", format!("{good}.a.b"));
    add("two parts", format!("{}.{}", parts[0], parts[1]));
    add("padding", format!("{good}=="));
    let json = json!({ "protected": parts[0], "payload": parts[1], "signature": parts[2] });
    add("JSON serialisation", json.to_string());
    add("a long one", "x".repeat(20_000));
    add("nothing", String::new());
    list
}

#[test]
fn no_forged_token_gets_in_and_no_url_in_one_is_asked() {
    let (key, rsa) = (SigningKey::ec("one"), SigningKey::rsa("two"));
    let issuer = Issuer::start(&[&key, &rsa]);
    let server = serve(&issuer, &[]);
    let begun = issuer.asked();
    let good = key.token(&issuer.claims("ada"));
    for (name, token) in forged(&issuer, &key, &rsa) {
        let answer = server.as_owner_of(&token).get("/api/executions");
        assert_eq!(answer.status, 401, "{name}: {answer:?}");
        assert_eq!(answer.json()["code"], "denied.auth", "{name}");
        let challenge = answer.header("www-authenticate").expect("a challenge").to_owned();
        assert!(challenge.starts_with("bearer error=\"invalid_"), "{name}: {challenge}");
        assert!(token.len() < 20 || !answer.body.contains(&token), "{name}");
        let answer = server.as_owner_of(&token).mcp("tools/list", json!({}));
        assert_eq!(answer.status, 401, "{name}: {answer:?}");
    }
    assert_eq!(server.as_owner_of(&good).get("/api/executions").status, 200);
    assert_eq!(issuer.asked(), begun, "keys were read a moment ago, and nothing else is asked");
}

#[test]
fn a_key_that_is_weak_or_made_for_something_else_verifies_nothing() {
    let (good, other, secret) =
        (SigningKey::ec("good"), SigningKey::ec("other"), SigningKey::ec("k"));
    let issuer = Issuer::start(&[&good]);
    let mut encrypts = other.jwk();
    change(&mut encrypts, &json!({ "use": "enc" }));
    let mut names_another = secret.jwk();
    change(&mut names_another, &json!({ "alg": "ES384" }));
    let octets = json!({ "kty": "oct", "kid": "oct", "k": BASE64URL_NOPAD.encode(b"0123456789abcdef0123456789abcdef") });
    // The neutral point of Ed25519: it verifies signatures that nobody made.
    let mut point = [0; 32];
    point[0] = 1;
    let small = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "small", "x": BASE64URL_NOPAD.encode(&point) });
    issuer.publish_jwks(&[good.jwk(), encrypts, names_another, octets, small]);
    let server = serve(&issuer, &[]);
    let claims = issuer.claims("ada");
    let text = claims.to_string();
    let header = |algorithm: &str, id: &str| json!({ "alg": algorithm, "kid": id }).to_string();
    let forged = [point.as_slice(), &[0; 32]].concat();
    for (name, token) in [
        ("enc", other.token(&claims)),
        ("alg", secret.token(&claims)),
        (
            "oct",
            compact(&header("HS256", "oct"), &text, |m| {
                hmac(b"0123456789abcdef0123456789abcdef", m)
            }),
        ),
        ("small order", compact(&header("EdDSA", "small"), &text, |_| forged.clone())),
    ] {
        assert_eq!(server.as_owner_of(&token).get("/api/version").status, 401, "{name}");
    }
    assert_eq!(server.as_owner_of(&good.token(&claims)).get("/api/version").status, 200);
}

#[test]
fn a_token_counts_in_its_header_and_nowhere_else() {
    let (issuer, key, server) = with_one_key(&[]);
    let token = key.token(&issuer.claims("ada"));
    let send = |path: &str, headers: &[(&str, &str)]| {
        http::send(&server.address, "GET", path, headers, b"").status
    };
    let bearer = format!("Bearer {token}");
    let version = "/api/version";
    assert_eq!(send(version, &[("Authorization", &bearer)]), 200);
    assert_eq!(send(&format!("{version}?access_token={token}"), &[]), 401);
    assert_eq!(send(version, &[("Cookie", &format!("access_token={token}"))]), 401);
    assert_eq!(send(version, &[("agent-session", &token)]), 401);
    assert_eq!(send(version, &[("Authorization", &token)]), 401);
    assert_eq!(send(version, &[("Authorization", &format!("Basic {token}"))]), 401);
    assert_eq!(send(version, &[("Authorization", &bearer), ("Authorization", &bearer)]), 401);
}

#[test]
fn subjects_that_look_alike_are_different_tenants() {
    let (issuer, key, server) = with_one_key(&[]);
    let subjects =
        ["ada", "Ada", "ada ", " ada", "ada\u{0}", "\u{430}da", "ada%20", "\u{e9}", "e\u{301}"];
    for subject in subjects {
        let token = key.token(&issuer.claims(subject));
        assert_eq!(server.as_owner_of(&token).run("1")["result"], 1, "{subject:?}");
    }
    for subject in subjects {
        let token = key.token(&issuer.claims(subject));
        let list = server.as_owner_of(&token).get("/api/executions").json();
        assert_eq!(list["executions"].as_array().map(Vec::len), Some(1), "{subject:?}");
    }
}

#[test]
fn a_listed_token_gets_in_without_an_issuer_and_is_nowhere_to_be_read() {
    let (ada, bob) = ("ada-0123456789abcdef0123456789ab", "bob-0123456789abcdef0123456789ab");
    let digest = |token: &str| data_encoding::HEXLOWER.encode(&Sha256::digest(token));
    let tokens = json!([
        { "name": "ada", "sha256": digest(ada) },
        { "name": "bob", "tenant": "acme", "sha256": digest(bob) },
        { "name": "short", "sha256": digest("hunter2") },
    ]);
    let setting = format!("auth.tokens={tokens}");
    let settings: Vec<&str> = SMALL.iter().copied().chain([setting.as_str()]).collect();
    let server = Server::start(&settings);
    assert_eq!(server.as_owner_of(ada).run("1 + 1")["result"], 2);
    assert_eq!(server.as_owner_of(bob).get("/api/executions").json()["executions"], json!([]));
    for bad in ["hunter2", &digest(ada), &ada[1..], "eyJhbGciOiJub25lIn0.e30."] {
        let answer = server.as_owner_of(bad).get("/api/executions");
        assert_eq!(answer.status, 401, "{bad}");
        assert!(!answer.headers.contains("resource_metadata"), "there is no issuer: {answer:?}");
    }
    assert_eq!(server.get("/.well-known/oauth-protected-resource").status, 404);
    assert!(!server.stderr().contains(ada), "{}", server.stderr());
}

#[test]
fn standard_input_and_output_need_no_token() {
    let tokens = json!([{ "name": "ada", "sha256": "ab".repeat(32) }]);
    let setting = format!("auth.tokens={tokens}");
    let mut client = stdio::Client::open(&[setting.as_str()]);
    assert_eq!(client.run(&json!({ "code": "1 + 1" }))["result"], 2);
}

#[test]
fn claims_of_the_token_are_what_a_policy_judges() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let rule = folder.path().join("analysts.rego");
    let text = "package mcp.fetch\n\ndefault allow := false\n\nallow if \"analyst\" in input.principal.claims.roles\n";
    std::fs::write(&rule, text).expect("it can be written");
    let key = SigningKey::ec("one");
    let issuer = Issuer::start(&[&key]);
    let rules = format!("policies.fetch.rules={}", json!([{ "path": rule }]));
    let server = serve(&issuer, &[&rules, "fetch.allow_cidrs=[\"127.0.0.0/8\"]"]);
    let code = format!("(await fetch('{}/keys')).status", issuer.url());
    let with_roles = |roles: Value| {
        let mut claims = issuer.claims("ada");
        claims["roles"] = roles;
        server.as_owner_of(&key.token(&claims)).run(&code)
    };
    assert_eq!(with_roles(json!(["analyst"]))["result"], 200);
    let denied = with_roles(json!(["guest"]));
    let message = denied["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("policies.fetch"), "{denied}");
}
