//! Encryption of a payload in place: AES-256-GCM of aws-lc, the crypto that TLS uses here too. Not what proves an
//! envelope: the MAC covers the ciphertext (encrypt, then MAC).
//!
//! Every envelope has a key of its own, derived from a random salt of 256 bits, and uses it for one message; so the
//! nonce can be constant, and no number of checkpoints comes near the bound of random 96-bit nonces.

use super::{EnvelopeError, Why};
use crate::keyring::SealingKey;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// Encrypts what stands in `out` from `begin` on, and appends the tag.
pub(super) fn encrypt(
    key: &SealingKey,
    salt: &[u8; 32],
    out: &mut Vec<u8>,
    begin: usize,
) -> Result<(), EnvelopeError> {
    let key = own_key(key, salt).ok_or(EnvelopeError::Encrypt)?;
    let tag = key
        .seal_in_place_separate_tag(nonce(), Aad::empty(), &mut out[begin..])
        .map_err(|_| EnvelopeError::Encrypt)?;
    out.extend_from_slice(tag.as_ref());
    Ok(())
}

/// Decrypts in place; the plain text is the start of `payload`.
pub(super) fn decrypt<'p>(
    key: &SealingKey,
    salt: &[u8; 32],
    payload: &'p mut [u8],
) -> Result<&'p [u8], Why> {
    let key = own_key(key, salt).ok_or(Why::Content)?;
    key.open_in_place(nonce(), Aad::empty(), payload).map(|plain| &*plain).map_err(|_| Why::Content)
}

fn own_key(key: &SealingKey, salt: &[u8; 32]) -> Option<LessSafeKey> {
    let own = Zeroizing::new(*blake3::keyed_hash(&key.cipher, salt).as_bytes());
    UnboundKey::new(&AES_256_GCM, own.as_slice()).ok().map(LessSafeKey::new)
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}
