//! What a worker says when a run is over: the outcome, what it used, what could not be kept.

use crate::Outcome;
use serde::{Deserialize, Serialize};

/// What a run used, measured in the worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Processor time of all threads of the worker during the run, microseconds.
    pub cpu_us: u64,
    /// V8 heap in use after the run, bytes.
    pub heap_bytes: u64,
}

/// Something a session had and a checkpoint could not keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    pub name: String,
    pub reason: String,
}

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub outcome: Outcome,
    pub usage: Usage,
    /// What the session had and this run did not find any more.
    pub lost: Vec<Lost>,
    /// The isolate may serve the next run: nothing was ended by force, and nothing of this run goes on in it.
    pub sound: bool,
}

/// The end of taking a checkpoint; its bytes were sent ahead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// What the state has and the checkpoint could not keep.
    pub lost: Vec<Lost>,
    /// Why there is no checkpoint at all, in words.
    pub problem: Option<String>,
}
