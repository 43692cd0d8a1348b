//! The limits of one run. There is no unbounded variant: every field is a number the operator can see.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What one run may use. Made once, from the configuration and the request, clamped to the operator's maximum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall clock of the run, host waits included. Owned by the server.
    pub wall: Duration,
    /// Processor time of the worker, all threads.
    pub cpu: Duration,
    /// V8 heap, bytes.
    pub heap_bytes: u64,
    /// Contents of all ArrayBuffers together, bytes.
    pub buffer_bytes: u64,
    /// Console output of the run, bytes of UTF-8.
    pub output_bytes: u64,
    /// One artifact, bytes.
    pub artifact_bytes: u64,
    /// All artifacts of the run, bytes, replaced ones included.
    pub artifacts_bytes: u64,
    /// Artifacts of the run, replaced ones included.
    pub artifacts: u32,
    /// The rendered result, bytes of UTF-8.
    pub result_bytes: u64,
    /// The source text, bytes of UTF-8.
    pub source_bytes: u64,
    /// A checkpoint, bytes before compression.
    pub checkpoint_bytes: u64,
    /// Wall clock of taking a checkpoint after the run.
    pub save: Duration,
}
