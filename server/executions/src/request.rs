//! What a caller asks for, before limits are clamped and names resolved.

use mcp_v8_sandbox::{HeapId, SessionName};
use mcp_v8_storage::Tags;
use std::time::Duration;

/// Which globals a run starts from, and whether the state after it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// The session of the configuration (sessions.default); with a heap or on a stateless server, none.
    #[default]
    Default,
    /// This session.
    Session(SessionName),
    /// None: a fresh isolate that is dropped afterwards.
    Fresh,
}

/// A run to be submitted.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub source: String,
    /// A file of this machine that the source is read from; `source` is empty then.
    pub file: Option<String>,
    pub target: Target,
    /// Start from this stored state instead of the session's own: a fork.
    pub heap: Option<HeapId>,
    /// Tags for the heap after the run.
    pub tags: Tags,
    /// V8 heap in MB; at most and by default `limits.heap_memory_max_mb`.
    pub heap_mb: Option<u64>,
    /// Wall clock; at most `limits.max_execution_timeout_secs`, by default `limits.execution_timeout_secs`.
    pub timeout: Option<Duration>,
}
