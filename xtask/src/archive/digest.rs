//! SHA-256 of an archive, remembered by path, size and time, so that 30 MB are not read for every build.

use super::ArchiveError;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The digests computed so far, one line each in a stamp file of the cache. A stamp that cannot be read or written
/// only costs time.
#[derive(Debug)]
pub struct Digests {
    stamp: PathBuf,
}

impl Digests {
    pub fn new(stamp: PathBuf) -> Self {
        Self { stamp }
    }

    /// Requires a file to have this digest, lower-case hexadecimal.
    pub fn require(&self, path: &Path, expected: &str) -> Result<(), ArchiveError> {
        compare(path, expected, self.of(path)?)
    }

    fn of(&self, path: &Path) -> Result<String, ArchiveError> {
        let unreadable = |source| ArchiveError::Unreadable { path: path.to_owned(), source };
        let identity = identity(path).map_err(unreadable)?;
        let known = std::fs::read_to_string(&self.stamp).unwrap_or_default();
        let remembered = known.lines().find_map(|line| line.strip_suffix(&identity));
        if let Some(digest) = remembered.filter(|digest| digest.len() == 64) {
            return Ok(digest.to_owned());
        }
        let digest = compute(path).map_err(unreadable)?;
        self.remember(&known, &identity, &digest);
        Ok(digest)
    }

    fn remember(&self, known: &str, identity: &str, digest: &str) {
        if let Some(directory) = self.stamp.parent() {
            let _ = std::fs::create_dir_all(directory);
        }
        let _ = std::fs::write(&self.stamp, format!("{known}{digest}{identity}\n"));
    }
}

/// Requires a file to have this digest, without remembering it.
pub fn require(path: &Path, expected: &str) -> Result<(), ArchiveError> {
    let found = compute(path)
        .map_err(|source| ArchiveError::Unreadable { path: path.to_owned(), source })?;
    compare(path, expected, found)
}

fn compare(path: &Path, expected: &str, found: String) -> Result<(), ArchiveError> {
    if found == expected {
        return Ok(());
    }
    let expected = expected.to_owned();
    Err(ArchiveError::WrongDigest { path: path.to_owned(), expected, found })
}

/// What a file that was not touched keeps: ` size nanoseconds path`.
fn identity(path: &Path) -> std::io::Result<String> {
    let metadata = std::fs::metadata(path)?;
    let modified = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!(" {} {} {}", metadata.len(), modified.as_nanos(), path.display()))
}

fn compute(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(HEXLOWER.encode(&hasher.finalize())),
            read => hasher.update(&buffer[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of `abc` (FIPS 180-4, example).
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn scene() -> (tempfile::TempDir, PathBuf, Digests) {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("archive");
        std::fs::write(&file, "abc").expect("it can be written");
        let digests = Digests::new(directory.path().join("deep/stamp"));
        (directory, file, digests)
    }

    #[test]
    fn the_digest_is_sha256_in_lower_case() {
        let (_directory, file, digests) = scene();
        assert_eq!(digests.of(&file).expect("readable"), ABC);
    }

    #[test]
    fn an_untouched_file_is_not_read_again_and_a_changed_one_is() {
        let (_directory, file, digests) = scene();
        digests.of(&file).expect("readable");
        // A stamp with another digest shows which of the two answers: the stamp, or the file.
        let forged = "0".repeat(64);
        let stamp = std::fs::read_to_string(&digests.stamp).expect("it was written");
        std::fs::write(&digests.stamp, stamp.replace(ABC, &forged)).expect("it can be written");
        assert_eq!(digests.of(&file).expect("readable"), forged);
        std::fs::write(&file, "abcd").expect("it can be written");
        assert_ne!(digests.of(&file).expect("readable"), forged);
    }

    #[test]
    fn a_file_can_be_checked_without_being_remembered() {
        let (_directory, file, digests) = scene();
        assert!(require(&file, ABC).is_ok());
        assert!(matches!(require(&file, "0"), Err(ArchiveError::WrongDigest { .. })));
        assert!(!digests.stamp.exists());
    }

    #[test]
    fn a_wrong_digest_names_both_and_a_missing_file_is_unreadable() {
        let (_directory, file, digests) = scene();
        assert!(digests.require(&file, ABC).is_ok());
        let error = digests.require(&file, &"1".repeat(64)).expect_err("wrong");
        assert!(matches!(error, ArchiveError::WrongDigest { .. }));
        assert!(error.to_string().contains(ABC) && error.to_string().contains("1111"));
        let missing = digests.require(&file.with_extension("gone"), ABC);
        assert!(matches!(missing, Err(ArchiveError::Unreadable { .. })));
    }
}
