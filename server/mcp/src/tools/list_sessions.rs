//! `list_sessions`: the caller's sessions by name, in pages.

use super::{Call, CallError, named};
use crate::{arguments, schema, view};
use mcp_v8_executions::{SessionQuery, SessionRecord};
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const NAME: &str = "list_sessions";

const LIMIT: u32 = 50;
const LIMIT_MAX: u32 = 500;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// Sessions at most; 50 when left out, 500 at most.
    #[serde(default)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ListView {
    /// Names, in the order of the alphabet.
    sessions: Vec<String>,
    /// The same sessions, in the same order.
    details: Vec<SessionView>,
    /// `after` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A session.
#[derive(Debug, Serialize, JsonSchema)]
struct SessionView {
    session: String,
    /// Id of the state it goes on from.
    heap: String,
    /// values or heap.
    kind: String,
    /// Runs so far.
    runs: u64,
    /// Its state as stored, bytes.
    bytes: u64,
    /// RFC 3339, UTC.
    created_at: String,
    /// When it was last saved. RFC 3339, UTC.
    updated_at: String,
}

pub fn tool() -> Tool {
    let description = "Sessions of the caller by name, with the state each goes on from. A session appears when it was \
        first saved. Pages go on with `after`.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("List sessions")
        .with_raw_output_schema(schema::output::<ListView>())
        .with_annotations(ToolAnnotations::new().read_only(true).idempotent(true).open_world(false))
}

pub async fn call(call: Call<'_>) -> Result<CallToolResult, CallError> {
    let given: Arguments = arguments::parse(NAME, call.arguments)?;
    let query = SessionQuery {
        limit: given.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX),
        after: given.after.as_deref().map(|text| named(NAME, "after", text)).transpose()?,
    };
    let page = call.service.sessions(&call.principal, query).await?;
    let view = ListView {
        sessions: page.sessions.iter().map(|session| session.name.to_string()).collect(),
        details: page.sessions.iter().map(SessionView::from).collect(),
        next: page.next.map(String::from),
    };
    Ok(view::answer(&view, false))
}

impl From<&SessionRecord> for SessionView {
    fn from(record: &SessionRecord) -> Self {
        Self {
            session: record.name.to_string(),
            heap: record.head.to_string(),
            kind: record.kind.as_str().to_owned(),
            runs: record.runs,
            bytes: record.bytes,
            created_at: record.created_at.to_string(),
            updated_at: record.updated_at.to_string(),
        }
    }
}
