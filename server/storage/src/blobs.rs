//! Where sealed checkpoints lie: a directory, memory, S3, or S3 behind a cache on disk. Not what they are: a blob is
//! bytes under a key, judged by `envelope`.
//!
//! A key is written once: whatever is put under it is the same state. So nothing here needs the order of writes, and
//! "put" answers only when the blob would survive the loss of power.

mod cache;
mod dir;
mod error;
mod key;
mod list;
mod memory;
mod s3;

pub use cache::CacheOptions;
pub use dir::{Faults, Step};
pub use error::BlobError;
pub use key::{BlobKey, TenantKey};
pub use list::{BlobEntry, BlobPage, LIST_MAX};
pub use s3::{CredentialFileError, RemoteError, RemoteOperation, S3Options};

use crate::DatabaseId;
use bytes::Bytes;
use cache::Cache;
use dir::Dir;
use memory::Memory;
use s3::S3;
use std::{path::PathBuf, sync::Arc};

/// Whether stored bytes can stay under a key when its checkpoint is put again; see
/// [`crate::Envelopes::is_current`]. It may block.
pub type Whole = Arc<dyn Fn(&BlobKey, &[u8]) -> bool + Send + Sync>;

/// A store of blobs. Clones share it.
#[derive(Clone)]
pub struct Blobs(Arc<Backend>);

enum Backend {
    Memory(Memory),
    Dir(Arc<Dir>),
    S3(Arc<S3>, Option<Arc<Cache>>),
}

impl Blobs {
    /// In this process only, at most `bytes_max` bytes in all.
    pub fn memory(bytes_max: u64) -> Self {
        Self(Arc::new(Backend::Memory(Memory::new(bytes_max))))
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
        Ok(Self(Arc::new(Backend::Dir(Arc::new(Dir::open(path, whole, faults)?)))))
    }

    /// In a bucket, and with a cache also on the local disk. Asks nothing of the server yet: see [`Self::check`].
    /// Blocks.
    pub fn s3(options: S3Options, cache: Option<CacheOptions>) -> Result<Self, BlobError> {
        let cache = cache.map(Cache::open).transpose()?.map(Arc::new);
        Ok(Self(Arc::new(Backend::S3(Arc::new(S3::open(options)?), cache))))
    }

    /// Whether the store can be reached; for the start of a server, so that a wrong bucket is not found by its users.
    pub async fn check(&self) -> Result<(), BlobError> {
        match &*self.0 {
            Backend::Memory(_) | Backend::Dir(_) => Ok(()),
            Backend::S3(s3, _) => s3.check().await,
        }
    }

    /// Takes the store for the server of a database, for good: a bucket is open to others, who would take its blobs for
    /// their own leavings. A directory is guarded by the lock of the database beside it.
    ///
    /// # Errors
    /// [`BlobError::NotOwner`] when another has it.
    pub async fn own(&self, database: DatabaseId) -> Result<(), BlobError> {
        match &*self.0 {
            Backend::Memory(_) | Backend::Dir(_) => Ok(()),
            Backend::S3(s3, _) => s3.own(database).await,
        }
    }

    /// Whether the store still is this database's: to be asked before blobs are removed.
    ///
    /// # Errors
    /// [`BlobError::NotOwner`]
    pub async fn owned(&self, database: DatabaseId) -> Result<(), BlobError> {
        match &*self.0 {
            Backend::Memory(_) | Backend::Dir(_) => Ok(()),
            Backend::S3(s3, _) => s3.owned(database).await,
        }
    }

    /// Stores a blob, so that it survives whatever comes once this has answered. A blob that is there already and
    /// whole may stay or be replaced by these bytes of the same state; one that is not whole is replaced. After an error it may or may not be there, and is never there in part.
    pub async fn put(&self, key: BlobKey, bytes: Bytes) -> Result<(), BlobError> {
        match &*self.0 {
            Backend::Memory(memory) => memory.put(key, bytes),
            Backend::Dir(dir) => blocking(dir, move |dir| dir.put(&key, &bytes)).await,
            Backend::S3(s3, cache) => {
                s3.put(&key, bytes.clone()).await?;
                keep(cache, key, bytes).await;
                Ok(())
            }
        }
    }

