//! The kinds of stores and what each does with a call. What the calls promise is said at [`super::Blobs`], which counts
//! them.

use super::cache::Cache;
use super::dir::Dir;
use super::memory::Memory;
use super::s3::S3;
use super::{BlobError, BlobKey, BlobPage, TenantKey};
use crate::DatabaseId;
use bytes::Bytes;
use std::sync::Arc;

/// Where the blobs lie.
pub(super) enum Backend {
    Memory(Memory),
    Dir(Arc<Dir>),
    S3(Arc<S3>, Option<Arc<Cache>>),
}

impl Backend {
    pub async fn check(&self) -> Result<(), BlobError> {
        match self {
            Backend::Memory(_) | Backend::Dir(_) => Ok(()),
            Backend::S3(s3, _) => s3.check().await,
        }
    }

    pub async fn own(&self, database: DatabaseId) -> Result<(), BlobError> {
        match self {
            Backend::Memory(_) | Backend::Dir(_) => Ok(()),
            Backend::S3(s3, _) => s3.own(database).await,
        }
    }

    pub async fn owned(&self, database: DatabaseId) -> Result<(), BlobError> {
        match self {
            Backend::Memory(_) | Backend::Dir(_) => Ok(()),
            Backend::S3(s3, _) => s3.owned(database).await,
        }
    }

    pub async fn put(&self, key: BlobKey, bytes: Bytes) -> Result<(), BlobError> {
        match self {
            Backend::Memory(memory) => memory.put(key, bytes),
            Backend::Dir(dir) => blocking(dir, move |dir| dir.put(&key, &bytes)).await,
            Backend::S3(s3, cache) => {
                s3.put(&key, bytes.clone()).await?;
                keep(cache, key, bytes).await;
                Ok(())
            }
        }
    }

    pub async fn get(&self, key: BlobKey, bytes_max: u64) -> Result<Option<Bytes>, BlobError> {
        match self {
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

    pub async fn exists(&self, key: BlobKey) -> Result<bool, BlobError> {
        match self {
            Backend::Memory(memory) => Ok(memory.exists(&key)),
            Backend::Dir(dir) => blocking(dir, move |dir| dir.exists(&key)).await,
            Backend::S3(s3, _) => s3.exists(&key).await,
        }
    }

    pub async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        match self {
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

    pub async fn list(
        &self,
        tenant: Option<TenantKey>,
        after: Option<BlobKey>,
    ) -> Result<BlobPage, BlobError> {
        match self {
            Backend::Memory(memory) => Ok(memory.list(tenant, after)),
            Backend::Dir(dir) => blocking(dir, move |dir| dir.list(tenant, after)).await,
            Backend::S3(s3, _) => s3.list(tenant, after).await,
        }
    }

    pub async fn forget(&self, key: BlobKey) -> bool {
        match self {
            Backend::Memory(_) | Backend::Dir(_) | Backend::S3(_, None) => false,
            Backend::S3(_, cache) => {
                with_cache(cache, move |cache| cache.forget(&key)).await.unwrap_or(false)
            }
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
