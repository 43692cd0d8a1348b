//! `delete_session`: a session and its history go.

use super::{Call, CallError, session_name};
use crate::{arguments, schema, view};
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const NAME: &str = "delete_session";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// The session to delete.
    session: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct DeletedView {
    /// Always true: the session is gone.
    ok: bool,
    session: String,
}

pub fn tool() -> Tool {
    let description = "Deletes a session, its variables and its history; the next run under this name starts fresh. \
        Refused while a run of the session is queued or running. Tagged heaps stay, and so do heaps that other sessions \
        use.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("Delete a session")
        .with_raw_output_schema(schema::output::<DeletedView>())
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
    let session = session_name(NAME, &given.session)?;
    call.service.delete_session(&call.principal, &session).await?;
    Ok(view::answer(&DeletedView { ok: true, session: given.session }, false))
}
