//! Key pairs as one run of bytes, private part first: scalar and uncompressed point on a prime curve, seed and public
//! key on Ed25519. Not a parsed key: it is taken apart and checked again by every op, so that nothing native is kept.

use super::curve::{Curve, PrimeCurve};
use super::error::CryptoError;
use aws_lc_rs::encoding::{AsBigEndian, Curve25519SeedBin, EcPrivateKeyBin};
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use deno_core::op2;

/// Length of an Ed25519 seed, and of its public key, bytes (RFC 8032 section 5.1.5).
pub const ED25519_BYTES: usize = 32;

/// The ECDSA key pair in `pair`.
///
/// # Errors
/// [`CryptoError::Key`] unless the length fits and the point belongs to the scalar.
pub fn ecdsa(curve: PrimeCurve, pair: &[u8]) -> Result<EcdsaKeyPair, CryptoError> {
    if pair.len() != curve.scalar_bytes() + curve.point_bytes() {
        return Err(CryptoError::Key);
    }
    let (scalar, point) = pair.split_at(curve.scalar_bytes());
    EcdsaKeyPair::from_private_key_and_public_key(curve.signing(), scalar, point)
        .map_err(|_| CryptoError::Key)
}

/// The Ed25519 key pair in `pair`.
///
/// # Errors
/// [`CryptoError::Key`] unless the length fits and the public key belongs to the seed.
pub fn ed25519(pair: &[u8]) -> Result<Ed25519KeyPair, CryptoError> {
    if pair.len() != 2 * ED25519_BYTES {
        return Err(CryptoError::Key);
    }
    let (seed, public) = pair.split_at(ED25519_BYTES);
    Ed25519KeyPair::from_seed_and_public_key(seed, public).map_err(|_| CryptoError::Key)
}

fn ecdsa_bytes(pair: &EcdsaKeyPair) -> Result<Vec<u8>, CryptoError> {
    let scalar: EcPrivateKeyBin =
        pair.private_key().as_be_bytes().map_err(|_| CryptoError::Refused)?;
    Ok([scalar.as_ref(), pair.public_key().as_ref()].concat())
}

fn ed25519_bytes(pair: &Ed25519KeyPair) -> Result<Vec<u8>, CryptoError> {
    let seed = pair.seed().map_err(|_| CryptoError::Refused)?;
    let seed: Curve25519SeedBin = seed.as_be_bytes().map_err(|_| CryptoError::Refused)?;
    Ok([seed.as_ref(), pair.public_key().as_ref()].concat())
}

fn generate(curve: Curve) -> Result<Vec<u8>, CryptoError> {
    match curve {
        Curve::Prime(curve) => EcdsaKeyPair::generate(curve.signing())
            .map_err(|_| CryptoError::Refused)
            .and_then(|pair| ecdsa_bytes(&pair)),
        Curve::Ed25519 => Ed25519KeyPair::generate()
            .map_err(|_| CryptoError::Refused)
            .and_then(|pair| ed25519_bytes(&pair)),
    }
}

fn from_pkcs8(curve: Curve, der: &[u8]) -> Result<Vec<u8>, CryptoError> {
    match curve {
        Curve::Prime(curve) => EcdsaKeyPair::from_pkcs8(curve.signing(), der)
            .map_err(|_| CryptoError::Key)
            .and_then(|pair| ecdsa_bytes(&pair)),
        Curve::Ed25519 => Ed25519KeyPair::from_pkcs8(der)
            .map_err(|_| CryptoError::Key)
            .and_then(|pair| ed25519_bytes(&pair)),
    }
}

fn to_pkcs8(curve: Curve, pair: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let document = match curve {
        Curve::Prime(curve) => ecdsa(curve, pair)?.to_pkcs8v1(),
        Curve::Ed25519 => ed25519(pair)?.to_pkcs8v1(),
    };
    document.map(|der| der.as_ref().to_vec()).map_err(|_| CryptoError::Refused)
}

/// A new key pair.
#[op2]
#[buffer]
pub fn op_crypto_pair_generate(#[string] curve: &str) -> Result<Vec<u8>, CryptoError> {
    generate(Curve::named(curve)?)
}

/// Refuses bytes that are not a key pair of this curve.
#[op2(fast)]
pub fn op_crypto_pair_check(
    #[string] curve: &str,
    #[buffer] pair: &[u8],
) -> Result<(), CryptoError> {
    match Curve::named(curve)? {
        Curve::Prime(curve) => ecdsa(curve, pair).map(|_| ()),
        Curve::Ed25519 => ed25519(pair).map(|_| ()),
    }
}

/// The key pair of a PKCS #8 PrivateKeyInfo (RFC 5208, RFC 5958; unencrypted DER).
#[op2]
#[buffer]
pub fn op_crypto_pair_from_pkcs8(
    #[string] curve: &str,
    #[buffer] der: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    from_pkcs8(Curve::named(curve)?, der)
}

/// The key pair as a PKCS #8 PrivateKeyInfo, version 1, DER.
#[op2]
#[buffer]
pub fn op_crypto_pair_to_pkcs8(
    #[string] curve: &str,
    #[buffer] pair: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    to_pkcs8(Curve::named(curve)?, pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURVES: [(Curve, usize); 3] = [
        (Curve::Prime(PrimeCurve::P256), 97),
        (Curve::Prime(PrimeCurve::P384), 145),
        (Curve::Ed25519, 64),
    ];

    #[test]
    fn a_generated_pair_survives_pkcs8() {
        for (curve, bytes) in CURVES {
            let pair = generate(curve).unwrap();
            assert_eq!(pair.len(), bytes);
            let der = to_pkcs8(curve, &pair).unwrap();
            assert_eq!(from_pkcs8(curve, &der), Ok(pair));
        }
    }

    #[test]
    fn a_public_part_of_another_pair_is_refused() {
        for (curve, _) in CURVES {
            let (mut pair, other) = (generate(curve).unwrap(), generate(curve).unwrap());
            let half = pair.len() - 32;
            pair[half..].copy_from_slice(&other[half..]);
            assert_eq!(to_pkcs8(curve, &pair), Err(CryptoError::Key));
        }
    }

    #[test]
    fn malformed_keys_are_errors_and_not_panics() {
        for (curve, bytes) in CURVES {
            let der = to_pkcs8(curve, &generate(curve).unwrap()).unwrap();
            for end in 0..der.len() {
                assert_eq!(from_pkcs8(curve, &der[..end]), Err(CryptoError::Key), "{end}");
            }
            for (other, _) in CURVES.into_iter().filter(|(other, _)| *other != curve) {
                assert_eq!(from_pkcs8(other, &der), Err(CryptoError::Key));
            }
            for length in [0, 1, 31, bytes - 1, bytes, bytes + 1, 1000] {
                assert_eq!(to_pkcs8(curve, &vec![0; length]), Err(CryptoError::Key));
                assert_eq!(to_pkcs8(curve, &vec![0xff; length]), Err(CryptoError::Key));
            }
        }
    }
}
