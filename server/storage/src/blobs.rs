//! Where sealed checkpoints lie: a directory, memory, S3, or S3 behind a cache on disk. Not what they are: a blob is
//! bytes under a key, judged by `envelope`.
//!
//! A key is written once: whatever is put under it is the same state. So nothing here needs the order of writes, and
//! "put" answers only when the blob would survive the loss of power.

mod backend;
mod cache;
mod counters;
mod dir;
mod error;
mod key;
mod list;
mod memory;
mod s3;

pub use cache::CacheOptions;
pub use counters::{BlobMetrics, BlobOperation, OperationMetrics};
pub use dir::{Faults, Step};
pub use error::BlobError;
pub use key::{BlobKey, TenantKey};
pub use list::{BlobEntry, BlobPage, LIST_MAX};
pub use s3::{CredentialFileError, RemoteError, RemoteOperation, S3Options};

use crate::DatabaseId;
use backend::Backend;
use bytes::Bytes;
use cache::Cache;
use counters::BlobCounters;
use dir::Dir;
use memory::Memory;
use s3::S3;
use std::{path::PathBuf, sync::Arc};

/// Whether stored bytes can stay under a key when its checkpoint is put again; see
/// [`crate::Envelopes::is_current`]. It may block.
pub type Whole = Arc<dyn Fn(&BlobKey, &[u8]) -> bool + Send + Sync>;

/// A store of blobs. Clones share it.
#[derive(Clone)]
pub struct Blobs {
    backend: Arc<Backend>,
    counters: Arc<BlobCounters>,
}

impl Blobs {
    fn over(backend: Backend) -> Self {
        Self { backend: Arc::new(backend), counters: Arc::default() }
    }

    /// What has been done since the store was opened.
    pub fn metrics(&self) -> BlobMetrics {
        self.counters.snapshot()
    }

    /// In this process only, at most `bytes_max` bytes in all.
    pub fn memory(bytes_max: u64) -> Self {
        Self::over(Backend::Memory(Memory::new(bytes_max)))
    }

    /// In a directory that no other server uses; it is made (mode 0700) if need be. What an earlier process left
    /// half-written is removed. Blocks.
    pub fn dir(path: PathBuf, whole: Whole) -> Result<Self, BlobError> {
        Self::dir_with_faults(path, whole, None)
    }

    /// The same with a disk that fails as a test says.
    #[doc(hidden)]
    pub fn dir_with_faults(
        path: PathBuf,
        whole: Whole,
        faults: Option<Arc<dyn Faults>>,
    ) -> Result<Self, BlobError> {
        Ok(Self::over(Backend::Dir(Arc::new(Dir::open(path, whole, faults)?))))
    }

    /// In a bucket, and with a cache also on the local disk. Asks nothing of the server yet: see [`Self::check`].
    /// Blocks.
    pub fn s3(options: S3Options, cache: Option<CacheOptions>) -> Result<Self, BlobError> {
        let cache = cache.map(Cache::open).transpose()?.map(Arc::new);
        Ok(Self::over(Backend::S3(Arc::new(S3::open(options)?), cache)))
    }

    /// Whether the store can be reached; for the start of a server, so that a wrong bucket is not found by its users.
    pub async fn check(&self) -> Result<(), BlobError> {
        self.backend.check().await
    }

    /// Takes the store for the server of a database, for good: a bucket is open to others, who would take its blobs for
    /// their own leavings. A directory is guarded by the lock of the database beside it.
    ///
    /// # Errors
    /// [`BlobError::NotOwner`] when another has it.
    pub async fn own(&self, database: DatabaseId) -> Result<(), BlobError> {
        self.backend.own(database).await
    }

    /// Whether the store still is this database's: to be asked before blobs are removed.
    ///
    /// # Errors
    /// [`BlobError::NotOwner`]
    pub async fn owned(&self, database: DatabaseId) -> Result<(), BlobError> {
        self.backend.owned(database).await
    }

    /// Stores a blob, so that it survives whatever comes once this has answered. A blob that is there already and
    /// whole may stay or be replaced by these bytes of the same state; one that is not whole is replaced. After an error it may or may not be there, and is never there in part.
    pub async fn put(&self, key: BlobKey, bytes: Bytes) -> Result<(), BlobError> {
        let size = bytes.len() as u64;
        let done = self.backend.put(key, bytes).await;
        self.counters.count(BlobOperation::Put, done.as_ref().map(|()| size));
        done
    }

    /// The blob, of at most `bytes_max` bytes; `None` where there is none. Whether it is still what was put is for
    /// [`crate::Envelopes::open`] to say.
    pub async fn get(&self, key: BlobKey, bytes_max: u64) -> Result<Option<Bytes>, BlobError> {
        let found = self.backend.get(key, bytes_max).await;
        let size = found.as_ref().map(|found| found.as_ref().map_or(0, Bytes::len) as u64);
        self.counters.count(BlobOperation::Get, size);
        found
    }

    /// Whether there is a blob.
    pub async fn exists(&self, key: BlobKey) -> Result<bool, BlobError> {
        self.counters.counted(BlobOperation::Exists, self.backend.exists(key).await)
    }

    /// Removes a blob; none there is fine too. It may come back after a loss of power.
    pub async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        self.counters.counted(BlobOperation::Delete, self.backend.delete(key).await)
    }

    /// Up to [`LIST_MAX`] blobs behind `after` in the order of the keys, of one tenant or of all. Blobs that come and
    /// go meanwhile may be in it or not.
    pub async fn list(
        &self,
        tenant: Option<TenantKey>,
        after: Option<BlobKey>,
    ) -> Result<BlobPage, BlobError> {
        self.counters.counted(BlobOperation::List, self.backend.list(tenant, after).await)
    }

    /// Drops what a cache holds under a key, because it turned out to be damaged. `true`: there was something, and
    /// getting the blob again asks S3; `false`: what was got is all there is.
    pub async fn forget(&self, key: BlobKey) -> bool {
        self.backend.forget(key).await
    }
}

impl std::fmt::Debug for Blobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &*self.backend {
            Backend::Memory(_) => f.write_str("Blobs(memory)"),
            Backend::Dir(dir) => write!(f, "Blobs({})", dir.root().display()),
            Backend::S3(s3, _) => write!(f, "Blobs({})", s3.name()),
        }
    }
}
