//! A write-through cache of S3 on the local disk, of bounded size. Never the only place of a blob: whatever fails here,
//! the blob is in S3, so failures are logged and nothing more.
//!
//! Nothing is flushed, and no file is believed more than S3's answer would be: an envelope proves itself when it is
//! opened. One that does not is forgotten (`Blobs::forget`) and read from S3.

mod index;

use super::{BlobError, BlobKey, Dir};
use bytes::Bytes;
use index::Index;
use std::{
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Where the cache is and how large it may become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheOptions {
    /// A directory of its own, for one server.
    pub path: PathBuf,
    pub bytes_max: u64,
}

pub(super) struct Cache {
    dir: Dir,
    index: Mutex<Index>,
    /// Whether the last work on it failed, so that a full disk is one line in the log and not thousands.
    failing: AtomicBool,
}

impl Cache {
    /// Opens the directory and finds again what is in it: the last written counts as the last used.
    pub fn open(options: CacheOptions) -> Result<Self, BlobError> {
        let dir = Dir::open(options.path, std::sync::Arc::new(|_, _| true), None)?;
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let page = dir.list(None, after)?;
            found.extend(page.entries);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        found.sort_unstable_by_key(|entry| (entry.modified, entry.key));
        let cache = Self {
            dir,
            index: Mutex::new(Index::new(options.bytes_max)),
            failing: AtomicBool::new(false),
        };
        for entry in found {
            let evicted = cache.index().insert(entry.key, entry.bytes);
            cache.evict(evicted);
        }
        Ok(cache)
    }

    /// The blob, if it is here and as long as it was.
    pub fn get(&self, key: &BlobKey) -> Option<Bytes> {
        let bytes = self.index().touch(key)?;
        match self.dir.get(key, bytes) {
            Ok(Some(found)) if found.len() as u64 == bytes => return Some(found),
            Ok(_) | Err(BlobError::TooLarge { .. }) => {}
            Err(error) => self.failed(&error),
        }
        self.forget(key);
        None
    }

    /// Keeps a blob that S3 has.
    pub fn put(&self, key: &BlobKey, bytes: &[u8]) {
        let size = bytes.len() as u64;
        if !self.index().fits(size) {
            return;
        }
        match self.dir.put_unflushed(key, bytes) {
            Ok(()) => {
                self.failing.store(false, Ordering::Relaxed);
                let evicted = self.index().insert(*key, size);
                self.evict(evicted);
            }
            Err(error) => {
                self.failed(&error);
                // What was there before may be the older half of it.
                self.forget(key);
            }
        }
    }

    /// Whether there was something to forget.
    pub fn forget(&self, key: &BlobKey) -> bool {
        let known = self.index().remove(key);
        if known {
            self.evict(vec![*key]);
        }
        known
    }

    fn evict(&self, keys: Vec<BlobKey>) {
        for key in keys {
            if let Err(error) = self.dir.drop_file(&key) {
                self.failed(&error);
            }
        }
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, error: &BlobError) {
        if !self.failing.swap(true, Ordering::Relaxed) {
            let path = self.dir.root().display();
            tracing::warn!(%path, %error, cause = ?std::error::Error::source(error), "the cache of checkpoints fails; S3 is used without it");
        }
    }
}
