//! A V8 snapshot of a session with the bytes of its Blobs, which Deno keeps outside of V8. As it is stored:
//!
//! `MCPHEAP` and a version byte; the size of all ArrayBuffers; a count; per part of a Blob its id (16 bytes), a length and its bytes; the snapshot up
//! to the end. Numbers are 64 bits, little-endian.

use crate::checkpoint::CheckpointError;

const MAGIC: &[u8] = b"MCPHEAP\x01";

/// Parts of Blobs, by id.
pub type Parts = Vec<([u8; 16], Vec<u8>)>;

/// See the module. Made by [`super::take`], or read from what the server has verified.
pub struct Snapshot {
    /// Bytes of all ArrayBuffers in it.
    pub(super) buffers: u64,
    pub(super) parts: Parts,
    pub(super) v8: Box<[u8]>,
}

impl Snapshot {
    /// Bytes of all ArrayBuffers in it: an isolate that may have fewer cannot be restored from it.
    pub fn buffers(&self) -> u64 {
        self.buffers
    }

    /// The parts of Blobs, and V8's bytes.
    pub fn into_parts(self) -> (Parts, Box<[u8]>) {
        (self.parts, self.v8)
    }

    /// As bytes to store.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&self.buffers.to_le_bytes());
        bytes.extend_from_slice(&(self.parts.len() as u64).to_le_bytes());
        for (id, part) in &self.parts {
            bytes.extend_from_slice(id);
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        bytes.extend_from_slice(&self.v8);
        bytes
    }

    /// From stored bytes.
    ///
    /// # Errors
    /// [`CheckpointError::Damaged`] when these are not the bytes of [`Self::encode`].
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let rest = bytes.strip_prefix(MAGIC);
        let rest = rest.ok_or(CheckpointError::Damaged("it is no snapshot of this format"))?;
        let cut = || CheckpointError::Damaged("the snapshot is cut off");
        let (buffers, rest) = number(rest).ok_or_else(cut)?;
        let (count, mut rest) = number(rest).ok_or_else(cut)?;
        let mut parts = Vec::new();
        for _ in 0..count {
            let (part, after) = part(rest).ok_or_else(cut)?;
            parts.push(part);
            rest = after;
        }
        if rest.is_empty() {
            return Err(cut());
        }
        Ok(Self { buffers, parts, v8: rest.into() })
    }
}

fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (field, rest) = bytes.split_first_chunk::<8>()?;
    Some((u64::from_le_bytes(*field), rest))
}

/// The id and the bytes of a Blob's part.
type Part = ([u8; 16], Vec<u8>);

fn part(bytes: &[u8]) -> Option<(Part, &[u8])> {
    let (id, rest) = bytes.split_first_chunk::<16>()?;
    let (length, rest) = number(rest)?;
    let (part, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some(((*id, part.to_vec()), rest))
}

/// V8's bytes of a snapshot, lent to deno_core for as long as the isolate lives that was restored from them.
pub struct Lent(*mut [u8]);

impl Lent {
    /// Lends the bytes for an unknown time: without [`Self::back`], for ever.
    pub fn new(bytes: Box<[u8]>) -> (Self, &'static [u8]) {
        let pointer = Box::into_raw(bytes);
        // SAFETY: from a Box just now, valid until `back`, and nobody writes to it.
        (Self(pointer), unsafe { &*pointer })
    }

    /// Frees them.
    ///
    /// # Safety
    /// The isolate that was restored from them must be gone, and nothing else may hold the slice.
    pub unsafe fn back(self) {
        // SAFETY: from Box::into_raw in `new`, once, because `self` is consumed.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Snapshot {
        Snapshot {
            buffers: 3,
            parts: vec![([7; 16], b"bytes".to_vec()), ([8; 16], Vec::new())],
            v8: Box::from(&b"v8"[..]),
        }
    }

    #[test]
    fn what_is_stored_is_what_is_read() {
        let read = Snapshot::parse(&sample().encode()).expect("own bytes parse");
        assert_eq!((read.buffers, read.parts, &*read.v8), (3, sample().parts, &b"v8"[..]));
    }

    #[test]
    fn bytes_that_are_cut_off_before_the_snapshot_are_an_error_and_never_a_panic() {
        let whole = sample().encode();
        for length in 0..whole.len() - 1 {
            assert!(Snapshot::parse(&whole[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn a_length_beyond_the_end_is_an_error_before_anything_is_allocated() {
        let mut bytes = sample().encode();
        bytes[8 + 8 + 8 + 16..][..8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(Snapshot::parse(&bytes).is_err());
    }
}
