//! What the routes ask of the application layer about sessions and heaps: the other half of the seam in `executions`. It
//! adds nothing to the service.

use crate::executions::Answer;
use mcp_v8_executions::{
    Heap, Service, SessionPage, SessionQuery, SnapshotPage, SnapshotQuery, StateError, TagPage,
    TagQuery, Tags,
};
use mcp_v8_sandbox::{HeapId, Principal, SessionName};
use std::collections::BTreeSet;

/// The stored states of this server. Every method is the one of [`Service`] with the same name.
pub trait States: Send + Sync + 'static {
    fn sessions<'a>(
        &'a self,
        principal: &'a Principal,
        query: SessionQuery,
    ) -> Answer<'a, SessionPage, StateError>;

    fn snapshots<'a>(
        &'a self,
        principal: &'a Principal,
        session: &'a SessionName,
        query: SnapshotQuery,
    ) -> Answer<'a, SnapshotPage, StateError>;

    fn delete_session<'a>(
        &'a self,
        principal: &'a Principal,
        session: &'a SessionName,
    ) -> Answer<'a, (), StateError>;

    fn heap<'a>(&'a self, principal: &'a Principal, id: HeapId) -> Answer<'a, Heap, StateError>;

    fn tags<'a>(&'a self, principal: &'a Principal, id: HeapId) -> Answer<'a, Tags, StateError>;

    fn set_tags<'a>(
        &'a self,
        principal: &'a Principal,
        id: HeapId,
        tags: Tags,
    ) -> Answer<'a, (), StateError>;

    fn delete_tags<'a>(
        &'a self,
        principal: &'a Principal,
        id: HeapId,
        names: Option<BTreeSet<String>>,
    ) -> Answer<'a, (), StateError>;

    fn heaps_by_tags<'a>(
        &'a self,
        principal: &'a Principal,
        query: TagQuery,
    ) -> Answer<'a, TagPage, StateError>;
}

impl States for Service {
    fn sessions<'a>(
        &'a self,
        principal: &'a Principal,
        query: SessionQuery,
    ) -> Answer<'a, SessionPage, StateError> {
        Box::pin(Service::sessions(self, principal, query))
    }

    fn snapshots<'a>(
        &'a self,
        principal: &'a Principal,
        session: &'a SessionName,
        query: SnapshotQuery,
    ) -> Answer<'a, SnapshotPage, StateError> {
        Box::pin(Service::snapshots(self, principal, session, query))
    }

    fn delete_session<'a>(
        &'a self,
        principal: &'a Principal,
        session: &'a SessionName,
    ) -> Answer<'a, (), StateError> {
        Box::pin(Service::delete_session(self, principal, session))
    }

    fn heap<'a>(&'a self, principal: &'a Principal, id: HeapId) -> Answer<'a, Heap, StateError> {
        Box::pin(Service::heap(self, principal, id))
    }

    fn tags<'a>(&'a self, principal: &'a Principal, id: HeapId) -> Answer<'a, Tags, StateError> {
        Box::pin(Service::tags(self, principal, id))
    }

    fn set_tags<'a>(
        &'a self,
        principal: &'a Principal,
        id: HeapId,
        tags: Tags,
    ) -> Answer<'a, (), StateError> {
        Box::pin(Service::set_tags(self, principal, id, tags))
    }

    fn delete_tags<'a>(
        &'a self,
        principal: &'a Principal,
        id: HeapId,
        names: Option<BTreeSet<String>>,
    ) -> Answer<'a, (), StateError> {
        Box::pin(Service::delete_tags(self, principal, id, names))
    }

    fn heaps_by_tags<'a>(
        &'a self,
        principal: &'a Principal,
        query: TagQuery,
    ) -> Answer<'a, TagPage, StateError> {
        Box::pin(Service::heaps_by_tags(self, principal, query))
    }
}
