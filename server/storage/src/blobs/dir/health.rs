//! Whether the disk can still be believed. After a failed fsync the kernel may have dropped what it could not write
//! and call the next fsync a success (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC
//! 2020); only a new start, which reads what is really there, ends that.

use super::Step;
use crate::blobs::BlobError;
use rustix::io::Errno;
use std::{io, sync::OnceLock};

#[derive(Default)]
pub(super) struct Health(OnceLock<BlobError>);

impl Health {
    /// Fails once the disk is not believed any more.
    pub fn writable(&self) -> Result<(), BlobError> {
        match self.0.get() {
            Some(error) => Err(BlobError::ReadOnly(Box::new(error.clone()))),
            None => Ok(()),
        }
    }

    pub fn note(&self, step: Step, error: &io::Error, reported: &BlobError) {
        if is_fatal(step, error) && self.0.set(reported.clone()).is_ok() {
            tracing::error!(error = %reported, cause = %error, "checkpoints are read-only from now on");
        }
    }
}

/// A full disk is not: what did not fit was never confirmed, and the next blob is another file. Nor is a bad sector
/// under one blob: it is read again by nobody but its owner.
fn is_fatal(step: Step, error: &io::Error) -> bool {
    let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    let io = error.raw_os_error() == Some(Errno::IO.raw_os_error());
    match step {
        Step::Read | Step::List => false,
        Step::SyncFile | Step::SyncDir => !full,
        Step::MakeDir | Step::Create | Step::Write | Step::Rename | Step::Remove => io,
    }
}
