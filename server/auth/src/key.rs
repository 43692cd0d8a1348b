//! One public key of an issuer, and the algorithms it is good for. A key that is weak, private, or made for something
//! else is none.

mod order;

use crate::refusal::Refusal;
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use mcp_v8_settings::{Algorithm as Accepted, Jwt};
use serde::de::IgnoredAny;
use serde_json::{Map, Value as Json};

/// Bits of an RSA modulus: below, it can be factored (NIST SP 800-131A); above, verifying takes too long.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Longest RSA exponent, bytes.
const EXPONENT_BYTES_MAX: usize = 4;

/// Members of a JWK that are secret (RFC 7518 section 6, RFC 8037).
const SECRET: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A key that verifies.
#[derive(Debug)]
pub struct Key {
    id: Option<String>,
    decoding: DecodingKey,
    /// With the one list of algorithms of this key.
    validation: Validation,
}

/// Why a JWK is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("it is malformed")]
    Malformed,
    #[error("it holds a secret, which everybody could read")]
    Secret,
    #[error("it is not for signatures (use, key_ops)")]
    Use,
    #[error("its type or curve is not supported")]
    Type,
    #[error("it is too weak or too large")]
    Strength,
    #[error("no algorithm of auth.algorithms fits it")]
    Algorithm,
    #[error("another key has the same id")]
    SameId,
}

impl Key {
    /// Reads a JWK.
    ///
    /// # Errors
    /// [`Unusable`]; the other keys of the set are not touched by it.
    pub fn new(jwk: &Map<String, Json>, jwt: &Jwt) -> Result<Self, Unusable> {
        if SECRET.iter().any(|name| jwk.contains_key(*name)) {
            return Err(Unusable::Secret);
        }
        if !is_for_signatures(jwk) {
            return Err(Unusable::Use);
        }
        let id = optional(jwk, "kid")?.map(str::to_owned);
        let (decoding, fitting) = material(jwk)?;
        let own = optional(jwk, "alg")?;
        let accepted = jwt.algorithms.iter().filter(|one| fitting.contains(one));
        let accepted = accepted.filter(|one| own.is_none_or(|own| own == name(**one)));
        let algorithms: Vec<Algorithm> = accepted.map(|one| algorithm(*one)).collect();
        let Some(first) = algorithms.first() else { return Err(Unusable::Algorithm) };
        let mut validation = Validation::new(*first);
        validation.algorithms = algorithms;
        validation.leeway = jwt.leeway.as_secs();
        validation.validate_nbf = true;
        validation.set_audience(&jwt.audience);
        validation.set_issuer(&[&jwt.issuer]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        Ok(Self { id, decoding, validation })
    }

    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Whether this key may have made a signature with this algorithm.
    pub fn takes(&self, algorithm: Algorithm) -> bool {
        self.validation.algorithms.contains(&algorithm)
    }

    /// Verifies the signature of a token and its registered claims.
    ///
    /// # Errors
    /// [`Refusal`]
    pub fn verify(&self, token: &str) -> Result<(), Refusal> {
        let decoded = jsonwebtoken::decode::<IgnoredAny>(token, &self.decoding, &self.validation);
        decoded.map(drop).map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => Refusal::Expired,
            ErrorKind::ImmatureSignature => Refusal::Invalid("it is not valid yet (nbf, iat)"),
            ErrorKind::InvalidIssuer => Refusal::Invalid("another issuer made it (iss)"),
            ErrorKind::InvalidAudience => Refusal::Invalid("it is made for another server (aud)"),
            ErrorKind::MissingRequiredClaim(_) | ErrorKind::InvalidClaimFormat(_) => {
                Refusal::Invalid("it lacks one of the claims exp, aud, iss and sub")
            }
            _ => Refusal::Invalid("its signature is not one of the issuer's"),
        })
    }
}

/// RFC 7517 sections 4.2 and 4.3.
fn is_for_signatures(jwk: &Map<String, Json>) -> bool {
    let verifies =
        |list: &Json| list.as_array().is_some_and(|list| list.iter().any(|one| one == "verify"));
    jwk.get("use").is_none_or(|one| one == "sig") && jwk.get("key_ops").is_none_or(verifies)
}

