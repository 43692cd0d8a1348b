//! An issuer of tokens: keys on a port of its own, which can be turned, broken and counted. It signs what it is told.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

/// The URL of the server under test, as its tokens are made for.
pub const RESOURCE: &str = "http://127.0.0.1/mcp";

/// A server that gives the same answer to every request, until it is told another one.
pub struct Issuer {
    address: String,
    answer: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    /// With these keys.
    pub fn start(keys: &[&SigningKey]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let (answer, asked) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicUsize::new(0)));
        let (own, count) = (answer.clone(), asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (own, count) = (own.clone(), count.clone());
                std::thread::spawn(move || serve(stream, &own, &count));
            }
        });
        let issuer = Self { address, answer, asked };
        issuer.publish(keys);
        issuer
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Gives these keys from now on.
    pub fn publish(&self, keys: &[&SigningKey]) {
        self.publish_jwks(&keys.iter().map(|key| key.jwk()).collect::<Vec<_>>());
    }

    pub fn publish_jwks(&self, keys: &[Value]) {
        self.answer("200 OK", &json!({ "keys": keys }).to_string());
    }

    /// Gives this answer from now on; `status` may go on with header lines.
    pub fn answer(&self, status: &str, body: &str) {
        let length = body.len();
        self.answer_raw(format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ));
    }

    /// Sends these bytes from now on; none: it says nothing and keeps the connection.
    pub fn answer_raw(&self, answer: String) {
        *self.answer.lock().expect("nobody panics with it") = answer;
    }

    /// Keys of the configuration of a server that takes its tokens.
    pub fn settings(&self) -> Vec<String> {
        vec![
            format!("auth.issuer={}", self.url()),
            format!("auth.resource={RESOURCE}"),
            format!("auth.jwks_url={}/keys", self.url()),
        ]
    }

    /// Good claims for a caller, for ten minutes.
    pub fn claims(&self, subject: &str) -> Value {
        json!({ "iss": self.url(), "aud": RESOURCE, "sub": subject, "exp": now() + 600, "iat": now() })
    }
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

fn serve(mut stream: TcpStream, answer: &Mutex<String>, asked: &AtomicUsize) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
    }
    asked.fetch_add(1, Ordering::SeqCst);
    let answer = answer.lock().expect("nobody panics with it").clone();
    if answer.is_empty() {
        // Until the client gives up.
        let _ = stream.read(&mut byte);
    }
    let _ = stream.write_all(answer.as_bytes());
}

/// A key pair with its id.
pub struct SigningKey {
    pub id: String,
    pair: Pair,
}

enum Pair {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(rsa::KeyPair),
}

impl SigningKey {
    pub fn ec(id: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        Self { id: id.to_owned(), pair: Pair::Ec(pair) }
    }

    pub fn ed(id: &str) -> Self {
        Self { id: id.to_owned(), pair: Pair::Ed(Ed25519KeyPair::generate().expect("a key")) }
    }

    pub fn rsa(id: &str) -> Self {
        let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).expect("a key");
        Self { id: id.to_owned(), pair: Pair::Rsa(pair) }
    }

    pub fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Ec(_) => "ES256",
            Pair::Ed(_) => "EdDSA",
            Pair::Rsa(_) => "RS256",
        }
    }

    /// Its public half (RFC 7517).
    pub fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        match &self.pair {
            Pair::Ec(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = (text(&point[1..33]), text(&point[33..]));
                json!({ "kty": "EC", "crv": "P-256", "kid": self.id, "use": "sig", "x": x, "y": y })
            }
            Pair::Ed(pair) => {
                let x = text(pair.public_key().as_ref());
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": self.id, "x": x })
            }
            Pair::Rsa(pair) => {
                let public = pair.public_key();
                let n = text(public.modulus().big_endian_without_leading_zero());
                let e = text(public.exponent().big_endian_without_leading_zero());
                json!({ "kty": "RSA", "kid": self.id, "alg": "RS256", "n": n, "e": e })
            }
        }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ec(pair) => pair.sign(&random, message).expect("it signs").as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("it signs");
                signature
            }
        }
    }

    /// A token with these claims.
    pub fn token(&self, claims: &Value) -> String {
        self.token_with(&json!({}), claims)
    }

    /// The same with other parameters in its header; null takes one out.
    pub fn token_with(&self, changes: &Value, claims: &Value) -> String {
        let mut header = json!({ "alg": self.algorithm(), "kid": self.id, "typ": "at+jwt" });
        change(&mut header, changes);
        compact(&header.to_string(), &claims.to_string(), |message| self.sign(message))
    }
}

/// Changes members of an object; null takes one out.
pub fn change(object: &mut Value, changes: &Value) {
    for (name, value) in changes.as_object().expect("an object") {
        match value {
            Value::Null => drop(object.as_object_mut().expect("an object").remove(name)),
            value => object[name] = value.clone(),
        }
    }
}

/// A JWT in compact form (RFC 7515 section 7.1) of whatever texts.
pub fn compact(header: &str, claims: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = BASE64URL_NOPAD.encode(&sign(message.as_bytes()));
    format!("{message}.{signature}")
}
