//! AES-GCM (NIST SP 800-38D) with a 12-byte iv and the full 16-byte tag, in place. Other iv and tag lengths are
//! refused: aws-lc-rs has them not, and the first needs GHASH of the iv, the second weakens authentication.

use super::error::CryptoError;
use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use deno_core::op2;

/// Length of the authentication tag, bytes.
pub const TAG_BYTES: usize = 16;

fn key(bytes: &[u8]) -> Result<LessSafeKey, CryptoError> {
    let algorithm = match bytes.len() {
        16 => &AES_128_GCM,
        24 => &AES_192_GCM,
        32 => &AES_256_GCM,
        other => return Err(CryptoError::AesKey(other)),
    };
    UnboundKey::new(algorithm, bytes).map(LessSafeKey::new).map_err(|_| CryptoError::Refused)
}

fn nonce(iv: &[u8]) -> Result<Nonce, CryptoError> {
    Nonce::try_assume_unique_for_key(iv).map_err(|_| CryptoError::Iv(iv.len()))
}

/// Encrypts all of `in_out` but its last [`TAG_BYTES`] in place and writes the tag there.
fn seal(key_bytes: &[u8], iv: &[u8], aad: &[u8], in_out: &mut [u8]) -> Result<(), CryptoError> {
    let (key, nonce) = (key(key_bytes)?, nonce(iv)?);
    let text = in_out.len().checked_sub(TAG_BYTES).ok_or(CryptoError::Refused)?;
    let (text, tag_space) = in_out.split_at_mut(text);
    let tag = key
        .seal_in_place_separate_tag(nonce, Aad::from(aad), text)
        .map_err(|_| CryptoError::Refused)?;
    tag_space.copy_from_slice(tag.as_ref());
    Ok(())
}

/// Decrypts `in_out` (ciphertext, then tag) in place; the plaintext is all but the last [`TAG_BYTES`].
fn open(key_bytes: &[u8], iv: &[u8], aad: &[u8], in_out: &mut [u8]) -> Result<(), CryptoError> {
    let (key, nonce) = (key(key_bytes)?, nonce(iv)?);
    key.open_in_place(nonce, Aad::from(aad), in_out).map(|_| ()).map_err(|_| CryptoError::Tag)
}

/// See [`seal`].
#[op2(fast)]
pub fn op_crypto_aes_gcm_seal(
    #[buffer] key: &[u8],
    #[buffer] iv: &[u8],
    #[buffer] aad: &[u8],
    #[buffer] in_out: &mut [u8],
) -> Result<(), CryptoError> {
    seal(key, iv, aad, in_out)
}

/// See [`open`].
#[op2(fast)]
pub fn op_crypto_aes_gcm_open(
    #[buffer] key: &[u8],
    #[buffer] iv: &[u8],
    #[buffer] aad: &[u8],
    #[buffer] in_out: &mut [u8],
) -> Result<(), CryptoError> {
    open(key, iv, aad, in_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_every_key_length() {
        for bytes in [16, 24, 32] {
            let mut data = [b"attack at dawn".as_slice(), &[0; TAG_BYTES]].concat();
            assert_eq!(seal(&vec![1; bytes], &[2; 12], b"to", &mut data), Ok(()));
            assert_ne!(&data[..14], b"attack at dawn");
            assert_eq!(open(&vec![1; bytes], &[2; 12], b"to", &mut data), Ok(()));
            assert_eq!(&data[..14], b"attack at dawn");
        }
    }

    #[test]
    fn a_changed_key_iv_aad_or_byte_does_not_open() {
        let sealed = {
            let mut data = [b"attack at dawn".as_slice(), &[0; TAG_BYTES]].concat();
            seal(&[1; 16], &[2; 12], b"to", &mut data).map(|()| data).unwrap()
        };
        let attempt = |key: u8, iv: u8, aad: &[u8], flip: usize| {
            let mut data = sealed.clone();
            data[flip] ^= 1;
            open(&[key; 16], &[iv; 12], aad, &mut data)
        };
        assert_eq!(open(&[1; 16], &[2; 12], b"to", &mut sealed.clone()), Ok(()));
        assert_eq!(attempt(1, 2, b"to", 0), Err(CryptoError::Tag));
        assert_eq!(attempt(1, 2, b"to", 29), Err(CryptoError::Tag));
        for (key, iv, aad) in [(9, 2, "to"), (1, 9, "to"), (1, 2, "from")] {
            let opened = open(&[key; 16], &[iv; 12], aad.as_bytes(), &mut sealed.clone());
            assert_eq!(opened, Err(CryptoError::Tag));
        }
    }

    #[test]
    fn lengths_outside_the_mode_are_errors_and_not_panics() {
        for bytes in [0, 1, 15, 17, 31, 33, 1000] {
            assert_eq!(
                seal(&vec![0; bytes], &[0; 12], b"", &mut [0; 16]),
                Err(CryptoError::AesKey(bytes))
            );
        }
        for bytes in [0, 8, 11, 13, 16] {
            let iv = vec![0; bytes];
            assert_eq!(seal(&[0; 16], &iv, b"", &mut [0; 16]), Err(CryptoError::Iv(bytes)));
        }
        assert_eq!(seal(&[0; 16], &[0; 12], b"", &mut [0; 15]), Err(CryptoError::Refused));
        assert_eq!(open(&[0; 16], &[0; 12], b"", &mut []), Err(CryptoError::Tag));
        assert_eq!(open(&[0; 16], &[0; 12], b"", &mut [0; 15]), Err(CryptoError::Tag));
    }
}
