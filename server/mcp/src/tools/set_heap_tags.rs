//! `set_heap_tags`: gives a heap tags, in place of those it has.

use super::{Call, CallError, heap_id};
use crate::{arguments, schema, view};
use mcp_v8_executions::Tags;
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const NAME: &str = "set_heap_tags";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// Id of a stored state, as run_js returned it in heap.
    heap: String,
    /// Names and values: at most 64, names up to 128 and values up to 1024 bytes. They replace all tags it has.
    tags: Tags,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SetView {
    /// Always true: the tags are stored.
    ok: bool,
}

pub fn tool() -> Tool {
    let description = "Replaces the tags of a stored state (heap). A heap that has tags is never removed as unused, and \
        query_heaps_by_tags finds it.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("Set the tags of a heap")
        .with_raw_output_schema(schema::output::<SetView>())
        .with_annotations(
            ToolAnnotations::new()
                .read_only(false)
                .destructive(true)
                .idempotent(true)
                .open_world(false),
        )
}

pub async fn call(call: Call<'_>) -> Result<CallToolResult, CallError> {
    let given: Arguments = arguments::parse(NAME, call.arguments)?;
    let id = heap_id(NAME, &given.heap)?;
    call.service.set_tags(&call.principal, id, given.tags).await?;
    Ok(view::answer(&SetView { ok: true }, false))
}
