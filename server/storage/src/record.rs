//! An execution as it is stored. Not its output: that is read in pages.

use crate::{Status, StorageError, Timestamp};
use mcp_v8_sandbox::{ExecutionId, HeapId, Lost, Outcome, SessionName, Usage};

/// An execution that was just accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewExecution {
    pub id: ExecutionId,
    pub tenant: String,
    /// `None` for a stateless run.
    pub session: Option<SessionName>,
    pub submitted_at: Timestamp,
}

/// How an execution ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    pub at: Timestamp,
    pub outcome: Outcome,
    pub usage: Usage,
    /// What the session had and could not keep.
    pub lost: Vec<Lost>,
    /// The checkpoint after the run; `None` when none was taken.
    pub heap: Option<HeapId>,
}

/// All that is known of an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub id: ExecutionId,
    pub tenant: String,
    pub session: Option<SessionName>,
    pub status: Status,
    pub submitted_at: Timestamp,
    /// `None` while queued, and for one that ended in the queue.
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub end: Option<Finished>,
    /// Stored output so far, bytes of UTF-8.
    pub output_bytes: u64,
    /// Lines of it; a last line without a line feed counts.
    pub output_lines: u64,
    /// Artifacts it has handed out.
    pub artifacts: u64,
}

/// [`Finished`] in the form of the columns. Made by the caller's thread, so that the writer only writes.
#[derive(Clone, Debug)]
pub(crate) struct EncodedEnd {
    pub at: Timestamp,
    pub status: Status,
    pub outcome: String,
    pub usage: String,
    pub lost: String,
    pub heap: Option<HeapId>,
}

impl EncodedEnd {
    pub fn new(end: &Finished) -> Result<Self, StorageError> {
        Ok(Self {
            at: end.at,
            status: Status::from(&end.outcome),
            outcome: serde_json::to_string(&end.outcome).map_err(StorageError::json("outcome"))?,
            usage: serde_json::to_string(&end.usage).map_err(StorageError::json("usage"))?,
            lost: serde_json::to_string(&end.lost).map_err(StorageError::json("losses"))?,
            heap: end.heap,
        })
    }

    pub fn decode(&self) -> Result<Finished, StorageError> {
        Ok(Finished {
            at: self.at,
            outcome: serde_json::from_str(&self.outcome).map_err(StorageError::json("outcome"))?,
            usage: serde_json::from_str(&self.usage).map_err(StorageError::json("usage"))?,
            lost: serde_json::from_str(&self.lost).map_err(StorageError::json("losses"))?,
            heap: self.heap,
        })
    }
}
