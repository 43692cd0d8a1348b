//! `list_artifacts`: files and images that executions handed out, in pages.

use super::{Call, CallError, execution_id};
use crate::artifacts::ArtifactView;
use crate::{arguments, schema, view};
use mcp_v8_executions::ArtifactQuery;
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const NAME: &str = "list_artifacts";

const LIMIT: u32 = 50;
const LIMIT_MAX: u32 = 500;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// Only artifacts of this execution.
    #[serde(default)]
    execution_id: Option<String>,
    /// Artifacts at most; 50 when left out, 500 at most.
    #[serde(default)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[serde(default)]
    before: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ListView {
    /// Newest first.
    artifacts: Vec<ArtifactView>,
    /// `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

pub fn tool() -> Tool {
    let description = "Files and images that the caller's executions handed out with artifact(key, mime, bytes), newest \
        first, without their bytes. Read one with get_artifact, or as a resource at its uri. Pages go on with `before`.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("List artifacts")
        .with_raw_output_schema(schema::output::<ListView>())
        .with_annotations(ToolAnnotations::new().read_only(true).idempotent(true).open_world(false))
}

pub async fn call(call: Call<'_>) -> Result<CallToolResult, CallError> {
    let given: Arguments = arguments::parse(NAME, call.arguments)?;
    let query = ArtifactQuery {
        limit: given.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX),
        before: given.before,
        execution: given.execution_id.as_deref().map(execution_id).transpose()?,
    };
    let page = call.service.artifacts(&call.principal, query).await?;
    let artifacts = page.artifacts.iter().map(ArtifactView::from).collect();
    Ok(view::answer(&ListView { artifacts, next: page.next }, false))
}
