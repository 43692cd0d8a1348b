//! `list_executions`: the caller's executions, newest first, in pages.

use super::{Call, CallError};
use crate::arguments::{self, ArgumentError};
use crate::schema;
use crate::view::{self, ExecutionView};
use mcp_v8_executions::ListQuery;
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const NAME: &str = "list_executions";

const LIMIT: u32 = 50;
const LIMIT_MAX: u32 = 500;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// Executions at most; 50 when left out, 500 at most.
    #[serde(default)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[serde(default)]
    before: Option<String>,
    /// Only those with this status: queued, running, completed, failed, cancelled or timed_out.
    #[serde(default)]
    status: Option<String>,
    /// Only those of this session.
    #[serde(default)]
    session: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ListView {
    /// Newest first, without results and output.
    executions: Vec<ExecutionView>,
    /// `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

pub fn tool() -> Tool {
    let description = "Executions of the caller, newest first, with their status and times. Pages go on with `before`; \
        `status` and `session` narrow the list.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("List executions")
        .with_raw_output_schema(schema::output::<ListView>())
        .with_annotations(ToolAnnotations::new().read_only(true).idempotent(true).open_world(false))
}

pub async fn call(call: Call<'_>) -> Result<CallToolResult, CallError> {
    let given: Arguments = arguments::parse(NAME, call.arguments)?;
    let page = call.service.list(&call.principal, query(&given)?).await?;
    let executions = page
        .records
        .iter()
        .map(|record| ExecutionView { result: None, ..ExecutionView::new(record, None) });
    let view =
        ListView { executions: executions.collect(), next: page.next.map(|id| id.to_string()) };
    Ok(view::answer(&view, false))
}

fn query(given: &Arguments) -> Result<ListQuery, ArgumentError> {
    let refused = |problem: String| ArgumentError::Value { tool: NAME, problem };
    let before = given.before.as_deref().map(str::parse).transpose();
    let status = given.status.as_deref().map(str::parse).transpose();
    let session = given.session.as_deref().map(str::parse).transpose();
    Ok(ListQuery {
        limit: given.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX),
        before: before.map_err(|error: mcp_v8_sandbox::id::InvalidName| {
            refused(format!("before: {error}"))
        })?,
        status: status.map_err(|error: mcp_v8_executions::UnknownStatus| {
            refused(format!("status: {error}"))
        })?,
        session: session.map_err(|error: mcp_v8_sandbox::id::InvalidName| {
            refused(format!("session: {error}"))
        })?,
    })
}
