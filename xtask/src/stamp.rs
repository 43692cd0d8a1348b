//! Remembering what was installed. Not a cache: it only says whether an installation is for these inputs.

use anyhow::Result;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// The mark of an installation that was finished.
#[derive(Debug)]
pub struct Stamp {
    path: PathBuf,
    digest: String,
}

impl Stamp {
    /// A mark at `path` for these inputs.
    pub fn new(path: PathBuf, inputs: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for input in inputs {
            hasher.update((input.len() as u64).to_le_bytes());
            hasher.update(input);
        }
        Self { path, digest: HEXLOWER.encode(&hasher.finalize()) }
    }

    /// An installation for the same inputs was finished.
    pub fn is_set(&self) -> bool {
        std::fs::read_to_string(&self.path).is_ok_and(|text| text == self.digest)
    }

    /// To be called when the installation is finished.
    pub fn set(&self) -> Result<()> {
        Ok(std::fs::write(&self.path, &self.digest)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_holds_for_the_same_inputs_only() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let stamp = |inputs: &[&[u8]]| Stamp::new(directory.path().join("stamp"), inputs);
        assert!(!stamp(&[b"a", b"b"]).is_set());
        stamp(&[b"a", b"b"]).set().expect("it can be written");
        assert!(stamp(&[b"a", b"b"]).is_set());
        assert!(!stamp(&[b"ab", b""]).is_set());
    }
}
