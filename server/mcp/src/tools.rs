//! The tools: one file each, one list of all.

mod cancel_execution;
mod delete_heap_tags;
mod delete_session;
mod get_artifact;
mod get_execution;
mod get_execution_output;
mod get_heap_tags;
mod list_artifacts;
mod list_executions;
mod list_session_snapshots;
mod list_sessions;
mod query_heaps_by_tags;
pub mod run_js;
pub mod server_tools;
mod set_heap_tags;

use crate::arguments::ArgumentError;
use crate::view::{self, ExecutionView};
use crate::{artifacts, page};
use mcp_v8_executions::{LookupError, Record, Service, StateError, SubmitError};
use mcp_v8_sandbox::{Code, ExecutionId, HeapId, Principal, SessionName};
use mcp_v8_wasm::Stub;
use rmcp::RoleServer;
use rmcp::model::{
    CallToolResponse, CallToolResult, ContentBlock, JsonObject, Tool, ToolAnnotations,
};
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
    #[error(transparent)]
    State(#[from] StateError),
}

impl CallError {
    fn code(&self) -> Code {
        match self {
            CallError::Arguments(_) => Code::ErrorRequest,
            CallError::Submit(error) => error.code(),
            CallError::Lookup(error) => error.code(),
            CallError::State(error) => error.code(),
        }
    }
}

/// The tools of a server, in the order of their names.
pub fn list(service: &Service) -> Vec<Tool> {
    let heaps = service.keeps_heaps();
    let mut tools = vec![run_js::tool(service.settings(), &service.capabilities(), heaps)];
    if service.settings().sessions.enabled {
        tools.extend([
            cancel_execution::tool(),
            get_artifact::tool(),
            get_execution::tool(),
            get_execution_output::tool(),
            list_artifacts::tool(),
            list_executions::tool(),
        ]);
    }
    if heaps {
        tools.extend([
            delete_heap_tags::tool(),
            delete_session::tool(),
            get_heap_tags::tool(),
            list_session_snapshots::tool(),
            list_sessions::tool(),
            query_heaps_by_tags::tool(),
            set_heap_tags::tool(),
        ]);
    }
    tools.sort_by(|a, b| a.name.cmp(&b.name));
    tools
}

/// A tool that says how a program in run_js uses something, and does nothing itself.
pub fn stub(stub: &Stub) -> Tool {
    let annotations = ToolAnnotations::new()
        .read_only(true)
        .destructive(false)
        .idempotent(true)
        .open_world(false);
    Tool::new(stub.name.clone(), stub.description.clone(), stub.input.clone())
        .with_annotations(annotations)
}

/// What a call of such a tool answers.
pub fn describe(stub: &Stub) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(stub.answer.clone())])
}

/// Calls a tool; `None` when there is none of this name.
pub async fn call(name: &str, call: Call<'_>) -> Option<CallToolResponse> {
    let stateful = call.service.settings().sessions.enabled;
    let heaps = call.service.keeps_heaps();
    let done = match name {
        run_js::NAME => {
            let ran = run_js::call(call).await;
            return Some(ran.unwrap_or_else(|error| CallToolResponse::Complete(refused(&error))));
        }
        get_artifact::NAME if stateful => get_artifact::call(call).await,
        list_artifacts::NAME if stateful => list_artifacts::call(call).await,
        get_execution::NAME if stateful => get_execution::call(call).await,
        get_execution_output::NAME if stateful => get_execution_output::call(call).await,
        cancel_execution::NAME if stateful => cancel_execution::call(call).await,
        list_executions::NAME if stateful => list_executions::call(call).await,
        delete_heap_tags::NAME if heaps => delete_heap_tags::call(call).await,
        delete_session::NAME if heaps => delete_session::call(call).await,
        get_heap_tags::NAME if heaps => get_heap_tags::call(call).await,
        list_session_snapshots::NAME if heaps => list_session_snapshots::call(call).await,
        list_sessions::NAME if heaps => list_sessions::call(call).await,
        query_heaps_by_tags::NAME if heaps => query_heaps_by_tags::call(call).await,
        set_heap_tags::NAME if heaps => set_heap_tags::call(call).await,
        _ => return None,
    };
    Some(CallToolResponse::Complete(done.unwrap_or_else(|error| refused(&error))))
}

fn refused(error: &CallError) -> CallToolResult {
    if error.code() == Code::ErrorStorage {
        tracing::error!(?error, "a tool call failed");
    }
    view::refusal(error.code(), &error.to_string())
}

/// An execution with the output and the artifacts that an answer carries.
async fn described(
    service: &Service,
    principal: &Principal,
    record: &Record,
) -> Result<ExecutionView, LookupError> {
    let most = service.settings().limits.inline_output_bytes;
    let output = page::inline(service, principal, record.id, most).await?;
    let mut view = ExecutionView::new(record, Some(output));
    view.artifacts = artifacts::of(service, principal, record).await?;
    Ok(view)
}

/// An execution id from an argument. A malformed one is not found, like any other unknown one.
fn execution_id(text: &str) -> Result<ExecutionId, CallError> {
    text.parse().map_err(|_| CallError::Lookup(LookupError::NotFound))
}

/// A heap id from an argument. A malformed one is refused as such, before anything is looked up.
fn heap_id(tool: &'static str, text: &str) -> Result<HeapId, CallError> {
    named(tool, "heap", text)
}

/// A session name from an argument.
fn session_name(tool: &'static str, text: &str) -> Result<SessionName, CallError> {
    named(tool, "session", text)
}

/// What an argument names; a refusal repeats the argument, as far as it is of any use.
fn named<T>(tool: &'static str, argument: &str, text: &str) -> Result<T, CallError>
where
    T: std::str::FromStr<Err = mcp_v8_sandbox::id::InvalidName>,
{
    text.parse().map_err(|error| {
        let shown: String = text.chars().take(80).collect();
        let problem = format!("{argument} is {shown:?}: {error}");
        ArgumentError::Value { tool, problem }.into()
    })
}
