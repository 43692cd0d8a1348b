//! `query_heaps_by_tags`: heaps that have all of some tags, in pages.

use super::{Call, CallError, named};
use crate::{arguments, schema, view};
use mcp_v8_executions::{TagQuery, Tags};
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const NAME: &str = "query_heaps_by_tags";

const LIMIT: u32 = 50;
const LIMIT_MAX: u32 = 500;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// Names and values that a heap must have, all of them and exactly; at least one.
    tags: Tags,
    /// Heaps at most; 50 when left out, 500 at most.
    #[serde(default)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ResultsView {
    /// By id.
    results: Vec<TaggedView>,
    /// `after` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A heap and all of its tags.
#[derive(Debug, Serialize, JsonSchema)]
struct TaggedView {
    /// Start from it with run_js and heap.
    heap: String,
    tags: Tags,
}

pub fn tool() -> Tool {
    let description = "Stored states (heaps) of the caller that have all of the given tags, with all tags of each. \
        Pages go on with `after`.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("Find heaps by tags")
        .with_raw_output_schema(schema::output::<ResultsView>())
        .with_annotations(ToolAnnotations::new().read_only(true).idempotent(true).open_world(false))
}

pub async fn call(call: Call<'_>) -> Result<CallToolResult, CallError> {
    let given: Arguments = arguments::parse(NAME, call.arguments)?;
    let query = TagQuery {
        tags: given.tags,
        limit: given.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX),
        after: given.after.as_deref().map(|text| named(NAME, "after", text)).transpose()?,
    };
    let page = call.service.heaps_by_tags(&call.principal, query).await?;
    let results = page
        .heaps
        .into_iter()
        .map(|tagged| TaggedView { heap: tagged.heap.into(), tags: tagged.tags });
    let view = ResultsView { results: results.collect(), next: page.next.map(String::from) };
    Ok(view::answer(&view, false))
}
