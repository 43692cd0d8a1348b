//! A session's next checkpoint, as its saver hands it over. Not the checkpoint itself.

use super::NewHeap;
use crate::Finished;
use mcp_v8_sandbox::{Code, ExecutionId, HeapId, SessionName};

/// A move of a session's head to the heap that is pinned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advance {
    pub session: SessionName,
    /// The head that the run started from; `None` for a session that does not exist yet.
    pub expected: Option<HeapId>,
    pub heap: NewHeap,
    pub run: SessionRun,
    /// The end of `run.execution`, stored in the same transaction, with [`Finished::heap`] set to this heap. `None`
    /// when it has ended before, or will end later.
    pub end: Option<Finished>,
}

/// The run after which a session was saved, for its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRun {
    pub execution: ExecutionId,
    /// How many runs this save covers: 1 after every run, more for a session that is saved when it goes to rest.
    /// 0 counts as 1.
    pub runs: u64,
    /// How the run failed, if it did.
    pub failure: Option<Code>,
    /// The text it ran; the first [`SOURCE_KEPT_MAX`](crate::SOURCE_KEPT_MAX) bytes are kept.
    pub source: Option<String>,
}
