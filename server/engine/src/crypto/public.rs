//! Public keys: the uncompressed point on a prime curve, the 32 bytes of RFC 8032 on Ed25519, and both inside a
//! SubjectPublicKeyInfo (RFC 5280 section 4.1, RFC 5480, RFC 8410).

use super::curve::{Curve, PrimeCurve};
use super::error::CryptoError;
use super::pair::ED25519_BYTES;
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{ED25519, ParsedPublicKey, VerificationAlgorithm};
use deno_core::op2;

/// First byte of an uncompressed point.
const UNCOMPRESSED: u8 = 4;

impl Curve {
    fn verifier(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Prime(curve) => curve.verification(),
            Self::Ed25519 => &ED25519,
        }
    }

    fn public_bytes(self) -> usize {
        match self {
            Self::Prime(curve) => curve.point_bytes(),
            Self::Ed25519 => ED25519_BYTES,
        }
    }
}

/// The key in the raw bytes of a public key.
///
/// # Errors
/// [`CryptoError::Key`] unless the length and form fit and, on a prime curve, the point is on it.
fn raw(curve: Curve, bytes: &[u8]) -> Result<ParsedPublicKey, CryptoError> {
    // aws-lc-rs also takes compressed points and SubjectPublicKeyInfo here: the form must not depend on its guess.
    let form = matches!(curve, Curve::Ed25519) || bytes.first() == Some(&UNCOMPRESSED);
    if !form || bytes.len() != curve.public_bytes() {
        return Err(CryptoError::Key);
    }
    ParsedPublicKey::new(curve.verifier(), bytes).map_err(|_| CryptoError::Key)
}

fn der(key: &ParsedPublicKey) -> Result<Vec<u8>, CryptoError> {
    let der: PublicKeyX509Der = key.as_der().map_err(|_| CryptoError::Refused)?;
    Ok(der.as_ref().to_vec())
}

/// The raw bytes of the key in a SubjectPublicKeyInfo.
fn from_spki(curve: Curve, spki: &[u8]) -> Result<Vec<u8>, CryptoError> {
    if spki.len() <= curve.public_bytes() {
        return Err(CryptoError::Key);
    }
    let key = ParsedPublicKey::new(curve.verifier(), spki).map_err(|_| CryptoError::Key)?;
    let canonical = der(&key)?;
    let start = canonical.len().checked_sub(curve.public_bytes()).ok_or(CryptoError::Key)?;
    let bytes = canonical[start..].to_vec();
    // The key ends the structure; a form of another length would not survive being read back.
    raw(curve, &bytes).map(|_| bytes)
}

/// Refuses a point that is not uncompressed or not on the curve.
///
/// # Errors
/// [`CryptoError::Key`].
pub fn point(curve: PrimeCurve, bytes: &[u8]) -> Result<ParsedPublicKey, CryptoError> {
    raw(Curve::Prime(curve), bytes)
}

/// Refuses bytes that are not a public key of this curve.
#[op2(fast)]
pub fn op_crypto_public_check(
    #[string] curve: &str,
    #[buffer] bytes: &[u8],
) -> Result<(), CryptoError> {
    raw(Curve::named(curve)?, bytes).map(|_| ())
}

/// The raw bytes of the key in a SubjectPublicKeyInfo, DER.
#[op2]
#[buffer]
pub fn op_crypto_public_from_spki(
    #[string] curve: &str,
    #[buffer] spki: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    from_spki(Curve::named(curve)?, spki)
}

/// The SubjectPublicKeyInfo, DER, of the raw bytes of a public key.
#[op2]
#[buffer]
pub fn op_crypto_public_to_spki(
    #[string] curve: &str,
    #[buffer] bytes: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    der(&raw(Curve::named(curve)?, bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair};

    fn publics() -> Vec<(Curve, Vec<u8>)> {
        let prime = |curve: PrimeCurve| {
            let pair = EcdsaKeyPair::generate(curve.signing()).unwrap();
            (Curve::Prime(curve), pair.public_key().as_ref().to_vec())
        };
        let ed = Ed25519KeyPair::generate().unwrap().public_key().as_ref().to_vec();
        vec![prime(PrimeCurve::P256), prime(PrimeCurve::P384), (Curve::Ed25519, ed)]
    }

    #[test]
    fn a_public_key_survives_spki() {
        for (curve, bytes) in publics() {
            let spki = raw(curve, &bytes).and_then(|key| der(&key)).unwrap();
            assert_eq!(from_spki(curve, &spki), Ok(bytes));
        }
    }

    #[test]
    fn other_forms_curves_and_lengths_are_errors_and_not_panics() {
        for (curve, bytes) in publics() {
            let spki = raw(curve, &bytes).and_then(|key| der(&key)).unwrap();
            assert!(raw(curve, &spki).is_err(), "SubjectPublicKeyInfo is not raw");
            assert!(from_spki(curve, &bytes).is_err(), "raw is not SubjectPublicKeyInfo");
            for end in 0..spki.len() {
                assert!(from_spki(curve, &spki[..end]).is_err(), "{end}");
            }
            for (other, _) in publics().into_iter().filter(|(other, _)| *other != curve) {
                assert!(from_spki(other, &spki).is_err());
                assert!(raw(other, &bytes).is_err());
            }
            for length in [0, 1, 33, 49, 1000] {
                assert!(raw(curve, &vec![4; length]).is_err(), "{length}");
            }
        }
    }

    #[test]
    fn a_point_off_the_curve_or_compressed_is_refused() {
        for (curve, bytes) in publics().into_iter().take(2) {
            let mut off = bytes.clone();
            *off.last_mut().unwrap() ^= 1;
            assert!(raw(curve, &off).is_err());
            let half = bytes.len() / 2;
            let compressed = [&[2 + (bytes[2 * half] & 1)], &bytes[1..=half]].concat();
            assert!(raw(curve, &compressed).is_err());
        }
    }
}
