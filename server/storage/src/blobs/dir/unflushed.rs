//! Files that may be lost: a cache's. Written whole or not at all, but not flushed, and without regard to the health of
//! the disk, which decides only over what must not be lost.

use super::{Dir, TEMP};
use crate::blobs::{BlobError, BlobKey};

impl Dir {
    /// Makes every directory that is missing, even one that was there at the start.
    pub fn put_unflushed(&self, key: &BlobKey, bytes: &[u8]) -> Result<(), BlobError> {
        let (temps, shard) = (self.root.join(TEMP), self.shard(key));
        self.disk.make_all(&temps)?;
        self.disk.make_all(&shard)?;
        let temp = temps.join(self.temp_name());
        let placed = self
            .disk
            .write(&temp, bytes, false)
            .and_then(|()| self.disk.rename(&temp, &self.path(key)));
        if placed.is_err() {
            let _ = super::remove(&temp);
        }
        placed
    }

    pub fn drop_file(&self, key: &BlobKey) -> Result<(), BlobError> {
        self.disk.remove(&self.path(key))
    }
}
