//! Why a crypto op refused. Not a JavaScript exception yet: `js/crypto/values.js` registers the classes and makes the
//! DOMException a script gets (Web Cryptography API section 18.3), whose name is the class without "Crypto".

use deno_error::JsError;

/// The class names the DOMException; the message is what the caller reads.
#[derive(Debug, PartialEq, Eq, thiserror::Error, JsError)]
pub enum CryptoError {
    #[class("CryptoNotSupportedError")]
    #[error("the hash functions are SHA-1, SHA-256, SHA-384 and SHA-512")]
    Hash,

    #[class("CryptoNotSupportedError")]
    #[error("the curves are P-256, P-384 and Ed25519")]
    Curve,

    #[class("CryptoNotSupportedError")]
    #[error("an AES-GCM iv of 12 bytes is supported; this one has {0}")]
    Iv(usize),

    #[class("CryptoOperationError")]
    #[error("an AES key has 16, 24 or 32 bytes; this one has {0}")]
    AesKey(usize),

    #[class("CryptoOperationError")]
    #[error(
        "decryption failed: the key, iv or additional data is another one, or the data was changed"
    )]
    Tag,

    #[class("CryptoOperationError")]
    #[error("{asked} bytes asked of one call; the limit is {limit}")]
    Length { asked: usize, limit: usize },

    #[class("CryptoOperationError")]
    #[error("PBKDF2 needs at least one iteration")]
    NoIterations,

    #[class("CryptoOperationError")]
    #[error(
        "this PBKDF2 costs {rounds} rounds ((iterations + salt blocks) x output blocks); the limit of one call is {limit}"
    )]
    Rounds { rounds: u64, limit: u64 },

    #[class("CryptoDataError")]
    #[error("not a valid key for this algorithm and format")]
    Key,

    #[class("CryptoOperationError")]
    #[error("the cryptographic library refused the operation")]
    Refused,
}
