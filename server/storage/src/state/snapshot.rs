//! One entry of a session's history. The execution and the heap it names may be gone.

use crate::Timestamp;
use mcp_v8_sandbox::{CheckpointKind, Code, ExecutionId, HeapId};

/// Most bytes of a source that history keeps; a longer one is cut at a character.
pub const SOURCE_KEPT_MAX: usize = 16 << 10;

/// A run after which the session was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Runs of the session up to and with this one.
    pub run: u64,
    pub execution: ExecutionId,
    /// The state after the run.
    pub heap: HeapId,
    /// The state before it.
    pub parent: Option<HeapId>,
    pub kind: CheckpointKind,
    pub at: Timestamp,
    /// The blob of the heap, bytes.
    pub bytes: u64,
    /// How the run failed, if it did.
    pub failure: Option<Code>,
    /// The heap can still be resumed.
    pub stored: bool,
    /// `None` when it was not asked for, or not given.
    pub source: Option<Source>,
}

/// What a run was given to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its first [`SOURCE_KEPT_MAX`] bytes.
    pub text: String,
    /// The whole of it, bytes.
    pub bytes: u64,
}

impl Source {
    pub(crate) fn head_of(mut text: String) -> Self {
        let bytes = crate::count::size(text.as_bytes());
        text.truncate(text.floor_char_boundary(SOURCE_KEPT_MAX));
        Self { text, bytes }
    }
}
