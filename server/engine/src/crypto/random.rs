//! Random bytes and UUIDs from the operating system's source, by way of aws-lc-rs. Not `Math.random`, which is V8's.

use super::error::CryptoError;
use aws_lc_rs::rand;
use deno_core::op2;

/// Most random bytes of one call: what `getRandomValues` gives (Web Cryptography API section 10.1.1), and the longest
/// symmetric key that is generated.
pub const RANDOM_BYTES_MAX: usize = 65_536;

/// Draws once from the random generator. aws-lc sets it up at its first use (`stat`, `open`, `getrandom`, `madvise`),
/// so a process that is about to lose these system calls calls this before.
///
/// # Errors
/// [`CryptoError::Refused`] when the operating system has no randomness to give.
pub fn warm_up() -> Result<(), CryptoError> {
    fill(&mut [0; 16])
}

fn fill(out: &mut [u8]) -> Result<(), CryptoError> {
    if out.len() > RANDOM_BYTES_MAX {
        return Err(CryptoError::Length { asked: out.len(), limit: RANDOM_BYTES_MAX });
    }
    rand::fill(out).map_err(|_| CryptoError::Refused)
}

/// A random UUID (RFC 9562 section 5.4, version 4) in lower case.
fn uuid() -> Result<String, CryptoError> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.into_iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 0x0f] {
            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    Ok(text)
}

/// Fills `out`, at most [`RANDOM_BYTES_MAX`] bytes.
#[op2(fast)]
pub fn op_crypto_random(#[buffer] out: &mut [u8]) -> Result<(), CryptoError> {
    fill(out)
}

/// A random UUID, version 4.
#[op2]
#[string]
pub fn op_crypto_random_uuid() -> Result<String, CryptoError> {
    uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_65536_random_bytes_are_refused() {
        assert_eq!(fill(&mut vec![0; RANDOM_BYTES_MAX]), Ok(()));
        let limit = RANDOM_BYTES_MAX;
        assert_eq!(
            fill(&mut vec![0; limit + 1]),
            Err(CryptoError::Length { asked: limit + 1, limit })
        );
    }

    #[test]
    fn the_whole_slice_is_filled_and_an_empty_one_is_fine() {
        let mut bytes = [0; 4096];
        assert_eq!(fill(&mut bytes), Ok(()));
        assert!(bytes.chunks(16).all(|chunk| chunk.iter().any(|byte| *byte != 0)));
        assert_eq!(fill(&mut []), Ok(()));
    }

    #[test]
    fn uuids_carry_version_4_and_the_rfc_9562_variant_and_differ() {
        let texts: std::collections::HashSet<_> = (0..100).map(|_| uuid().unwrap()).collect();
        assert_eq!(texts.len(), 100);
        for text in texts {
            let at = |index: usize| text.as_bytes()[index];
            assert_eq!((text.len(), at(14)), (36, b'4'), "{text}");
            assert!(b"89ab".contains(&at(19)), "{text}");
            for (index, byte) in text.bytes().enumerate() {
                assert_eq!(byte == b'-', [8, 13, 18, 23].contains(&index), "{text}");
            }
        }
    }
}
