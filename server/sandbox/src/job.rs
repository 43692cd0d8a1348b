//! One run, as the worker gets it. Not a request: limits are already clamped, names already resolved.

use crate::{Capability, CheckpointKind, ExecutionId, Limits};
use serde::{Deserialize, Serialize};

/// What happens to the globals after the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// A fresh isolate, dropped after the run.
    Fresh,
    /// The worker's live isolate: top-level bindings stay for the next run, as in a REPL.
    Live,
}

/// A run to carry out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub execution: ExecutionId,
    /// JavaScript or TypeScript, as typed by the caller.
    pub source: String,
    /// The script's name in stack traces, for example `run-3.ts`.
    pub name: String,
    pub scope: Scope,
    pub limits: Limits,
    /// What the script may ask of the server; every call is judged there. The others have no globals.
    pub capabilities: Vec<Capability>,
    /// Names of the WebAssembly modules of the configuration, each of which is a global.
    pub wasm: Vec<String>,
    /// Start from the checkpoint that was sent ahead of the job. `None`: from whatever the worker has.
    pub restore: Option<CheckpointKind>,
    /// How the state after the run is taken, now or later: a V8 snapshot can only be taken of an isolate made for it.
    /// `None`: it never is.
    pub state: Option<CheckpointKind>,
    /// Send a checkpoint after the run, of the kind of `state`.
    pub save: bool,
}
