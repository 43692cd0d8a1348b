//! `get_artifact`: a file or image that an execution handed out.

use super::{Call, CallError, execution_id};
use crate::artifacts::{self, ArtifactView};
use crate::{arguments, schema, view};
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::Deserialize;

pub const NAME: &str = "get_artifact";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// The key it was handed out under.
    key: String,
    /// The execution that handed it out; left out: the newest artifact of this key.
    #[serde(default)]
    execution_id: Option<String>,
}

pub fn tool() -> Tool {
    let description = "A file or image that an execution handed out with artifact(key, mime, bytes): images and audio as \
        such, text as text, anything else in base64.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("Read an artifact")
        .with_raw_output_schema(schema::output::<ArtifactView>())
        .with_annotations(ToolAnnotations::new().read_only(true).idempotent(true).open_world(false))
}

pub async fn call(call: Call<'_>) -> Result<CallToolResult, CallError> {
    let given: Arguments = arguments::parse(NAME, call.arguments)?;
    let execution = given.execution_id.as_deref().map(execution_id).transpose()?;
    let (record, bytes) = call.service.artifact(&call.principal, execution, &given.key).await?;
    let mut answer = view::answer(&ArtifactView::from(&record), false);
    answer.content.push(artifacts::block(&record, bytes));
    Ok(answer)
}
