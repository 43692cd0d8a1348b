//! An execution as REST clients see it. Not its output: that is paged in `rest::output`.

use mcp_v8_executions::{Description, Failure, Record};
use mcp_v8_sandbox::{Lost, Value};
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
    /// Artifacts it has handed out: `/api/artifacts?execution_id=...` lists them.
    pub artifacts: u64,
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
    /// Outcome code, for example limit.timeout; absent when its caller cancelled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
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
        let seen = Description::from(record);
        let (result, kind) = seen.value.map(rendered).unzip();
        Self {
            execution_id: seen.id,
            status: seen.status.to_owned(),
            session: seen.session,
            result: result.flatten(),
            result_kind: kind.map(str::to_owned),
            error: seen.failure.map(ExecutionError::from),
            heap: seen.heap,
            lost: seen.lost.iter().map(LostBinding::from).collect(),
            submitted_at: seen.submitted_at,
            started_at: seen.started_at,
            completed_at: seen.finished_at,
            duration_ms: seen.duration_ms,
            cpu_ms: seen.cpu_ms,
            output_bytes: seen.output_bytes,
            output_lines: seen.output_lines,
            artifacts: seen.artifacts,
            output: None,
            truncated: None,
        }
    }
}

impl From<Failure<'_>> for ExecutionError {
    fn from(failure: Failure<'_>) -> Self {
        Self {
            code: failure.code.map(str::to_owned),
            message: failure.message,
            stack: failure.stack.map(str::to_owned),
            line: failure.line,
            column: failure.column,
            source_line: failure.source_line.map(str::to_owned),
        }
    }
}

impl From<&Lost> for LostBinding {
    fn from(lost: &Lost) -> Self {
        Self { name: lost.name.clone(), reason: lost.reason.clone() }
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

#[cfg(test)]
mod tests;
