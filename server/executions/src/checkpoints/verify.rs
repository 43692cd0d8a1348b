//! Looking at what is stored without using it: whether a heap would open, and which blobs nothing names.

use super::{CheckpointError, Checkpoints};
use mcp_v8_sandbox::HeapId;
use mcp_v8_storage::{BlobEntry, BlobKey, TenantKey};
use std::collections::HashMap;

/// A blob that no heap names: what a crash between blob and row left. Harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Whose it is; the next collection takes it. `None`: of nobody who has heaps here, and no collection takes it.
    pub tenant: Option<String>,
    pub blob: BlobEntry,
}

/// A page of orphans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orphans {
    pub orphans: Vec<Orphan>,
    /// Where the next page begins; `None` after the last one. A page may be empty and not the last.
    pub next: Option<BlobKey>,
}

impl Checkpoints {
    /// Opens a stored heap as a run that starts from it would, and from the store itself where there is a cache.
    ///
    /// # Errors
    /// As for starting a run from it.
    pub async fn verify(&self, tenant: &str, id: HeapId) -> Result<(), CheckpointError> {
        self.blobs.forget(BlobKey::new(tenant, id)).await;
        self.load(tenant, id).await.map(drop)
    }

    /// Blobs without a row behind `after`, in the order of their keys. A save that is under way has such a blob for a
    /// moment: this is for a store that nobody else uses.
    ///
    /// # Errors
    /// [`CheckpointError::Storage`] and [`CheckpointError::Blob`].
    pub async fn orphans(&self, after: Option<BlobKey>) -> Result<Orphans, CheckpointError> {
        let page = self.blobs.list(None, after).await?;
        let tenants = self.store.heap_tenants().await?;
        let tenants: HashMap<TenantKey, String> =
            tenants.into_iter().map(|tenant| (TenantKey::of(&tenant), tenant)).collect();
        let mut orphans = Vec::new();
        // Entries come in the order of their tenants.
        for of_one in page.entries.chunk_by(|a, b| a.key.tenant == b.key.tenant) {
            let tenant = of_one.first().and_then(|entry| tenants.get(&entry.key.tenant));
            let ids: Vec<HeapId> = of_one.iter().map(|entry| entry.key.id).collect();
            let unknown = match tenant {
                Some(tenant) => self.store.unknown(tenant, ids).await?,
                None => ids,
            };
            let nameless = of_one.iter().filter(|entry| unknown.contains(&entry.key.id));
            orphans.extend(nameless.map(|blob| Orphan { tenant: tenant.cloned(), blob: *blob }));
        }
        Ok(Orphans { orphans, next: page.next })
    }
}

#[cfg(test)]
mod tests;
