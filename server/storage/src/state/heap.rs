//! A stored checkpoint: what it is and where it came from. Not its bytes.

use super::Tags;
use crate::Timestamp;
use mcp_v8_sandbox::{CheckpointKind, HeapId, Lost};

/// A checkpoint whose blob was just put, under the pinned id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHeap {
    pub kind: CheckpointKind,
    /// The heap that the run was restored from, or that its live session stood at.
    pub parent: Option<HeapId>,
    /// The engine id of the envelope.
    pub engine: String,
    /// The portable graph, bytes before compression.
    pub values_bytes: u64,
    /// The V8 snapshot, bytes before compression; 0 without one.
    pub heap_bytes: u64,
    /// The blob, bytes.
    pub stored_bytes: u64,
    /// When it was saved; also the time of what is stored with it.
    pub created_at: Timestamp,
    /// What the session had and this checkpoint has not.
    pub lost: Vec<Lost>,
    /// Added to the tags that the heap has already.
    pub tags: Tags,
}

/// A heap that can be resumed. Of a state that was saved more than once, the first save is described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeapRecord {
    pub id: HeapId,
    pub tenant: String,
    pub kind: CheckpointKind,
    pub parent: Option<HeapId>,
    pub engine: String,
    pub values_bytes: u64,
    pub heap_bytes: u64,
    pub stored_bytes: u64,
    pub created_at: Timestamp,
    /// When it was last saved, continued from, or tagged. Age counts from here.
    pub used_at: Timestamp,
    pub lost: Vec<Lost>,
}
