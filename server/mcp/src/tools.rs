//! The tools: one file each, one list of all.

mod cancel_execution;
mod get_execution;
mod get_execution_output;
mod list_executions;
mod run_js;

use crate::arguments::ArgumentError;
use crate::view;
use mcp_v8_executions::{LookupError, Service, SubmitError};
use mcp_v8_sandbox::{Code, ExecutionId, Principal};
use mcp_v8_settings::Settings;
use rmcp::RoleServer;
use rmcp::model::{CallToolResult, JsonObject, Tool};
use rmcp::service::RequestContext;

/// What a call brings.
pub struct Call<'a> {
    pub service: &'a Service,
    pub principal: Principal,
    pub arguments: Option<JsonObject>,
    pub context: &'a RequestContext<RoleServer>,
}

/// A call that has no result of its own.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error(transparent)]
    Arguments(#[from] ArgumentError),
    #[error(transparent)]
    Submit(#[from] SubmitError),
    #[error(transparent)]
    Lookup(#[from] LookupError),
}

impl CallError {
    fn code(&self) -> Code {
        match self {
            CallError::Arguments(_) => Code::ErrorRequest,
            CallError::Submit(error) => error.code(),
            CallError::Lookup(error) => error.code(),
        }
    }
}

/// The tools of a server with these settings, in the order of their names.
pub fn list(settings: &Settings) -> Vec<Tool> {
    let mut tools = vec![run_js::tool(settings)];
    if settings.sessions.enabled {
        tools.extend([
            cancel_execution::tool(),
            get_execution::tool(),
            get_execution_output::tool(),
            list_executions::tool(),
        ]);
    }
    tools.sort_by(|a, b| a.name.cmp(&b.name));
    tools
}

/// Calls a tool; `None` when there is none of this name.
pub async fn call(name: &str, call: Call<'_>) -> Option<CallToolResult> {
    let stateful = call.service.settings().sessions.enabled;
    let done = match name {
        run_js::NAME => run_js::call(call).await,
        get_execution::NAME if stateful => get_execution::call(call).await,
        get_execution_output::NAME if stateful => get_execution_output::call(call).await,
        cancel_execution::NAME if stateful => cancel_execution::call(call).await,
        list_executions::NAME if stateful => list_executions::call(call).await,
        _ => return None,
    };
    Some(done.unwrap_or_else(|error| refused(&error)))
}

fn refused(error: &CallError) -> CallToolResult {
    if error.code() == Code::ErrorStorage {
        tracing::error!(?error, "a tool call failed");
    }
    view::refusal(error.code(), &error.to_string())
}

/// An execution id from an argument. A malformed one is not found, like any other unknown one.
fn execution_id(text: &str) -> Result<ExecutionId, CallError> {
    text.parse().map_err(|_| CallError::Lookup(LookupError::NotFound))
}
