//! The hash functions of FIPS 180-4, and what HMAC, HKDF and PBKDF2 on them are called in aws-lc-rs.

use super::error::CryptoError;
use aws_lc_rs::{digest, hkdf, hmac, pbkdf2};
use deno_core::op2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// Broken for signatures, kept for protocols that name it.
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The hash function with this Web Cryptography name ("SHA-256").
    ///
    /// # Errors
    /// [`CryptoError::Hash`] for every other text.
    pub fn named(name: &str) -> Result<Self, CryptoError> {
        match name {
            "SHA-1" => Ok(Self::Sha1),
            "SHA-256" => Ok(Self::Sha256),
            "SHA-384" => Ok(Self::Sha384),
            "SHA-512" => Ok(Self::Sha512),
            _ => Err(CryptoError::Hash),
        }
    }

    pub fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }

    pub fn hmac(self) -> hmac::Algorithm {
        match self {
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha384 => hmac::HMAC_SHA384,
            Self::Sha512 => hmac::HMAC_SHA512,
        }
    }

    pub fn hkdf(self) -> hkdf::Algorithm {
        match self {
            Self::Sha1 => hkdf::HKDF_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hkdf::HKDF_SHA256,
            Self::Sha384 => hkdf::HKDF_SHA384,
            Self::Sha512 => hkdf::HKDF_SHA512,
        }
    }

    pub fn pbkdf2(self) -> pbkdf2::Algorithm {
        match self {
            Self::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
            Self::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }

    /// Length of the hash value, bytes.
    pub fn output_bytes(self) -> usize {
        self.digest().output_len()
    }

    /// Length of the block the function takes in at a time, bytes.
    pub fn block_bytes(self) -> usize {
        self.digest().block_len()
    }
}

/// The hash value of `data`.
#[op2]
#[buffer]
pub fn op_crypto_digest(
    #[string] hash: &str,
    #[buffer] data: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    Ok(digest::digest(Hash::named(hash)?.digest(), data).as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_four_exact_names_are_hash_functions() {
        for (name, bytes) in [("SHA-1", 20), ("SHA-256", 32), ("SHA-384", 48), ("SHA-512", 64)] {
            assert_eq!(Hash::named(name).map(Hash::output_bytes), Ok(bytes));
        }
        for name in ["", "sha-256", "SHA256", "MD5", "SHA-256\0", "__proto__"] {
            assert_eq!(Hash::named(name), Err(CryptoError::Hash), "{name:?}");
        }
    }
}
