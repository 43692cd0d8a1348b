//! An execution in the words and numbers that every surface shows. Each surface gives them a shape and a schema of its
//! own; how the value and the output are rendered is theirs, too.

use mcp_v8_sandbox::{Code, Lost, Outcome, ScriptError, Value};
use mcp_v8_storage::Record;

/// An execution as its caller sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description<'r> {
    pub id: String,
    pub status: &'static str,
    pub session: Option<String>,
    /// `None` until it completes.
    pub value: Option<&'r Value>,
    /// `None` until it ends in another way.
    pub failure: Option<Failure<'r>>,
    /// The checkpoint after the run.
    pub heap: Option<String>,
    pub lost: &'r [Lost],
    /// RFC 3339, UTC, as all times here.
    pub submitted_at: String,
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
    /// Wall clock of the run, milliseconds.
    pub duration_ms: Option<u64>,
    /// Processor time of the run, milliseconds.
    pub cpu_ms: Option<u64>,
    /// Stored so far, UTF-8.
    pub output_bytes: u64,
    pub output_lines: u64,
    pub artifacts: u64,
}

/// Why an execution did not complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure<'r> {
    /// `None` when its caller cancelled it: that is no failure of anything, and its status says it.
    pub code: Option<&'static str>,
    pub message: String,
    pub stack: Option<&'r str>,
    pub line: Option<u32>,
    pub column: Option<u32>,
    pub source_line: Option<&'r str>,
}

impl<'r> From<&'r Record> for Description<'r> {
    fn from(record: &'r Record) -> Self {
        let end = record.end.as_ref();
        let (value, failure) = match end.map(|end| &end.outcome) {
            None => (None, None),
            Some(Outcome::Completed(value)) => (Some(value), None),
            Some(outcome @ Outcome::Threw(script)) => {
                (None, Some(Failure::new(outcome, Some(script))))
            }
            Some(outcome @ Outcome::Stopped(_)) => (None, Some(Failure::new(outcome, None))),
        };
        let duration =
            record.started_at.zip(record.finished_at).map(|(from, to)| to.0.saturating_sub(from.0));
        Self {
            id: record.id.to_string(),
            status: record.status.as_str(),
            session: record.session.as_ref().map(ToString::to_string),
            value,
            failure,
            heap: end.and_then(|end| end.heap).map(|heap| heap.to_string()),
            lost: end.map(|end| end.lost.as_slice()).unwrap_or_default(),
            submitted_at: record.submitted_at.to_string(),
            started_at: record.started_at.map(|at| at.to_string()),
            finished_at: record.finished_at.map(|at| at.to_string()),
            duration_ms: duration.and_then(|ms| u64::try_from(ms).ok()),
            cpu_ms: end.map(|end| end.usage.cpu_us / 1000),
            output_bytes: record.output_bytes,
            output_lines: record.output_lines,
            artifacts: record.artifacts,
        }
    }
}

impl<'r> Failure<'r> {
    fn new(outcome: &Outcome, script: Option<&'r ScriptError>) -> Self {
        Self {
            code: outcome.code().map(Code::as_str),
            message: outcome.message().unwrap_or_default(),
            stack: script.map(|script| script.stack.as_str()).filter(|stack| !stack.is_empty()),
            line: script.and_then(|script| script.line),
            column: script.and_then(|script| script.column),
            source_line: script.and_then(|script| script.source_line.as_deref()),
        }
    }
}
