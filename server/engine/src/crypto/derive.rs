//! Deriving bits from a secret: HKDF (RFC 5869) and PBKDF2 (RFC 8018 section 5.2), with the work of one call bounded,
//! because nothing can interrupt an op.

use super::error::CryptoError;
use super::hash::Hash;
use aws_lc_rs::{hkdf, pbkdf2};
use deno_core::op2;
use std::num::NonZeroU32;

/// Most bytes one call derives.
pub const DERIVED_BYTES_MAX: usize = 65_536;

/// Longest HKDF info, bytes: it is hashed once for each of up to 255 output blocks.
pub const HKDF_INFO_BYTES_MAX: usize = 1 << 20;

/// Most PBKDF2 rounds of one call: for each output block, the iterations and the blocks of the salt. About ten seconds.
pub const PBKDF2_ROUNDS_MAX: u64 = 10_000_000;

struct OutputBytes(usize);

impl hkdf::KeyType for OutputBytes {
    fn len(&self) -> usize {
        self.0
    }
}

fn at_most(asked: usize, limit: usize) -> Result<(), CryptoError> {
    if asked > limit { Err(CryptoError::Length { asked, limit }) } else { Ok(()) }
}

fn hkdf_bytes(
    hash: Hash,
    secret: &[u8],
    salt: &[u8],
    info: &[u8],
    bytes: usize,
) -> Result<Vec<u8>, CryptoError> {
    at_most(bytes, 255 * hash.output_bytes())?;
    at_most(info.len(), HKDF_INFO_BYTES_MAX)?;
    let mut out = vec![0; bytes];
    hkdf::Salt::new(hash.hkdf(), salt)
        .extract(secret)
        .expand(&[info], OutputBytes(bytes))
        .and_then(|okm| okm.fill(&mut out))
        .map_err(|_| CryptoError::Refused)?;
    Ok(out)
}

/// Rounds that deriving `bytes` takes, see [`PBKDF2_ROUNDS_MAX`].
fn pbkdf2_rounds(hash: Hash, salt: &[u8], iterations: u32, bytes: usize) -> u64 {
    let salt_blocks = (salt.len() / hash.block_bytes()) as u64;
    let output_blocks = bytes.div_ceil(hash.output_bytes()) as u64;
    (u64::from(iterations) + salt_blocks).saturating_mul(output_blocks)
}

fn pbkdf2_bytes(
    hash: Hash,
    secret: &[u8],
    salt: &[u8],
    iterations: u32,
    bytes: usize,
) -> Result<Vec<u8>, CryptoError> {
    let count = NonZeroU32::new(iterations).ok_or(CryptoError::NoIterations)?;
    at_most(bytes, DERIVED_BYTES_MAX)?;
    let rounds = pbkdf2_rounds(hash, salt, iterations, bytes);
    if rounds > PBKDF2_ROUNDS_MAX {
        return Err(CryptoError::Rounds { rounds, limit: PBKDF2_ROUNDS_MAX });
    }
    let mut out = vec![0; bytes];
    if bytes > 0 {
        pbkdf2::derive(hash.pbkdf2(), count, salt, secret, &mut out);
    }
    Ok(out)
}

/// HKDF: `bytes` bytes, at most 255 hash values.
#[op2]
#[buffer]
pub fn op_crypto_hkdf(
    #[string] hash: &str,
    #[buffer] secret: &[u8],
    #[buffer] salt: &[u8],
    #[buffer] info: &[u8],
    bytes: u32,
) -> Result<Vec<u8>, CryptoError> {
    hkdf_bytes(Hash::named(hash)?, secret, salt, info, bytes as usize)
}

/// PBKDF2: `bytes` bytes, at most [`DERIVED_BYTES_MAX`] in at most [`PBKDF2_ROUNDS_MAX`] rounds.
#[op2]
#[buffer]
pub fn op_crypto_pbkdf2(
    #[string] hash: &str,
    #[buffer] secret: &[u8],
    #[buffer] salt: &[u8],
    iterations: u32,
    bytes: u32,
) -> Result<Vec<u8>, CryptoError> {
    pbkdf2_bytes(Hash::named(hash)?, secret, salt, iterations, bytes as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5869 appendix A.3: no salt, no info.
    #[test]
    fn hkdf_takes_empty_salt_and_info() {
        let out = hkdf_bytes(Hash::Sha256, &[0x0b; 22], b"", b"", 42).unwrap();
        assert_eq!(&out[..4], [0x8d, 0xa4, 0xe7, 0x75]);
        assert_eq!(hkdf_bytes(Hash::Sha256, b"", b"", b"", 0), Ok(vec![]));
    }

    #[test]
    fn hkdf_stops_at_255_hash_values_and_at_a_long_info() {
        let limit = 255 * 32;
        assert_eq!(hkdf_bytes(Hash::Sha256, b"k", b"", b"", limit).map(|out| out.len()), Ok(limit));
        for asked in [limit + 1, usize::MAX] {
            let refused = hkdf_bytes(Hash::Sha256, b"k", b"", b"", asked);
            assert_eq!(refused, Err(CryptoError::Length { asked, limit }));
        }
        let info = vec![0; HKDF_INFO_BYTES_MAX + 1];
        assert!(hkdf_bytes(Hash::Sha1, b"k", b"", &info, 1).is_err());
        assert!(hkdf_bytes(Hash::Sha1, b"k", b"", &info[1..], 1).is_ok());
    }

    /// RFC 6070 section 2.
    #[test]
    fn pbkdf2_of_the_rfc_is_reproduced() {
        let out = pbkdf2_bytes(Hash::Sha1, b"password", b"salt", 2, 20).unwrap();
        assert_eq!(&out[..4], [0xea, 0x6c, 0x01, 0x4d]);
    }

    #[test]
    fn pbkdf2_refuses_work_that_would_take_minutes() {
        let asked = |salt: usize, iterations: u32, bytes: usize| {
            pbkdf2_bytes(Hash::Sha256, b"p", &vec![0; salt], iterations, bytes)
        };
        assert_eq!(asked(8, 0, 32), Err(CryptoError::NoIterations));
        let limit = PBKDF2_ROUNDS_MAX;
        for (salt, iterations, bytes, rounds) in [
            (8, 10_000_001, 32, 10_000_001),
            (8, u32::MAX, 32, u64::from(u32::MAX)),
            (8, 5_000_001, 33, 10_000_002),
            (640_000, 1, 65_536, 20_482_048),
        ] {
            assert_eq!(asked(salt, iterations, bytes), Err(CryptoError::Rounds { rounds, limit }));
        }
        assert_eq!(pbkdf2_rounds(Hash::Sha256, b"salt", 10_000_000, 32), limit);
        assert_eq!(asked(8, 1, 65_536).map(|out| out.len()), Ok(65_536));
        assert!(matches!(asked(8, 1, 65_537), Err(CryptoError::Length { .. })));
        assert_eq!(asked(8, 10_000_001, 0), Ok(vec![]));
    }
}
