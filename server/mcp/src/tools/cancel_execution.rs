//! `cancel_execution`: stops an execution, queued or running.

use super::{Call, CallError, execution_id};
use crate::view::{self, ExecutionView};
use crate::{arguments, schema};
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::Deserialize;

pub const NAME: &str = "cancel_execution";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// The execution_id that run_js returned.
    execution_id: String,
}

pub fn tool() -> Tool {
    let description = "Stops an execution that is queued or running and answers with its final state. An execution \
        that is over stays as it is. A session whose run is stopped goes on from its last stored state, or anew.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("Cancel an execution")
        .with_raw_output_schema(schema::output::<ExecutionView>())
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
    let id = execution_id(&given.execution_id)?;
    let record = call.service.cancel(&call.principal, id).await?;
    Ok(view::answer(&ExecutionView::new(&record, None), false))
}
