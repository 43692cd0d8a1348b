//! Keeping checkpoints in bounds: heaps that nothing keeps go, and blobs that a crash left without a row.

use super::{CheckpointError, Checkpoints};
use mcp_v8_storage::{BlobKey, Claim, HeapRetention, LIST_LIMIT_MAX, TenantKey};

/// What a collection removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Heaps that retention did not keep.
    pub heaps: u64,
    /// Blobs without a row.
    pub orphans: u64,
}

impl Checkpoints {
    /// Removes what `retention` does not keep. The order, and what a crash in between leaves: the header of
    /// `storage::state`.
    ///
    /// # Errors
    /// [`CheckpointError`]; what was removed until then is removed.
    pub async fn collect(&self, retention: &HeapRetention) -> Result<Collected, CheckpointError> {
        let mut collected = Collected::default();
        loop {
            let claims = self.store.collectable(retention, LIST_LIMIT_MAX).await?;
            if claims.is_empty() {
                return Ok(collected);
            }
            self.owned().await?;
            for claim in &claims {
                self.delete(claim).await?;
            }
            collected.heaps += self.store.collected(claims).await?;
        }
    }

    /// Removes the blobs of known tenants that no row names.
    ///
    /// # Errors
    /// [`CheckpointError`]; what was removed until then is removed.
    pub async fn collect_orphans(&self) -> Result<Collected, CheckpointError> {
        let mut collected = Collected::default();
        self.owned().await?;
        for tenant in self.store.heap_tenants().await? {
            let mut after = None;
            loop {
                let page = self.blobs.list(Some(TenantKey::of(&tenant)), after).await?;
                let ids = page.entries.iter().map(|entry| entry.key.id).collect();
                let claims = self.store.orphans(&tenant, ids).await?;
                for claim in &claims {
                    self.delete(claim).await?;
                }
                collected.orphans += claims.len() as u64;
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(collected)
    }

    /// Nothing is removed from a place that is another server's by now.
    async fn owned(&self) -> Result<(), CheckpointError> {
        Ok(self.blobs.owned(self.store.identity().await?).await?)
    }

    async fn delete(&self, claim: &Claim) -> Result<(), CheckpointError> {
        Ok(self.blobs.delete(BlobKey::new(claim.tenant(), claim.id())).await?)
    }
}
