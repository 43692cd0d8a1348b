//! Whether the disk under the database can still be believed. After a failed fsync the kernel may have dropped what it
//! could not write and call the next fsync a success (Rebello et al., "Can Applications Recover from fsync Failures?",
//! USENIX ATC 2020): commits that were confirmed later would stand behind a gap in the log. Only a new start, which
//! reads what is really there, ends that. Not a full disk that is noticed while writing: SQLite takes that back.

use crate::StorageError;
use rusqlite::ffi::{
    SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_FSYNC, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE,
};
use std::sync::OnceLock;

#[derive(Debug, Default)]
pub(crate) struct Health(OnceLock<StorageError>);

impl Health {
    /// Fails once the disk is not believed any more.
    pub fn writable(&self) -> Result<(), StorageError> {
        match self.0.get() {
            Some(error) => Err(StorageError::ReadOnly(Box::new(error.clone()))),
            None => Ok(()),
        }
    }

    pub fn note(&self, error: &StorageError) {
        if is_fatal(error) && self.0.set(error.clone()).is_ok() {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "the database is read-only from now on"
            );
        }
    }
}

fn is_fatal(error: &StorageError) -> bool {
    let StorageError::Database { source, .. } = error else { return false };
    let rusqlite::Error::SqliteFailure(failure, _) = &**source else { return false };
    matches!(
        failure.extended_code,
        SQLITE_IOERR_FSYNC | SQLITE_IOERR_DIR_FSYNC | SQLITE_IOERR_WRITE | SQLITE_IOERR_TRUNCATE
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Doing, error::During};
    use rusqlite::ffi;

    fn failed(code: std::ffi::c_int) -> StorageError {
        let failure = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        Err::<(), _>(failure).during(Doing::Committing).expect_err("it is one")
    }

    #[test]
    fn a_failed_flush_ends_writing_and_a_full_or_busy_disk_does_not() {
        let health = Health::default();
        for code in [ffi::SQLITE_FULL, ffi::SQLITE_BUSY, ffi::SQLITE_IOERR_READ] {
            health.note(&failed(code));
            assert!(health.writable().is_ok(), "{code}");
        }
        health.note(&failed(SQLITE_IOERR_FSYNC));
        health.note(&failed(SQLITE_IOERR_WRITE));
        let error = health.writable().expect_err("it is read-only");
        let text = error.to_string();
        assert!(text.contains("read-only") && text.contains("while committing"), "{text}");
    }
}