/// The key itself, and what its type is good for.
fn material(jwk: &Map<String, Json>) -> Result<(DecodingKey, &'static [Accepted]), Unusable> {
    let kind = (required(jwk, "kty")?, optional(jwk, "crv")?);
    match kind {
        ("RSA", _) => {
            const FITTING: &[Accepted] = &[
                Accepted::PS256,
                Accepted::PS384,
                Accepted::PS512,
                Accepted::RS256,
                Accepted::RS384,
                Accepted::RS512,
            ];
            Ok((rsa(&bytes(jwk, "n")?, &bytes(jwk, "e")?)?, FITTING))
        }
        ("EC", Some("P-256")) => Ok((ec(jwk, 32)?, &[Accepted::ES256])),
        ("EC", Some("P-384")) => Ok((ec(jwk, 48)?, &[Accepted::ES384])),
        ("OKP", Some("Ed25519")) => {
            let point: [u8; 32] = bytes(jwk, "x")?.try_into().map_err(|_| Unusable::Malformed)?;
            if order::is_small(&point) {
                return Err(Unusable::Strength);
            }
            Ok((DecodingKey::from_ed_der(&point), &[Accepted::EdDSA]))
        }
        _ => Err(Unusable::Type),
    }
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<DecodingKey, Unusable> {
    let significant = |bytes: &[u8]| match bytes.iter().position(|byte| *byte != 0) {
        Some(first) => bytes[first..].to_vec(),
        None => Vec::new(),
    };
    let (modulus, exponent) = (significant(modulus), significant(exponent));
    let bits = modulus.first().map_or(0, |byte| modulus.len() * 8 - byte.leading_zeros() as usize);
    let odd = |bytes: &[u8]| bytes.last().is_some_and(|byte| byte % 2 == 1);
    let good = RSA_BITS.contains(&bits)
        && odd(&modulus)
        && odd(&exponent)
        && exponent != [1]
        && exponent.len() <= EXPONENT_BYTES_MAX;
    let key = || DecodingKey::from_rsa_raw_components(&modulus, &exponent);
    good.then(key).ok_or(Unusable::Strength)
}

/// An uncompressed point (SEC 1 section 2.3.3). Whether it lies on the curve is asked with every signature.
fn ec(jwk: &Map<String, Json>, length: usize) -> Result<DecodingKey, Unusable> {
    let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
    if x.len() != length || y.len() != length {
        return Err(Unusable::Malformed);
    }
    Ok(DecodingKey::from_ec_der(&[&[4], x.as_slice(), &y].concat()))
}

fn bytes(jwk: &Map<String, Json>, name: &str) -> Result<Vec<u8>, Unusable> {
    BASE64URL_NOPAD.decode(required(jwk, name)?.as_bytes()).map_err(|_| Unusable::Malformed)
}

fn required<'j>(jwk: &'j Map<String, Json>, name: &str) -> Result<&'j str, Unusable> {
    optional(jwk, name)?.ok_or(Unusable::Malformed)
}

fn optional<'j>(jwk: &'j Map<String, Json>, name: &str) -> Result<Option<&'j str>, Unusable> {
    jwk.get(name).map(|value| value.as_str().ok_or(Unusable::Malformed)).transpose()
}

fn algorithm(accepted: Accepted) -> Algorithm {
    match accepted {
        Accepted::ES256 => Algorithm::ES256,
        Accepted::ES384 => Algorithm::ES384,
        Accepted::EdDSA => Algorithm::EdDSA,
        Accepted::PS256 => Algorithm::PS256,
        Accepted::PS384 => Algorithm::PS384,
        Accepted::PS512 => Algorithm::PS512,
        Accepted::RS256 => Algorithm::RS256,
        Accepted::RS384 => Algorithm::RS384,
        Accepted::RS512 => Algorithm::RS512,
    }
}

/// As in `alg` of a JWK. Ed25519 has two names (RFC 8037, RFC 9864); this is the one that tokens of both have today.
fn name(accepted: Accepted) -> &'static str {
    match accepted {
        Accepted::ES256 => "ES256",
        Accepted::ES384 => "ES384",
        Accepted::EdDSA => "EdDSA",
        Accepted::PS256 => "PS256",
        Accepted::PS384 => "PS384",
        Accepted::PS512 => "PS512",
        Accepted::RS256 => "RS256",
        Accepted::RS384 => "RS384",
        Accepted::RS512 => "RS512",
    }
}
