//! A session as it is stored. Not its live worker.

use crate::Timestamp;
use mcp_v8_sandbox::{CheckpointKind, HeapId, SessionName};

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub heap: HeapId,
    pub kind: CheckpointKind,
    /// Runs of this session so far.
    pub run: u64,
    pub updated_at: Timestamp,
}

/// A session in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    pub name: SessionName,
    pub head: HeapId,
    pub kind: CheckpointKind,
    pub runs: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// The blob of the head, bytes.
    pub bytes: u64,
}