    /// The blob, of at most `bytes_max` bytes; `None` where there is none. Whether it is still what was put is for
    /// [`crate::Envelopes::open`] to say.
    pub async fn get(&self, key: BlobKey, bytes_max: u64) -> Result<Option<Bytes>, BlobError> {
        match &*self.0 {
            Backend::Memory(memory) => memory.get(&key, bytes_max),
            Backend::Dir(dir) => blocking(dir, move |dir| dir.get(&key, bytes_max)).await,
            Backend::S3(s3, cache) => {
                if let Some(bytes) = cached(cache, key).await {
                    let size = bytes.len() as u64;
                    let too_large = BlobError::TooLarge { key, bytes: size, limit: bytes_max };
                    return if size > bytes_max { Err(too_large) } else { Ok(Some(bytes)) };
                }
                let found = s3.get(&key, bytes_max).await?;
                if let Some(bytes) = &found {
                    keep(cache, key, bytes.clone()).await;
                }
                Ok(found)
            }
        }
    }

    /// Whether there is a blob.
    pub async fn exists(&self, key: BlobKey) -> Result<bool, BlobError> {
        match &*self.0 {
            Backend::Memory(memory) => Ok(memory.exists(&key)),
            Backend::Dir(dir) => blocking(dir, move |dir| dir.exists(&key)).await,
            Backend::S3(s3, _) => s3.exists(&key).await,
        }
    }

    /// Removes a blob; none there is fine too. It may come back after a loss of power.
    pub async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        match &*self.0 {
            Backend::Memory(memory) => {
                memory.delete(&key);
                Ok(())
            }
            Backend::Dir(dir) => blocking(dir, move |dir| dir.delete(&key)).await,
            Backend::S3(s3, cache) => {
                let deleted = s3.delete(&key).await;
                // After S3, so that a blob cannot come back from there while it goes here.
                with_cache(cache, move |cache| cache.forget(&key)).await;
                deleted
            }
        }
    }

    /// Up to [`LIST_MAX`] blobs behind `after` in the order of the keys, of one tenant or of all. Blobs that come and
    /// go meanwhile may be in it or not.
    pub async fn list(
        &self,
        tenant: Option<TenantKey>,
        after: Option<BlobKey>,
    ) -> Result<BlobPage, BlobError> {
        match &*self.0 {
            Backend::Memory(memory) => Ok(memory.list(tenant, after)),
            Backend::Dir(dir) => blocking(dir, move |dir| dir.list(tenant, after)).await,
            Backend::S3(s3, _) => s3.list(tenant, after).await,
        }
    }

    /// Drops what a cache holds under a key, because it turned out to be damaged. `true`: there was something, and
    /// getting the blob again asks S3; `false`: what was got is all there is.
    pub async fn forget(&self, key: BlobKey) -> bool {
        match &*self.0 {
            Backend::Memory(_) | Backend::Dir(_) | Backend::S3(_, None) => false,
            Backend::S3(_, cache) => {
                with_cache(cache, move |cache| cache.forget(&key)).await.unwrap_or(false)
            }
        }
    }
}

impl std::fmt::Debug for Blobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &*self.0 {
            Backend::Memory(_) => f.write_str("Blobs(memory)"),
            Backend::Dir(dir) => write!(f, "Blobs({})", dir.root().display()),
            Backend::S3(s3, _) => write!(f, "Blobs({})", s3.name()),
        }
    }
}

/// Disk work on a thread that may block; it goes on to its end even if nobody waits for it any more.
async fn blocking<T: Send + 'static>(
    dir: &Arc<Dir>,
    work: impl FnOnce(&Dir) -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    let dir = dir.clone();
    off_thread(move || work(&dir)).await.unwrap_or(Err(BlobError::Closed))
}

/// The same for a cache, which never fails.
async fn with_cache<T: Send + 'static>(
    cache: &Option<Arc<Cache>>,
    work: impl FnOnce(&Cache) -> T + Send + 'static,
) -> Option<T> {
    let cache = cache.clone()?;
    off_thread(move || work(&cache)).await
}

async fn cached(cache: &Option<Arc<Cache>>, key: BlobKey) -> Option<Bytes> {
    with_cache(cache, move |cache| cache.get(&key)).await.flatten()
}

async fn keep(cache: &Option<Arc<Cache>>, key: BlobKey, bytes: Bytes) {
    with_cache(cache, move |cache| cache.put(&key, &bytes)).await;
}

/// `None` when the runtime is shutting down.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Some(done),
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => None,
    }
}
