//! Artifacts of executions: storing, listing, reading.

use super::{Store, check_limit};
use crate::{
    ArtifactPage, ArtifactQuery, ArtifactRecord, Doing, StorageError, Timestamp, count::size, sql,
    writer::Write,
};
use mcp_v8_sandbox::{Artifact, ExecutionId};

impl Store {
    /// Adds an artifact to an unfinished execution, in the place of one with the same key. Does not wait. A failure, or
    /// more than [`QUEUED_OUTPUT_MAX`](crate::QUEUED_OUTPUT_MAX) bytes in the queue, makes
    /// [`finished`](Store::finished) fail.
    pub fn hand_out(&self, id: ExecutionId, artifact: Artifact) {
        let admitted = self.backlog.admit(size(artifact.bytes()));
        self.send(if admitted {
            Write::HandOut { id, artifact: Box::new(artifact), at: Timestamp::now() }
        } else {
            Write::Dropped { id, why: StorageError::Backlog { limit: self.backlog.limit() } }
        });
    }

    /// Artifacts of a tenant, newest first. There are none of an execution that the tenant does not have.
    ///
    /// # Errors
    /// [`StorageError::ListLimit`] when the limit is not 1 to [`LIST_LIMIT_MAX`](crate::LIST_LIMIT_MAX).
    pub async fn artifacts(
        &self,
        tenant: &str,
        query: ArtifactQuery,
    ) -> Result<ArtifactPage, StorageError> {
        check_limit(query.limit)?;
        let tenant = tenant.to_owned();
        let read = move |connection: &_| sql::artifacts(connection, &tenant, &query);
        self.read(Doing::ReadingArtifacts, read).await
    }

    /// An artifact with its bytes: of this execution, or the newest of this key. `None` when the tenant has none.
    pub async fn artifact(
        &self,
        tenant: &str,
        execution: Option<ExecutionId>,
        key: &str,
    ) -> Result<Option<(ArtifactRecord, Vec<u8>)>, StorageError> {
        let (tenant, key) = (tenant.to_owned(), key.to_owned());
        let read = move |connection: &_| sql::artifact(connection, &tenant, execution, &key);
        self.read(Doing::ReadingArtifacts, read).await
    }
}
