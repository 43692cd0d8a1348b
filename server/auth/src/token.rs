//! A JWT in its compact form, taken apart and not yet believed. Only what RFC 8725 leaves of the format: no encryption,
//! no extension, no key that comes along with the token.

use crate::refusal::Refusal;
use crate::unique;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value as Json};

/// Longest id of a key, bytes.
const KEY_ID_MAX: usize = 256;

/// Header parameters that would change how the token is judged, or bring a key of their own (RFC 7515 section 4.1, RFC
/// 7797).
const REFUSED: &[&str] = &["crit", "b64", "jku", "jwk", "x5u", "x5c", "enc", "zip"];

/// Media types of an access token; others are made for something else (RFC 8725 section 3.11).
const TYPES: &[&str] = &["jwt", "at+jwt", "application/jwt", "application/at+jwt"];

/// What a token says of itself.
#[derive(Debug)]
pub struct Token {
    pub algorithm: String,
    pub key_id: Option<String>,
    pub claims: Map<String, Json>,
}

impl Token {
    /// Takes a token apart.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for everything that is not exactly a signed JWT.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts[..] else {
            return Err(Refusal::Invalid("it is no signed JWT in compact form"));
        };
        // A signature that decodes in one way only, so that a token has one spelling.
        decoded(signature)?;
        let header = json(header)?;
        if REFUSED.iter().any(|name| header.contains_key(*name)) {
            return Err(Refusal::Invalid("its header has a parameter that is not accepted"));
        }
        let text = |name: &str| match header.get(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Refusal::Invalid("a parameter of its header is no text")),
        };
        if text("typ")?.is_some_and(|kind| !TYPES.contains(&kind.to_ascii_lowercase().as_str())) {
            return Err(Refusal::Invalid("it is made for another use (typ)"));
        }
        let key_id = text("kid")?;
        if key_id.as_ref().is_some_and(|id| id.len() > KEY_ID_MAX) {
            return Err(Refusal::Invalid("the id of its key is too long"));
        }
        let algorithm = text("alg")?.ok_or(Refusal::Invalid("its header has no alg"))?;
        Ok(Self { algorithm, key_id, claims: json(claims)? })
    }
}

fn json(part: &str) -> Result<Map<String, Json>, Refusal> {
    let bytes = decoded(part)?;
    unique::object(&bytes).map_err(|_| Refusal::Invalid("a part of it is no plain JSON object"))
}

fn decoded(part: &str) -> Result<Vec<u8>, Refusal> {
    let bytes = BASE64URL_NOPAD.decode(part.as_bytes());
    let bytes = bytes.map_err(|_| Refusal::Invalid("a part of it is not base64url"))?;
    if bytes.is_empty() { Err(Refusal::Invalid("a part of it is empty")) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(header: &str, claims: &str, signature: &str) -> Result<Token, Refusal> {
        let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        Token::parse(&format!("{}.{}.{signature}", part(header), part(claims)))
    }

    #[test]
    fn only_a_signed_jwt_without_anything_clever_is_taken_apart() {
        let token =
            parse(r#"{"alg":"ES256","kid":"k","typ":"at+JWT","x5t":"a"}"#, r#"{"a":1}"#, "AA");
        let token = token.expect("a token");
        assert_eq!((token.algorithm.as_str(), token.key_id.as_deref()), ("ES256", Some("k")));
        for header in [
            "{}",
            r#"{"alg":1}"#,
            r#"{"alg":"ES256","alg":"none"}"#,
            r#"{"alg":"ES256","typ":"dpop+jwt"}"#,
            r#"{"alg":"ES256","crit":["exp"]}"#,
            r#"{"alg":"ES256","b64":false}"#,
            r#"{"alg":"ES256","jku":"https://evil.example/keys"}"#,
            r#"{"alg":"ES256","jwk":{}}"#,
            r#"{"alg":"ES256","x5u":"https://evil.example"}"#,
            r#"{"alg":"dir","enc":"A128GCM"}"#,
            r#"{"alg":"ES256","kid":["k"]}"#,
            "[]",
        ] {
            assert!(parse(header, "{}", "AA").is_err(), "{header}");
        }
        let long = format!(r#"{{"alg":"ES256","kid":"{}"}}"#, "x".repeat(1 << 20));
        assert!(parse(&long, "{}", "AA").is_err());
        assert!(parse(r#"{"alg":"ES256"}"#, r#"{"sub":"a","sub":"b"}"#, "AA").is_err());
        assert!(parse(r#"{"alg":"ES256"}"#, "{}", "").is_err());
        // The last bits of the second letter say nothing, and must be zero.
        assert!(parse(r#"{"alg":"ES256"}"#, "{}", "AB").is_err());
        for text in ["", ".", "..", "a.b", "a.b.c.d", "a.b.c.d.e", r#"{"payload":"a"}"#] {
            assert!(Token::parse(text).is_err(), "{text}");
        }
    }
}
