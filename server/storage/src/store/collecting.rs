//! Collecting heaps that nothing keeps. The order of a collection and its crashes: the header of `state`.

use super::{Store, check_limit};
use crate::{
    Claim, Doing, Expendable, HeapRetention, LIST_LIMIT_MAX, StorageError, Timestamp,
    sql::state::{self as sql, Rule},
    writer::Write,
};
use mcp_v8_sandbox::HeapId;
use rusqlite::Connection;
use std::sync::Arc;
use tokio::sync::oneshot;

impl Store {
    /// Claims up to `limit` heaps that `retention` does not keep, over all tenants, and marks them as being deleted;
    /// none when there are no more. No head, no tagged and no pinned heap is among them. The caller deletes their
    /// blobs and calls [`collected`](Store::collected); a claim that is dropped instead is offered again.
    ///
    /// # Errors
    /// [`StorageError::ListLimit`]
    pub async fn collectable(
        &self,
        retention: &HeapRetention,
        limit: u32,
    ) -> Result<Vec<Claim>, StorageError> {
        check_limit(limit)?;
        let rule = Rule::at(Timestamp::now(), retention);
        loop {
            let pins = Arc::clone(&self.pins);
            // In steps, between which other changes go on.
            let step = self
                .change(move |connection| sql::gather(connection, &pins, rule, limit as usize))
                .await?;
            if !step.more {
                return Ok(step.claims);
            }
        }
    }

    /// What collections under `retention` would remove now, in their order; nothing changes. Holds up every other change
    /// for as long: for the operator's own tools, and no surface.
    pub async fn expendable(
        &self,
        retention: &HeapRetention,
    ) -> Result<Vec<Expendable>, StorageError> {
        let rule = Rule::at(Timestamp::now(), retention);
        let (pins, limit) = (Arc::clone(&self.pins), LIST_LIMIT_MAX as usize);
        self.change(move |connection| sql::expendable(connection, &pins, rule, limit)).await
    }

    /// Removes the rows of heaps whose blobs are gone, and gives the claims back; says how many rows there were.
    pub async fn collected(&self, claims: Vec<Claim>) -> Result<u64, StorageError> {
        let change = move |connection: &_| {
            // The claims come back with the answer: they must last until the commit.
            sql::collected(connection, &claims).map(|removed| (removed, claims))
        };
        self.change(change).await.map(|(removed, _claims)| removed)
    }

    /// Which of these ids, of blobs of a tenant, no row names.
    pub async fn unknown(
        &self,
        tenant: &str,
        ids: Vec<HeapId>,
    ) -> Result<Vec<HeapId>, StorageError> {
        let tenant = tenant.to_owned();
        let question = move |connection: &Connection| sql::unknown(connection, &tenant, &ids);
        self.read(Doing::ReadingHeap, question).await
    }

    /// Claims those of these ids that no row names and nobody has pinned: what a crash between blob and row left. The
    /// caller deletes their blobs and drops the claims.
    pub async fn orphans(
        &self,
        tenant: &str,
        ids: Vec<HeapId>,
    ) -> Result<Vec<Claim>, StorageError> {
        let unknown = self.unknown(tenant, ids).await?;
        let mut claims: Vec<Claim> =
            unknown.into_iter().filter_map(|id| self.pins.claim(tenant, id)).collect();
        // Once more: a save may have come to its end before the claim.
        let ids = claims.iter().map(Claim::id).collect();
        let still = self.unknown(tenant, ids).await?;
        claims.retain(|claim| still.contains(&claim.id()));
        Ok(claims)
    }

    /// Changes the database on the writing thread, durably.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let build = |reply: oneshot::Sender<Result<T, StorageError>>| {
            Write::State(Box::new(move |batch| batch.answer(reply, change)))
        };
        self.write(build).await
    }
}
