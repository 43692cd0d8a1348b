//! Signatures: ECDSA (FIPS 186-5 section 6) as r and s of one scalar each, and Ed25519 (RFC 8032).

use super::curve::PrimeCurve;
use super::error::CryptoError;
use super::hash::Hash;
use super::{pair, public};
use aws_lc_rs::digest::{Digest, digest};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use deno_core::op2;

/// The hash value of `data` as ECDSA uses it: its leftmost bits, as a number of one scalar (FIPS 186-5 section 6.4.1,
/// step 2). aws-lc-rs wants it labelled as the curve's own hash function, which has that length.
fn prehash(curve: PrimeCurve, hash: Hash, data: &[u8]) -> Result<Digest, CryptoError> {
    let value = digest(hash.digest(), data);
    let value = value.as_ref();
    let mut number = vec![0; curve.scalar_bytes()];
    let used = value.len().min(number.len());
    let start = number.len() - used;
    number[start..].copy_from_slice(&value[..used]);
    Digest::import_less_safe(&number, curve.digest()).map_err(|_| CryptoError::Refused)
}

fn ecdsa_sign(
    curve: PrimeCurve,
    hash: Hash,
    pair: &[u8],
    data: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    pair::ecdsa(curve, pair)?
        .sign_digest(&prehash(curve, hash, data)?)
        .map(|signature| signature.as_ref().to_vec())
        .map_err(|_| CryptoError::Refused)
}

fn ecdsa_verify(
    curve: PrimeCurve,
    hash: Hash,
    point: &[u8],
    signature: &[u8],
    data: &[u8],
) -> Result<bool, CryptoError> {
    let digest = prehash(curve, hash, data)?;
    Ok(public::point(curve, point)?.verify_digest_sig(&digest, signature).is_ok())
}

/// The signature of `data` by a key pair, twice the length of a scalar. Not deterministic.
#[op2]
#[buffer]
pub fn op_crypto_ecdsa_sign(
    #[string] curve: &str,
    #[string] hash: &str,
    #[buffer] pair: &[u8],
    #[buffer] data: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    ecdsa_sign(PrimeCurve::named(curve)?, Hash::named(hash)?, pair, data)
}

/// Whether `signature` is one of `data` by the owner of `point`.
#[op2(fast)]
pub fn op_crypto_ecdsa_verify(
    #[string] curve: &str,
    #[string] hash: &str,
    #[buffer] point: &[u8],
    #[buffer] signature: &[u8],
    #[buffer] data: &[u8],
) -> Result<bool, CryptoError> {
    ecdsa_verify(PrimeCurve::named(curve)?, Hash::named(hash)?, point, signature, data)
}

/// The signature of `data`, 64 bytes, deterministic.
#[op2]
#[buffer]
pub fn op_crypto_ed25519_sign(
    #[buffer] pair: &[u8],
    #[buffer] data: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    pair::ed25519(pair)?
        .try_sign(data)
        .map(|signature| signature.as_ref().to_vec())
        .map_err(|_| CryptoError::Refused)
}

/// Whether `signature` is the one of `data` by the owner of `public`.
#[op2(fast)]
pub fn op_crypto_ed25519_verify(
    #[buffer] public: &[u8],
    #[buffer] signature: &[u8],
    #[buffer] data: &[u8],
) -> bool {
    let right_length = public.len() == pair::ED25519_BYTES;
    right_length && UnparsedPublicKey::new(&ED25519, public).verify(data, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
    use aws_lc_rs::signature::{EcdsaKeyPair, KeyPair};

    const HASHES: [Hash; 4] = [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512];

    fn generated(curve: PrimeCurve) -> (Vec<u8>, Vec<u8>) {
        let pair = EcdsaKeyPair::generate(curve.signing()).unwrap();
        let scalar: EcPrivateKeyBin = pair.private_key().as_be_bytes().unwrap();
        let point = pair.public_key().as_ref().to_vec();
        ([scalar.as_ref(), &point].concat(), point)
    }

    #[test]
    fn every_hash_function_signs_and_verifies_on_both_curves_and_no_other_verifies() {
        for curve in [PrimeCurve::P256, PrimeCurve::P384] {
            let (pair, point) = generated(curve);
            for hash in HASHES {
                let signature = ecdsa_sign(curve, hash, &pair, b"sample").unwrap();
                assert_eq!(signature.len(), 2 * curve.scalar_bytes());
                for other in HASHES {
                    let verified = ecdsa_verify(curve, other, &point, &signature, b"sample");
                    assert_eq!(verified, Ok(other == hash));
                }
            }
        }
    }

    #[test]
    fn signatures_of_other_data_keys_and_lengths_do_not_verify() {
        let curve = PrimeCurve::P256;
        let ((pair, point), (_, stranger)) = (generated(curve), generated(curve));
        let good = ecdsa_sign(curve, Hash::Sha256, &pair, b"sample").unwrap();
        let verify = |point: &[u8], signature: &[u8], data: &[u8]| {
            ecdsa_verify(curve, Hash::Sha256, point, signature, data)
        };
        assert_eq!(verify(&point, &good, b"sample"), Ok(true));
        assert_eq!(verify(&point, &good, b"other"), Ok(false));
        assert_eq!(verify(&stranger, &good, b"sample"), Ok(false));
        for bad in [&good[..63], &[], &[0; 64], &[0xff; 64], &[1; 65], &[0; 10_000]] {
            assert_eq!(verify(&point, bad, b"sample"), Ok(false));
        }
        assert_eq!(verify(&[], &good, b"sample"), Err(CryptoError::Key));
    }
}
