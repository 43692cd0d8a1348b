//! Storing a blob so that it survives the loss of power, or not at all.

use super::{Dir, TEMP};
use crate::blobs::{BlobError, BlobKey};
use std::{
    path::{Path, PathBuf},
    sync::{PoisonError, atomic::Ordering},
};

/// Directories remembered as flushed; beyond that they are flushed again.
const DURABLE_MAX: usize = 1 << 16;
/// By how much the envelope of the same state may grow with another version of zstd: a file beyond that is not read.
const SLACK_BYTES: u64 = 64 << 10;

impl Dir {
    pub fn put(&self, key: &BlobKey, bytes: &[u8]) -> Result<(), BlobError> {
        let _shard = self.lock(key);
        self.disk.writable()?;
        let shard = self.shard(key);
        self.make_durable(&shard)?;
        let path = self.path(key);
        if self.holds(key, &path, bytes)? {
            // Another put may have renamed it a moment ago and not flushed the directory yet.
            return self.disk.sync_dir(&shard);
        }
        let replaces = path.exists();
        let temp = self.root.join(TEMP).join(self.temp_name());
        let placed =
            self.disk.write(&temp, bytes, true).and_then(|()| self.disk.rename(&temp, &path));
        if let Err(error) = placed {
            // The first error counts; what cannot be removed now is removed at the next start.
            let _ = super::remove(&temp);
            return Err(error);
        }
        let flushed = self.disk.sync_dir(&shard);
        if flushed.is_err() && !replaces {
            // Not confirmed, so that a later put must not find it and think that it was.
            let _ = super::remove(&path);
        }
        flushed
    }

    /// Whether the blob is there already and can stay.
    fn holds(&self, key: &BlobKey, path: &Path, bytes: &[u8]) -> Result<bool, BlobError> {
        let limit = bytes.len() as u64 + SLACK_BYTES;
        match self.get(key, limit) {
            Ok(None) => Ok(false),
            Ok(Some(there)) => Ok(there == bytes || (self.whole)(key, &there)),
            Err(BlobError::TooLarge { .. }) => Ok(false),
            // Unreadable: to be replaced, not to be given up.
            Err(BlobError::Disk { source, .. }) => {
                tracing::warn!(path = %path.display(), error = %source, "a checkpoint cannot be read and is written again");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Makes the directories of a tenant and a shard, and flushes their names: once for each in the life of a process,
    /// because an earlier one may have made them and died before that.
    fn make_durable(&self, shard: &Path) -> Result<(), BlobError> {
        if self.durable().contains(shard) {
            return Ok(());
        }
        let tenant = shard.parent().unwrap_or(&self.root);
        for (dir, above) in [(tenant, self.root.as_path()), (shard, tenant)] {
            self.disk.make_dir(dir)?;
            self.disk.sync_dir(above)?;
        }
        let mut durable = self.durable();
        if durable.len() >= DURABLE_MAX {
            durable.clear();
        }
        durable.insert(shard.to_owned());
        Ok(())
    }

    fn durable(&self) -> std::sync::MutexGuard<'_, std::collections::HashSet<PathBuf>> {
        self.durable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn temp_name(&self) -> String {
        format!("{}-{}", std::process::id(), self.temps.fetch_add(1, Ordering::Relaxed))
    }
}
