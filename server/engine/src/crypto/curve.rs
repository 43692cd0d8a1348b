//! The three curves keys are made on, and the lengths of their parts. P-256 and P-384 are for ECDSA (FIPS 186-5
//! section 6), Ed25519 is EdDSA (RFC 8032).

use super::error::CryptoError;
use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    Prime(PrimeCurve),
    Ed25519,
}

/// The NIST curves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrimeCurve {
    P256,
    P384,
}

impl Curve {
    /// The curve with this Web Cryptography name.
    ///
    /// # Errors
    /// [`CryptoError::Curve`] for every other text.
    pub fn named(name: &str) -> Result<Self, CryptoError> {
        match name {
            "Ed25519" => Ok(Self::Ed25519),
            _ => PrimeCurve::named(name).map(Self::Prime),
        }
    }
}

impl PrimeCurve {
    /// The curve with this Web Cryptography name ("P-256").
    ///
    /// # Errors
    /// [`CryptoError::Curve`] for every other text.
    pub fn named(name: &str) -> Result<Self, CryptoError> {
        match name {
            "P-256" => Ok(Self::P256),
            "P-384" => Ok(Self::P384),
            _ => Err(CryptoError::Curve),
        }
    }

    /// Length of a scalar and of a coordinate, bytes.
    pub fn scalar_bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }

    /// Length of an uncompressed point (SEC 1 section 2.3.3: 04, x, y), bytes.
    pub fn point_bytes(self) -> usize {
        1 + 2 * self.scalar_bytes()
    }

    pub fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        }
    }

    pub fn verification(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED,
            Self::P384 => &ECDSA_P384_SHA384_FIXED,
        }
    }

    /// The hash function aws-lc-rs pairs with the curve; its value is exactly one scalar long.
    pub fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::P256 => &digest::SHA256,
            Self::P384 => &digest::SHA384,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_a_curve_is_one_scalar_long() {
        for curve in [PrimeCurve::P256, PrimeCurve::P384] {
            assert_eq!(curve.digest().output_len(), curve.scalar_bytes());
        }
    }

    #[test]
    fn only_the_three_exact_names_are_curves() {
        assert_eq!(Curve::named("P-384"), Ok(Curve::Prime(PrimeCurve::P384)));
        for name in ["", "p-256", "P-521", "ed25519", "secp256k1"] {
            assert_eq!(Curve::named(name), Err(CryptoError::Curve), "{name:?}");
        }
        assert_eq!(PrimeCurve::named("Ed25519"), Err(CryptoError::Curve));
    }
}
