//! `list_sessions`: the caller's sessions by name, in pages.

use super::{Call, CallError, named};
use crate::{arguments, schema, view};
use mcp_v8_executions::{Session, SessionQuery};
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
    /// Id of the state it goes on from; absent until it is saved, like all below but the runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    heap: Option<String>,
    /// values or heap.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// Runs so far.
    runs: u64,
    /// Those since it was last saved: they are lost with the server's process. Absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    unsaved_runs: Option<u64>,
    /// Its state as stored, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    /// When it was first saved. RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    /// When it was last saved. RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
}

pub fn tool() -> Tool {
    let description = "Sessions of the caller by name, with the state each goes on from. One that was never saved is listed \
        while it is live. Pages go on with `after`.";
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

impl From<&Session> for SessionView {
    fn from(session: &Session) -> Self {
        let saved = session.saved.as_ref();
        Self {
            session: session.name.to_string(),
            heap: saved.map(|saved| saved.head.to_string()),
            kind: saved.map(|saved| saved.kind.as_str().to_owned()),
            runs: session.runs(),
            unsaved_runs: Some(session.unsaved_runs).filter(|runs| *runs > 0),
            bytes: saved.map(|saved| saved.bytes),
            created_at: saved.map(|saved| saved.created_at.to_string()),
            updated_at: saved.map(|saved| saved.updated_at.to_string()),
        }
    }
}
