//! `get_heap_tags`: the tags of a heap.

use super::{Call, CallError, heap_id};
use crate::{arguments, schema, view};
use mcp_v8_executions::Tags;
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const NAME: &str = "get_heap_tags";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// Id of a stored state, as run_js returned it in heap.
    heap: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TagsView {
    /// Names and values.
    tags: Tags,
}

pub fn tool() -> Tool {
    let description = "Tags of a stored state (heap): names and values that callers gave it.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("Get the tags of a heap")
        .with_raw_output_schema(schema::output::<TagsView>())
        .with_annotations(ToolAnnotations::new().read_only(true).idempotent(true).open_world(false))
}

pub async fn call(call: Call<'_>) -> Result<CallToolResult, CallError> {
    let given: Arguments = arguments::parse(NAME, call.arguments)?;
    let id = heap_id(NAME, &given.heap)?;
    let tags = call.service.tags(&call.principal, id).await?;
    Ok(view::answer(&TagsView { tags }, false))
}
