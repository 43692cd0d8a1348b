//! What lasts between runs, as surfaces see it: sessions, their history, heaps and their tags. Not the runs that make
//! them. Everything is looked up under the principal.

mod delete;
mod error;
mod listing;

pub use error::StateError;
pub use listing::{Session, SessionPage};

use crate::service::Service;
use mcp_v8_sandbox::{HeapId, Principal, SessionName};
use mcp_v8_storage::{HeapRecord, SnapshotPage, SnapshotQuery, TagPage, TagQuery, Tags};
use std::collections::BTreeSet;

/// A stored heap with its tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heap {
    pub record: HeapRecord,
    pub tags: Tags,
}

impl Service {
    /// Whether states are stored at all: without, every method here answers [`StateError::NoHeaps`].
    pub fn keeps_heaps(&self) -> bool {
        self.0.checkpoints.is_some()
    }

    /// The history of a session, newest first.
    ///
    /// # Errors
    /// [`StateError::NoSession`] for one that is unknown, foreign or not saved yet.
    pub async fn snapshots(
        &self,
        principal: &Principal,
        session: &SessionName,
        query: SnapshotQuery,
    ) -> Result<SnapshotPage, StateError> {
        self.heaps_kept()?;
        let found = self.0.store.snapshots(principal.tenant(), session, query).await?;
        found.ok_or_else(|| StateError::NoSession(session.clone()))
    }

    /// A heap and its tags.
    ///
    /// # Errors
    /// [`StateError::NoHeap`] for an unknown or foreign one.
    pub async fn heap(&self, principal: &Principal, id: HeapId) -> Result<Heap, StateError> {
        self.heaps_kept()?;
        let found = self.0.store.heap(principal.tenant(), id).await?;
        let record = found.ok_or(StateError::NoHeap(id))?;
        Ok(Heap { record, tags: self.tags(principal, id).await? })
    }

    /// The tags of a heap.
    ///
    /// # Errors
    /// As for [`Service::heap`].
    pub async fn tags(&self, principal: &Principal, id: HeapId) -> Result<Tags, StateError> {
        self.heaps_kept()?;
        self.0.store.tags(principal.tenant(), id).await?.ok_or(StateError::NoHeap(id))
    }

    /// Gives a heap these tags and no others.
    ///
    /// # Errors
    /// As for [`Service::heap`]; [`StateError::Tags`].
    pub async fn set_tags(
        &self,
        principal: &Principal,
        id: HeapId,
        tags: Tags,
    ) -> Result<(), StateError> {
        self.heaps_kept()?;
        let found = self.0.store.set_tags(principal.tenant(), id, tags).await?;
        found.then_some(()).ok_or(StateError::NoHeap(id))
    }

    /// Takes the tags of these names from a heap, or all.
    ///
    /// # Errors
    /// As for [`Service::heap`]. A name that the heap has no tag of is no error.
    pub async fn delete_tags(
        &self,
        principal: &Principal,
        id: HeapId,
        names: Option<BTreeSet<String>>,
    ) -> Result<(), StateError> {
        self.heaps_kept()?;
        let found = self.0.store.delete_tags(principal.tenant(), id, names).await?;
        found.then_some(()).ok_or(StateError::NoHeap(id))
    }

    /// A tenant's heaps that have all of these tags, exactly, by id.
    ///
    /// # Errors
    /// [`StateError::Tags`], also when no tag is asked for.
    pub async fn heaps_by_tags(
        &self,
        principal: &Principal,
        query: TagQuery,
    ) -> Result<TagPage, StateError> {
        self.heaps_kept()?;
        Ok(self.0.store.heaps_by_tags(principal.tenant(), query).await?)
    }

    fn heaps_kept(&self) -> Result<(), StateError> {
        self.keeps_heaps().then_some(()).ok_or(StateError::NoHeaps)
    }
}
