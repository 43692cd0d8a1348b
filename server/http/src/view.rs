//! An execution as REST clients see it: every way to end is decided here. Not its output: that is paged in `rest::output`.

use mcp_v8_executions::Record;
use mcp_v8_sandbox::{Outcome, ScriptError, Value};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

/// An execution.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExecutionInfo {
    /// UUID, version 7.
    pub execution_id: String,
    /// queued, running, completed, failed, cancelled or timed_out.
    pub status: String,
    /// Session whose bindings the run used; absent for a run without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Value of the last expression: JSON, or its inspected text. Absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub result: Option<Box<RawValue>>,
    /// json, text or undefined; absent while there is no result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_kind: Option<String>,
    /// Why it did not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ExecutionError>,
    /// Id of the state after the run: a later run starts from it again with heap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heap: Option<String>,
    /// What the session had and could not keep.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<LostBinding>,
    /// RFC 3339, UTC.
    pub submitted_at: String,
    /// RFC 3339, UTC; absent while queued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// RFC 3339, UTC; absent until it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<String>,
    /// Wall clock of the run, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// Processor time of the run, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<u64>,
    /// Console output so far, bytes of UTF-8.
    pub output_bytes: u64,
    /// Console output so far, lines.
    pub output_lines: u64,
    /// The beginning of the console output, where the answer carries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// `output` is not all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncated: Option<bool>,
}

/// Why an execution did not complete.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExecutionError {
    /// Outcome code, for example limit.timeout.
    pub code: String,
    /// What happened and what to do.
    pub message: String,
    /// Stack of the script, in its own lines and columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// Line in the script, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in the script, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// That line of the script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_line: Option<String>,
}

/// Something a session could not keep.
#[derive(Debug, Serialize, ToSchema)]
pub struct LostBinding {
    /// A binding, or * for all of them.
    pub name: String,
    /// Why.
    pub reason: String,
}

impl From<&Record> for ExecutionInfo {
    fn from(record: &Record) -> Self {
        let end = record.end.as_ref();
        let (result, kind, error) = match end.map(|end| &end.outcome) {
            None => (None, None, None),
            Some(Outcome::Completed(value)) => {
                let (result, kind) = rendered(value);
                (result, Some(kind.to_owned()), None)
            }
            Some(outcome @ Outcome::Threw(script)) => {
                (None, None, Some(failure(outcome, Some(script))))
            }
            Some(outcome @ Outcome::Stopped(_)) => (None, None, Some(failure(outcome, None))),
        };
        let lost = end.map(|end| end.lost.as_slice()).unwrap_or_default();
        let duration =
            record.started_at.zip(record.finished_at).map(|(from, to)| to.0.saturating_sub(from.0));
        Self {
            execution_id: record.id.to_string(),
            status: record.status.as_str().to_owned(),
            session: record.session.as_ref().map(ToString::to_string),
            result,
            result_kind: kind,
            error,
            heap: end.and_then(|end| end.heap).map(|heap| heap.to_string()),
            lost: lost
                .iter()
                .map(|one| LostBinding { name: one.name.clone(), reason: one.reason.clone() })
                .collect(),
            submitted_at: record.submitted_at.to_string(),
            started_at: record.started_at.map(|at| at.to_string()),
            completed_at: record.finished_at.map(|at| at.to_string()),
            duration_ms: duration.and_then(|ms| u64::try_from(ms).ok()),
            cpu_ms: end.map(|end| end.usage.cpu_us / 1000),
            output_bytes: record.output_bytes,
            output_lines: record.output_lines,
            output: None,
            truncated: None,
        }
    }
}

/// The value as JSON, byte for byte as the worker wrote it where it is JSON: the order of keys and all digits stay.
fn rendered(value: &Value) -> (Option<Box<RawValue>>, &'static str) {
    match value {
        Value::Undefined => (None, "undefined"),
        // The worker's word for JSON is not trusted: what does not parse is text.
        Value::Json(json) => match RawValue::from_string(json.clone()) {
            Ok(json) => (Some(json), "json"),
            Err(_) => (text(json), "text"),
        },
        Value::Text(inspected) => (text(inspected), "text"),
    }
}

fn text(text: &str) -> Option<Box<RawValue>> {
    Some(to_raw_value(text).expect("a string is JSON"))
}

fn failure(outcome: &Outcome, script: Option<&ScriptError>) -> ExecutionError {
    ExecutionError {
        // A run that its own caller cancelled has no code; its status says it.
        code: outcome.code().map_or("cancelled", |code| code.as_str()).to_owned(),
        message: outcome.message().unwrap_or_default(),
        stack: script.map(|script| script.stack.clone()).filter(|stack| !stack.is_empty()),
        line: script.and_then(|script| script.line),
        column: script.and_then(|script| script.column),
        source_line: script.and_then(|script| script.source_line.clone()),
    }
}

#[cfg(test)]
mod tests;
