//! An execution as MCP clients see it: one structured value, and the same as text. Exhaustive on purpose.

use crate::artifacts::ArtifactView;
use crate::page::Inline;
use mcp_v8_executions::{Description, Failure, Record, Status};
use mcp_v8_sandbox::{Lost, Value};
use rmcp::model::{CallToolResult, ContentBlock};
use schemars::JsonSchema;
use serde::Serialize;

/// An execution.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExecutionView {
    /// Handle for get_execution, get_execution_output and cancel_execution.
    pub execution_id: String,
    /// queued, running, completed, failed, cancelled or timed_out.
    pub status: String,
    /// Value of the last expression: JSON where it can be, otherwise its inspected text. Absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("type" = ["string", "number", "integer", "boolean", "object", "array", "null"]))]
    pub result: Option<serde_json::Value>,
    /// Console output; head and tail when it is long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Output was left out here; read all of it with get_execution_output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncated: Option<bool>,
    /// All console output, bytes.
    pub output_bytes: u64,
    /// All console output, lines.
    pub output_lines: u64,
    /// Files and images it handed out with artifact(key, mime, bytes).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<ArtifactView>,
    /// Session whose variables the run used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Id of the state after the run: start from it again with run_js and heap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heap: Option<String>,
    /// What the session had and could not keep.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<LostView>,
    /// Why it did not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorView>,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<String>,
    /// Wall clock of the run, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// Processor time of the run, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<u64>,
}

/// Something a session could not keep.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LostView {
    /// A variable, or * for all of them.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Why an execution did not complete.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErrorView {
    /// Outcome code, for example error.script or limit.timeout; absent when its caller cancelled it.
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
    /// The line of the script itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_line: Option<String>,
}

impl ExecutionView {
    /// From a stored record, and its output where the answer carries it.
    pub fn new(record: &Record, output: Option<Inline>) -> Self {
        let seen = Description::from(record);
        let (bytes, lines) = match &output {
            Some(inline) => (inline.total_bytes, inline.total_lines),
            None => (seen.output_bytes, seen.output_lines),
        };
        Self {
            execution_id: seen.id,
            status: seen.status.to_owned(),
            result: seen.value.and_then(result),
            truncated: output.as_ref().map(|inline| inline.truncated),
            output: output.map(|inline| inline.text),
            output_bytes: bytes,
            output_lines: lines,
            artifacts: Vec::new(),
            session: seen.session,
            heap: seen.heap,
            lost: seen.lost.iter().map(LostView::from).collect(),
            error: seen.failure.map(ErrorView::from),
            started_at: seen.started_at,
            completed_at: seen.finished_at,
            duration_ms: seen.duration_ms,
            cpu_ms: seen.cpu_ms,
        }
    }
}

impl From<Failure<'_>> for ErrorView {
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

impl From<&Lost> for LostView {
    fn from(lost: &Lost) -> Self {
        Self { name: lost.name.clone(), reason: lost.reason.clone() }
    }
}

fn result(value: &Value) -> Option<serde_json::Value> {
    match value {
        Value::Undefined => None,
        // The worker's word for JSON is not trusted: what does not parse is text.
        Value::Json(text) => {
            Some(serde_json::from_str(text).unwrap_or_else(|_| text.clone().into()))
        }
        Value::Text(text) => Some(text.clone().into()),
    }
}

/// The answer to a tool call: structured, and the same as text, because clients show a model one or the other.
pub fn answer<T: Serialize>(view: &T, failed: bool) -> CallToolResult {
    // Views are plain structs of text and numbers: they always serialize.
    let value = serde_json::to_value(view).unwrap_or_default();
    let mut result = CallToolResult::structured(value);
    result.is_error = Some(failed);
    result
}

/// An answer that says only what was wrong.
pub fn refusal(code: mcp_v8_sandbox::Code, message: &str) -> CallToolResult {
    let value = serde_json::json!({ "error": { "code": code.as_str(), "message": message } });
    let mut result = CallToolResult::structured(value);
    result.content = vec![ContentBlock::text(format!("{code}: {message}"))];
    // The tool's output schema describes executions; a refusal is none.
    result.structured_content = None;
    result.is_error = Some(true);
    result
}

/// A run whose script failed, or that was stopped, is an error for the model; one that still runs is not.
pub fn failed(status: Status) -> bool {
    match status {
        Status::Queued | Status::Running | Status::Completed => false,
        Status::Failed | Status::Cancelled | Status::TimedOut => true,
    }
}
