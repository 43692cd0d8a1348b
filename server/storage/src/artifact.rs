//! Artifacts of executions as they are listed. Their bytes are read one by one.

use crate::Timestamp;
use mcp_v8_sandbox::ExecutionId;

/// What is known of an artifact without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactRecord {
    pub execution: ExecutionId,
    /// Its name in the execution.
    pub key: String,
    /// Media type.
    pub mime: String,
    /// Bytes.
    pub size: u64,
    pub created_at: Timestamp,
    /// [`ArtifactQuery::before`] of what comes after it in a list.
    pub place: u64,
}

/// Which artifacts of a tenant, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactQuery {
    /// At most this many, 1 to [`LIST_LIMIT_MAX`](crate::LIST_LIMIT_MAX).
    pub limit: u32,
    /// Only those before this place: [`ArtifactPage::next`] of the page before.
    pub before: Option<u64>,
    /// Only those of this execution.
    pub execution: Option<ExecutionId>,
}

/// A page of artifacts, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactPage {
    pub artifacts: Vec<ArtifactRecord>,
    /// [`ArtifactQuery::before`] of the next page; `None` on the last one.
    pub next: Option<u64>,
}
