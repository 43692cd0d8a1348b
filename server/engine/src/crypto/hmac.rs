//! HMAC (RFC 2104, FIPS 198-1).

use super::error::CryptoError;
use super::hash::Hash;
use aws_lc_rs::hmac;
use deno_core::op2;

/// The authentication code of `data`, as long as the hash value.
#[op2]
#[buffer]
pub fn op_crypto_hmac_sign(
    #[string] hash: &str,
    #[buffer] key: &[u8],
    #[buffer] data: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let key = hmac::Key::new(Hash::named(hash)?.hmac(), key);
    Ok(hmac::sign(&key, data).as_ref().to_vec())
}

/// Whether `code` is the whole authentication code of `data`, compared in constant time.
#[op2(fast)]
pub fn op_crypto_hmac_verify(
    #[string] hash: &str,
    #[buffer] key: &[u8],
    #[buffer] code: &[u8],
    #[buffer] data: &[u8],
) -> Result<bool, CryptoError> {
    let key = hmac::Key::new(Hash::named(hash)?.hmac(), key);
    Ok(hmac::verify(&key, data, code).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 section 4.3 ("what do ya want for nothing?"), SHA-256.
    #[test]
    fn a_shortened_or_empty_code_does_not_verify() {
        let key = hmac::Key::new(Hash::Sha256.hmac(), b"Jefe");
        let code = hmac::sign(&key, b"what do ya want for nothing?");
        assert_eq!(&code.as_ref()[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        assert!(hmac::verify(&key, b"what do ya want for nothing?", code.as_ref()).is_ok());
        for short in [&code.as_ref()[..31], &[]] {
            assert!(hmac::verify(&key, b"what do ya want for nothing?", short).is_err());
        }
    }

    #[test]
    fn keys_of_any_length_are_taken() {
        for bytes in [0, 1, 63, 64, 65, 128, 129, 100_000] {
            for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
                let code = hmac::sign(&hmac::Key::new(hash.hmac(), &vec![7; bytes]), b"");
                assert_eq!(code.as_ref().len(), hash.output_bytes());
            }
        }
    }
}
