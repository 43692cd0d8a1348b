//! Blobs in this process only: for storage without a directory, and for tests.

use super::{BlobEntry, BlobError, BlobKey, BlobPage, LIST_MAX, TenantKey};
use crate::Timestamp;
use bytes::Bytes;
use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{Mutex, MutexGuard, PoisonError},
};

pub(super) struct Memory {
    bytes_max: u64,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    blobs: BTreeMap<BlobKey, (Bytes, Timestamp)>,
    bytes: u64,
}

impl Memory {
    pub fn new(bytes_max: u64) -> Self {
        Self { bytes_max, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn put(&self, key: BlobKey, bytes: Bytes) -> Result<(), BlobError> {
        let mut held = self.held();
        let before = held.blobs.get(&key).map_or(0, |(bytes, _)| bytes.len() as u64);
        let after = held.bytes - before + bytes.len() as u64;
        if after > self.bytes_max {
            return Err(BlobError::Full { limit: self.bytes_max });
        }
        held.bytes = after;
        held.blobs.insert(key, (bytes, Timestamp::now()));
        Ok(())
    }

    pub fn get(&self, key: &BlobKey, limit: u64) -> Result<Option<Bytes>, BlobError> {
        match self.held().blobs.get(key) {
            Some((bytes, _)) if bytes.len() as u64 > limit => {
                Err(BlobError::TooLarge { key: *key, bytes: bytes.len() as u64, limit })
            }
            found => Ok(found.map(|(bytes, _)| bytes.clone())),
        }
    }

    pub fn exists(&self, key: &BlobKey) -> bool {
        self.held().blobs.contains_key(key)
    }

    pub fn delete(&self, key: &BlobKey) {
        let mut held = self.held();
        if let Some((bytes, _)) = held.blobs.remove(key) {
            held.bytes -= bytes.len() as u64;
        }
    }

    pub fn list(&self, tenant: Option<TenantKey>, after: Option<BlobKey>) -> BlobPage {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let held = self.held();
        let entries = held
            .blobs
            .range((from, Bound::Unbounded))
            .filter(|(key, _)| tenant.is_none_or(|tenant| key.tenant == tenant))
            .take(LIST_MAX + 1)
            .map(|(key, (bytes, at))| BlobEntry {
                key: *key,
                bytes: bytes.len() as u64,
                modified: *at,
            });
        BlobPage::cut(entries.collect())
    }
}
