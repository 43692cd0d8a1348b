//! Ops behind the `crypto` global, on aws-lc-rs: primitives and bytes in, bytes out. Not the Web Cryptography API
//! itself: key objects, usages, algorithm dictionaries and JSON Web Keys are `js/crypto/*.js`, which alone call these.
//!
//! No op keeps state, so everything a script holds is in its own heap, and none can panic on any argument: lengths are
//! checked before aws-lc-rs sees them. Ops run to their end on the isolate's thread, so each bounds its own work.

mod aes_gcm;
mod curve;
mod derive;
mod error;
mod hash;
mod hmac;
mod pair;
mod public;
mod random;
mod signature;

pub use error::CryptoError;
pub use random::warm_up;

deno_core::extension!(
    mcp_crypto,
    ops = [
        random::op_crypto_random,
        random::op_crypto_random_uuid,
        hash::op_crypto_digest,
        hmac::op_crypto_hmac_sign,
        hmac::op_crypto_hmac_verify,
        aes_gcm::op_crypto_aes_gcm_seal,
        aes_gcm::op_crypto_aes_gcm_open,
        derive::op_crypto_hkdf,
        derive::op_crypto_pbkdf2,
        pair::op_crypto_pair_generate,
        pair::op_crypto_pair_check,
        pair::op_crypto_pair_from_pkcs8,
        pair::op_crypto_pair_to_pkcs8,
        public::op_crypto_public_check,
        public::op_crypto_public_from_spki,
        public::op_crypto_public_to_spki,
        signature::op_crypto_ecdsa_sign,
        signature::op_crypto_ecdsa_verify,
        signature::op_crypto_ed25519_sign,
        signature::op_crypto_ed25519_verify,
    ],
);

/// The scripts that define `crypto`, `Crypto`, `SubtleCrypto` and `CryptoKey`, by name and in the order they run: after
/// `DOMException` is on the global object, while `Deno.core.ops` and `__bootstrap.primordials` still are.
pub const SCRIPTS: &[(&str, &str)] = &[
    ("ext:mcp/crypto/values.js", include_str!("../../js/crypto/values.js")),
    ("ext:mcp/crypto/key.js", include_str!("../../js/crypto/key.js")),
    ("ext:mcp/crypto/algorithms.js", include_str!("../../js/crypto/algorithms.js")),
    ("ext:mcp/crypto/subtle.js", include_str!("../../js/crypto/subtle.js")),
];

/// The extension with the `op_crypto_*` ops and no JavaScript.
pub fn extension() -> deno_core::Extension {
    mcp_crypto::init()
}
