//! An execution as MCP clients see it: one structured value, and the same as text. Exhaustive on purpose.

use crate::page::Inline;
use mcp_v8_executions::{Record, Status};
use mcp_v8_sandbox::{Lost, Outcome, ScriptError, Value};
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
    /// Outcome code, for example error.script or limit.timeout.
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
    /// The line of the script itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_line: Option<String>,
}

impl ExecutionView {
    /// From a stored record, and its output where the answer carries it.
    pub fn new(record: &Record, output: Option<Inline>) -> Self {
        let end = record.end.as_ref();
        let (result, error) = match end.map(|end| &end.outcome) {
            None => (None, None),
            Some(Outcome::Completed(value)) => (result(value), None),
            Some(outcome @ Outcome::Threw(script)) => {
                (None, Some(ErrorView::new(outcome, Some(script))))
            }
            Some(outcome @ Outcome::Stopped(_)) => (None, Some(ErrorView::new(outcome, None))),
        };
        let lost = end.map(|end| end.lost.iter().map(LostView::from).collect()).unwrap_or_default();
        let (bytes, lines) = match &output {
            Some(inline) => (inline.total_bytes, inline.total_lines),
            None => (record.output_bytes, record.output_lines),
        };
        let duration =
            record.started_at.zip(record.finished_at).map(|(from, to)| to.0.saturating_sub(from.0));
        Self {
            execution_id: record.id.to_string(),
            status: record.status.as_str().to_owned(),
            result,
            truncated: output.as_ref().map(|inline| inline.truncated),
            output: output.map(|inline| inline.text),
            output_bytes: bytes,
            output_lines: lines,
            session: record.session.as_ref().map(ToString::to_string),
            heap: end.and_then(|end| end.heap).map(|heap| heap.to_string()),
            lost,
            error,
            started_at: record.started_at.map(|at| at.to_string()),
            completed_at: record.finished_at.map(|at| at.to_string()),
            duration_ms: duration.and_then(|ms| u64::try_from(ms).ok()),
            cpu_ms: end.map(|end| end.usage.cpu_us / 1000),
        }
    }
}

impl ErrorView {
    fn new(outcome: &Outcome, script: Option<&ScriptError>) -> Self {
        Self {
            // A run that its own caller cancelled has no code; its status says it.
            code: outcome.code().map_or("cancelled", |code| code.as_str()).to_owned(),
            message: outcome.message().unwrap_or_default(),
            stack: script.map(|script| script.stack.clone()).filter(|stack| !stack.is_empty()),
            line: script.and_then(|script| script.line),
            column: script.and_then(|script| script.column),
            source_line: script.and_then(|script| script.source_line.clone()),
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
