//! Blobs as files: `root/tenant/ab/abcdef...`, directories 0700, files 0600. Not a lock: the directory belongs to the
//! server that holds the lock of the state directory.
//!
//! A blob is written to `root/.tmp`, flushed, renamed to its place, and the directory flushed; so a file that has its
//! name is whole, and what a crash leaves behind lies in one directory and is removed at the next start, without
//! looking through all others. (Same file system, so the rename is atomic.)

mod disk;
mod health;
mod listing;
mod put;
mod step;
mod unflushed;

pub use step::{Faults, Step};

use super::{BlobError, BlobKey, Whole};
use bytes::Bytes;
use disk::Disk;
use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
};

const TEMP: &str = ".tmp";

pub(super) struct Dir {
    root: PathBuf,
    whole: Whole,
    disk: Disk,
    /// Directories whose names this process has flushed.
    durable: Mutex<HashSet<PathBuf>>,
    temps: AtomicU64,
    /// One for each name of a shard: what is confirmed by one put must not be undone by another that failed.
    shards: [Mutex<()>; 256],
}

impl Dir {
    pub fn open(
        root: PathBuf,
        whole: Whole,
        faults: Option<Arc<dyn Faults>>,
    ) -> Result<Self, BlobError> {
        let disk = Disk::new(faults);
        disk.make_root(&root)?;
        let temp = root.join(TEMP);
        disk.make_dir(&temp)?;
        for left in disk.names(&temp)? {
            disk.remove(&temp.join(left))?;
        }
        let shards = std::array::from_fn(|_| Mutex::default());
        Ok(Self { root, whole, disk, durable: Mutex::default(), temps: AtomicU64::new(0), shards })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn get(&self, key: &BlobKey, limit: u64) -> Result<Option<Bytes>, BlobError> {
        let path = self.path(key);
        let failed = |source| self.disk.failed(Step::Read, &path, source);
        let Some((file, bytes)) = self.disk.open(&path)? else { return Ok(None) };
        if bytes > limit {
            return Err(BlobError::TooLarge { key: *key, bytes, limit });
        }
        // One byte more than the limit: a file can grow, and memory must not.
        let mut read = Vec::with_capacity(bytes as usize + 1);
        file.take(limit.saturating_add(1)).read_to_end(&mut read).map_err(failed)?;
        if read.len() as u64 > limit {
            return Err(BlobError::TooLarge { key: *key, bytes: read.len() as u64, limit });
        }
        Ok(Some(read.into()))
    }

    pub fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        Ok(self.disk.open(&self.path(key))?.is_some())
    }

    pub fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        let _shard = self.lock(key);
        self.disk.writable()?;
        self.disk.remove(&self.path(key))
    }

    fn lock(&self, key: &BlobKey) -> MutexGuard<'_, ()> {
        self.shards[usize::from(key.shard())].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        self.shard(key).join(key.id.to_string())
    }

    fn shard(&self, key: &BlobKey) -> PathBuf {
        self.root.join(key.tenant.to_string()).join(format!("{:02x}", key.shard()))
    }
}

/// The file and its size; `None` where there is none.
fn open(path: &Path) -> io::Result<Option<(File, u64)>> {
    match File::open(path) {
        Ok(file) => {
            let size = file.metadata()?.len();
            Ok(Some((file, size)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes a file; none there is fine too.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
