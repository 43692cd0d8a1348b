//! Looking sessions and heaps up, and deleting a session.

use super::{Store, check_limit};
use crate::{
    Doing, Head, HeapPage, HeapQuery, HeapRecord, SessionPage, SessionQuery, SnapshotPage,
    SnapshotQuery, StorageError, sql::state as sql,
};
use mcp_v8_sandbox::{HeapId, SessionName};

impl Store {
    /// Where a session stands; `None` when the tenant has none of this name.
    pub async fn head(
        &self,
        tenant: &str,
        session: &SessionName,
    ) -> Result<Option<Head>, StorageError> {
        let (tenant, session) = (tenant.to_owned(), session.clone());
        let question = move |connection: &_| sql::head(connection, &tenant, &session);
        self.read(Doing::ReadingSession, question).await
    }

    /// Sessions of a tenant, by name.
    ///
    /// # Errors
    /// [`StorageError::ListLimit`]
    pub async fn sessions(
        &self,
        tenant: &str,
        query: SessionQuery,
    ) -> Result<SessionPage, StorageError> {
        check_limit(query.limit)?;
        let tenant = tenant.to_owned();
        let question = move |connection: &_| sql::sessions(connection, &tenant, &query);
        self.read(Doing::ReadingSession, question).await
    }

    /// The history of a session, newest first; `None` when the tenant has none of this name.
    ///
    /// # Errors
    /// [`StorageError::ListLimit`]
    pub async fn snapshots(
        &self,
        tenant: &str,
        session: &SessionName,
        query: SnapshotQuery,
    ) -> Result<Option<SnapshotPage>, StorageError> {
        check_limit(query.limit)?;
        let (tenant, session) = (tenant.to_owned(), session.clone());
        let question = move |connection: &_| sql::snapshots(connection, &tenant, &session, &query);
        self.read(Doing::ReadingSession, question).await
    }

    /// Removes a session and its history; false when the tenant has none of this name. Its heaps go with the next
    /// collection, as far as nothing else keeps them.
    pub async fn delete_session(
        &self,
        tenant: &str,
        session: &SessionName,
    ) -> Result<bool, StorageError> {
        let (tenant, session) = (tenant.to_owned(), session.clone());
        self.change(move |connection| sql::delete_session(connection, &tenant, &session)).await
    }

    /// One heap; `None` when the tenant has none of this id, or it is being deleted.
    pub async fn heap(&self, tenant: &str, id: HeapId) -> Result<Option<HeapRecord>, StorageError> {
        let tenant = tenant.to_owned();
        let question = move |connection: &_| sql::heap(connection, &tenant, id);
        self.read(Doing::ReadingHeap, question).await
    }

    /// Heaps of a tenant, by id.
    ///
    /// # Errors
    /// [`StorageError::ListLimit`]
    pub async fn heaps(&self, tenant: &str, query: HeapQuery) -> Result<HeapPage, StorageError> {
        check_limit(query.limit)?;
        let tenant = tenant.to_owned();
        let question = move |connection: &_| sql::heaps(connection, &tenant, &query);
        self.read(Doing::ReadingHeap, question).await
    }

    /// Every tenant that has heaps. For the operator's own tools, and no surface.
    pub async fn heap_tenants(&self) -> Result<Vec<String>, StorageError> {
        self.read(Doing::ReadingHeap, sql::tenants).await
    }

    /// Bytes of all blobs with a row, over all tenants.
    pub async fn heap_bytes(&self) -> Result<u64, StorageError> {
        self.read(Doing::ReadingHeap, sql::usage).await
    }
}
