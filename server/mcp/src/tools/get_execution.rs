//! `get_execution`: how an execution stands, now or when it is over.

use super::{Call, CallError, described, execution_id};
use crate::view::{self, ExecutionView};
use crate::{arguments, schema};
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

pub const NAME: &str = "get_execution";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// The execution_id that run_js returned.
    execution_id: String,
    /// Milliseconds to wait for the end; 0 answers at once.
    #[serde(default)]
    wait_ms: Option<u64>,
}

pub fn tool() -> Tool {
    let description = "Status, result, error and the beginning and end of the console output of an execution that \
        run_js started. With wait_ms it waits for the end first. Works for running and finished executions.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("Get an execution")
        .with_raw_output_schema(schema::output::<ExecutionView>())
        .with_annotations(ToolAnnotations::new().read_only(true).idempotent(true).open_world(false))
}

pub async fn call(call: Call<'_>) -> Result<CallToolResult, CallError> {
    let given: Arguments = arguments::parse(NAME, call.arguments)?;
    let limits = &call.service.settings().limits;
    let id = execution_id(&given.execution_id)?;
    let wait = Duration::from_millis(given.wait_ms.unwrap_or(0)).min(limits.sync_wait);
    let record = tokio::select! {
        record = call.service.wait(&call.principal, id, wait) => record?,
        () = call.context.ct.cancelled() => call.service.get(&call.principal, id).await?,
    };
    // The question was answered, whatever became of the run: its status and error say that.
    Ok(view::answer(&described(call.service, &call.principal, &record).await?, false))
}
