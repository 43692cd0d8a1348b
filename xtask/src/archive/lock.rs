//! Cargo.lock and the pin must name the same V8. Not a lock file parser: only the version of one package.

use super::ArchiveError;
use super::pin::Pin;
use std::path::Path;

/// Compares the locked version of the crate `v8` with the pin.
pub fn check(lock: &Path, pin: &Pin) -> Result<(), ArchiveError> {
    let text = std::fs::read_to_string(lock)
        .map_err(|source| ArchiveError::Unreadable { path: lock.to_owned(), source })?;
    let locked = version_of_v8(&text)
        .ok_or_else(|| ArchiveError::NoLockedVersion { path: lock.to_owned() })?;
    if locked != pin.version() {
        let pinned = pin.version().to_owned();
        return Err(ArchiveError::VersionMismatch { locked: locked.to_owned(), pinned });
    }
    Ok(())
}

/// The version on the line after `name = "v8"`, as cargo writes its lock files.
fn version_of_v8(lock: &str) -> Option<&str> {
    let mut lines = lock.lines();
    lines.find(|line| *line == "name = \"v8\"")?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::pin::tests::pin;

    fn checked(lock: &str) -> Result<(), ArchiveError> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("Cargo.lock");
        std::fs::write(&path, lock).expect("it can be written");
        check(&path, &pin(&"0".repeat(64)))
    }

    #[test]
    fn the_same_version_is_fine_whatever_else_is_locked() {
        let lock = "[[package]]\nname = \"v8-other\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"v8\"\nversion = \"150.4.0\"\n";
        assert!(checked(lock).is_ok());
    }

    #[test]
    fn another_version_names_both_and_the_command_that_mends_it() {
        let error = checked("name = \"v8\"\nversion = \"151.0.0\"\n").expect_err("a mismatch");
        assert!(matches!(error, ArchiveError::VersionMismatch { .. }));
        let text = error.to_string();
        assert!(text.contains("151.0.0") && text.contains("--precise 150.4.0"), "{text}");
    }

    #[test]
    fn a_lock_without_v8_and_no_lock_at_all_are_told_apart() {
        assert!(matches!(checked("version = 4\n"), Err(ArchiveError::NoLockedVersion { .. })));
        let missing = check(Path::new("/nonexistent/Cargo.lock"), &pin(&"0".repeat(64)));
        assert!(matches!(missing, Err(ArchiveError::Unreadable { .. })));
    }
}
