//! `list_session_snapshots`: the history of a session, newest first, in pages.

use super::{Call, CallError, session_name};
use crate::arguments::{self, ArgumentError};
use crate::{context, schema, view};
use mcp_v8_executions::{Snapshot, SnapshotField as Field, SnapshotFields, SnapshotQuery};
use mcp_v8_sandbox::SessionName;
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const NAME: &str = "list_session_snapshots";

const LIMIT: u32 = 20;
const LIMIT_MAX: u32 = 100;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// The session; the one that run_js uses by default when left out.
    #[serde(default)]
    session: Option<String>,
    /// Fields of the entries, separated by commas: index, input_heap, output_heap, code, code_bytes, timestamp,
    /// execution_id, kind, bytes, stored, error_code. All of them when left out.
    #[serde(default)]
    fields: Option<String>,
    /// Entries at most; 20 when left out, 100 at most.
    #[serde(default)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[serde(default)]
    before: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ListView {
    session: String,
    /// Newest first.
    entries: Vec<EntryView>,
    /// `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// A run after which the session was saved.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct EntryView {
    /// Runs of the session up to and with this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    /// Id of the state before the run; absent where it began with nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    input_heap: Option<String>,
    /// Id of the state after the run: start from it again with run_js and heap.
    #[serde(skip_serializing_if = "Option::is_none")]
    output_heap: Option<String>,
    /// The program, its first 16384 bytes; absent where the session was saved later than its run.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// All of the program, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    code_bytes: Option<u64>,
    /// When it was saved. RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<String>,
    /// The run; it may be gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_id: Option<String>,
    /// values or heap.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// The state as stored, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    /// output_heap can still be started from.
    #[serde(skip_serializing_if = "Option::is_none")]
    stored: Option<bool>,
    /// How the run failed; absent where it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<String>,
}

pub fn tool() -> Tool {
    let description = "History of a session, newest first: what ran, and the state before and after it. Any output_heap \
        that is still stored can be started from with run_js and heap. `fields` chooses columns; pages go on with \
        `before`.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("List a session's history")
        .with_raw_output_schema(schema::output::<ListView>())
        .with_annotations(ToolAnnotations::new().read_only(true).idempotent(true).open_world(false))
}

pub async fn call(call: Call<'_>) -> Result<CallToolResult, CallError> {
    let given: Arguments = arguments::parse(NAME, call.arguments.clone())?;
    let session = session(&given, &call)?;
    let fields = match given.fields.as_deref() {
        None => SnapshotFields::default(),
        Some(text) => text.parse().map_err(|error: mcp_v8_executions::UnknownField| {
            ArgumentError::Value { tool: NAME, problem: error.to_string() }
        })?,
    };
    let query = SnapshotQuery {
        limit: given.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX),
        before: given.before,
        sources: fields.needs_source(),
    };
    let page = call.service.snapshots(&call.principal, &session, query).await?;
    let view = ListView {
        session: session.into(),
        entries: page.snapshots.into_iter().map(|one| EntryView::new(one, &fields)).collect(),
        next: page.next,
    };
    Ok(view::answer(&view, false))
}

/// The one that is named, by the argument or by the header; otherwise the one that runs use.
fn session(given: &Arguments, call: &Call<'_>) -> Result<SessionName, CallError> {
    match (&given.session, context::session_header(call.context)) {
        (Some(name), _) => session_name(NAME, name),
        (None, Some(named)) => Ok(named.map_err(|error| ArgumentError::Value {
            tool: NAME,
            problem: format!("header X-MCP-Session-Id: {error}"),
        })?),
        (None, None) => session_name(NAME, &call.service.settings().sessions.default),
    }
}

impl EntryView {
    fn new(snapshot: Snapshot, fields: &SnapshotFields) -> Self {
        let Snapshot { run, execution, heap, parent, kind, at, bytes, failure, stored, source } =
            snapshot;
        let (code, code_bytes) = source.map(|source| (source.text, source.bytes)).unzip();
        Self {
            index: fields.pick(Field::Index, || run),
            input_heap: parent.filter(|_| fields.has(Field::InputHeap)).map(String::from),
            output_heap: fields.pick(Field::OutputHeap, || heap.into()),
            code: code.filter(|_| fields.has(Field::Code)),
            code_bytes: code_bytes.filter(|_| fields.has(Field::CodeBytes)),
            timestamp: fields.pick(Field::Timestamp, || at.to_string()),
            execution_id: fields.pick(Field::ExecutionId, || execution.to_string()),
            kind: fields.pick(Field::Kind, || kind.as_str().to_owned()),
            bytes: fields.pick(Field::Bytes, || bytes),
            stored: fields.pick(Field::Stored, || stored),
            error_code: failure
                .filter(|_| fields.has(Field::ErrorCode))
                .map(|code| code.as_str().to_owned()),
        }
    }
}
