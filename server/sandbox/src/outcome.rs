//! How a run ended. Exhaustive on purpose: every new way to end forces a decision at each edge.

use crate::{Code, ScriptError, ScriptErrorKind};
use serde::{Deserialize, Serialize};

/// The value of the last expression, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// No value: the last statement is not an expression, or it is `undefined`.
    Undefined,
    /// JSON text (RFC 8259) that says everything about the value.
    Json(String),
    /// Inspected text, for values JSON cannot say (Map, BigInt, cycles, functions ...).
    Text(String),
}

/// Why the server or the worker ended a run before the script did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopReason {
    /// The wall clock; the limit in milliseconds.
    Timeout { limit_ms: u64 },
    /// Processor time; the limit in milliseconds.
    Cpu { limit_ms: u64 },
    /// Memory; the V8 heap limit in bytes.
    Memory { limit_bytes: u64 },
    /// Console output; the limit in bytes.
    Output { limit_bytes: u64 },
    /// The rendered result; the limit in bytes.
    Result { limit_bytes: u64 },
    /// The source text; the limit in bytes.
    Source { limit_bytes: u64 },
    /// The caller cancelled it.
    Cancelled,
    /// The server is shutting down.
    Draining,
    /// The worker died; what is known of how, for example `signal 11`.
    WorkerLost { how: String },
    /// The state to start from, or the one to keep, could not be had.
    State { code: Code, message: String },
    /// The kernel killed the worker for the memory of its whole process; the limit of its cgroup in bytes.
    WorkerMemory { limit_bytes: u64 },
    /// It ended, and something of it could not be stored; what.
    NotStored { what: String },
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    Completed(Value),
    Threw(ScriptError),
    Stopped(StopReason),
}

impl Outcome {
    /// The code programs read; `None` for a success and for a run its own caller cancelled.
    pub fn code(&self) -> Option<Code> {
        match self {
            Outcome::Completed(_) => None,
            Outcome::Threw(error) => Some(match error.kind {
                ScriptErrorKind::Syntax => Code::ErrorSyntax,
                ScriptErrorKind::Thrown | ScriptErrorKind::NeverSettles => Code::ErrorScript,
            }),
            Outcome::Stopped(reason) => reason.code(),
        }
    }

    /// The text for people: which limit, its value, what to do next. `None` for a success.
    pub fn message(&self) -> Option<String> {
        match self {
            Outcome::Completed(_) => None,
            Outcome::Threw(error) => Some(error.message.clone()),
            Outcome::Stopped(reason) => Some(reason.message()),
        }
    }

    /// A live isolate may go on after this outcome: nothing was interrupted half-way by force.
    pub fn leaves_isolate_sound(&self) -> bool {
        match self {
            Outcome::Completed(_) | Outcome::Threw(_) => true,
            Outcome::Stopped(StopReason::Source { .. }) => true,
            Outcome::Stopped(_) => false,
        }
    }
}

impl StopReason {
    /// The code programs read; `None` when the caller asked for it.
    pub fn code(&self) -> Option<Code> {
        match self {
            StopReason::Timeout { .. } => Some(Code::LimitTimeout),
            StopReason::Cpu { .. } => Some(Code::LimitCpu),
            StopReason::Memory { .. } | StopReason::WorkerMemory { .. } => Some(Code::LimitMemory),
            StopReason::Output { .. } => Some(Code::LimitOutput),
            StopReason::Result { .. } | StopReason::Source { .. } => Some(Code::LimitSize),
            StopReason::Cancelled => None,
            StopReason::Draining => Some(Code::UnavailableDraining),
            StopReason::WorkerLost { .. } => Some(Code::ErrorWorker),
            StopReason::State { code, .. } => Some(*code),
            StopReason::NotStored { .. } => Some(Code::ErrorStorage),
        }
    }

    /// The text for people.
    pub fn message(&self) -> String {
        match self {
            StopReason::Timeout { limit_ms } => format!(
                "stopped after {} s: the run reached its time limit; do less per run, or ask for more with execution_timeout_secs (the operator's ceiling is limits.max_execution_timeout_secs)",
                seconds(*limit_ms)
            ),
            StopReason::Cpu { limit_ms } => format!(
                "stopped after {} s of processor time (limits.cpu_secs)",
                seconds(*limit_ms)
            ),
            StopReason::Memory { limit_bytes } => format!(
                "stopped: out of memory (V8 heap limit {} MB, limits.heap_memory_max_mb); keep less data at once",
                limit_bytes >> 20
            ),
            StopReason::Output { limit_bytes } => format!(
                "stopped: more than {limit_bytes} bytes of console output (limits.output_bytes); what was written before is kept"
            ),
            StopReason::Result { limit_bytes } => format!(
                "the result is larger than {limit_bytes} bytes (limits.result_bytes); return a part or a summary of it"
            ),
            StopReason::Source { limit_bytes } => {
                format!("the source is larger than {limit_bytes} bytes (limits.source_bytes)")
            }
            StopReason::Cancelled => "cancelled".to_owned(),
            StopReason::Draining => "stopped: the server is shutting down; run it again".to_owned(),
            StopReason::WorkerLost { how } => format!(
                "the worker process ended unexpectedly ({how}); the server is fine, run it again"
            ),
            StopReason::State { message, .. } => message.clone(),
            StopReason::WorkerMemory { limit_bytes } => format!(
                "stopped: out of memory (the worker process used more than {} MB, workers.cgroup_memory_mb); keep less data at once",
                limit_bytes >> 20
            ),
            StopReason::NotStored { what } => {
                format!("the run ended, but {what}; see the server's log, and run it again")
            }
        }
    }
}

fn seconds(ms: u64) -> f64 {
    // Limits are far below 2^53 ms, so the conversion is exact.
    ms as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_names_its_limit_and_its_value() {
        let reason = StopReason::Timeout { limit_ms: 1500 };
        assert_eq!(reason.code(), Some(Code::LimitTimeout));
        assert!(reason.message().contains("1.5 s"));
        let reason = StopReason::Memory { limit_bytes: 64 << 20 };
        assert!(
            reason.message().contains("64 MB") && reason.message().contains("heap_memory_max_mb")
        );
    }

    #[test]
    fn only_unforced_endings_leave_a_live_isolate() {
        assert!(Outcome::Completed(Value::Undefined).leaves_isolate_sound());
        assert!(!Outcome::Stopped(StopReason::Cancelled).leaves_isolate_sound());
    }
}
