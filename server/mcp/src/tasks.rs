//! Tasks (MCP extension io.modelcontextprotocol/tasks, SEP-2663): an execution under another name. A task has no store
//! of its own: its id is that of the execution, its owner the execution's, its result what `run_js` would have answered.

use crate::tools::run_js;
use mcp_v8_executions::{Description, LookupError, Record, Service, Status};
use mcp_v8_sandbox::{ExecutionId, Principal};
use rmcp::model::{
    CreateTaskResult, DetailedTask, GetTaskResult, JsonObject, ProtocolVersion, Task, TaskPayload,
    TaskStatus,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};

/// How often a client does well to ask, milliseconds.
const POLL_MS: u64 = 1_000;

/// Whether the client of this request can take a task as the answer. A client of an earlier revision cannot, whatever
/// it declares: there the extension means something else.
pub fn are_wanted(context: &RequestContext<RoleServer>) -> bool {
    let era = context.protocol_version();
    era.is_some_and(|version| version >= ProtocolVersion::V_2026_07_28)
        && context.client_capabilities().is_some_and(|client| client.supports_tasks())
}

/// The task of an execution that is not over.
pub fn created(service: &Service, record: &Record) -> CreateTaskResult {
    CreateTaskResult::new(task(service, record))
}

/// How a task stands; with its result when it is over.
///
/// # Errors
/// Invalid parameters for an unknown or foreign task.
pub async fn get(
    service: &Service,
    principal: &Principal,
    task_id: &str,
) -> Result<GetTaskResult, ErrorData> {
    let record = service.get(principal, id(task_id)?).await.map_err(not_found)?;
    let payload = match record.status {
        Status::Queued | Status::Running => TaskPayload::Working,
        Status::Cancelled => TaskPayload::Cancelled,
        // A script that failed, or was stopped, is a result: the task did what it was there for.
        Status::Completed | Status::Failed | Status::TimedOut => {
            TaskPayload::Completed { result: result(service, principal, &record).await? }
        }
    };
    Ok(GetTaskResult::new(DetailedTask::new(task(service, &record), payload)))
}

/// Ends a task. One that is over stays as it is.
///
/// # Errors
/// Invalid parameters for an unknown or foreign task.
pub async fn cancel(
    service: &Service,
    principal: &Principal,
    task_id: &str,
) -> Result<(), ErrorData> {
    service.cancel(principal, id(task_id)?).await.map(drop).map_err(not_found)
}

/// Takes what a task asked its client for. No task here asks for anything, so whatever comes answers nothing and is
/// ignored, as the extension says of unknown keys.
///
/// # Errors
/// Invalid parameters for an unknown or foreign task.
pub async fn update(
    service: &Service,
    principal: &Principal,
    task_id: &str,
) -> Result<(), ErrorData> {
    service.get(principal, id(task_id)?).await.map(drop).map_err(not_found)
}

/// As one that is under way; `DetailedTask` gives it the status of its payload.
fn task(service: &Service, record: &Record) -> Task {
    let seen = Description::from(record);
    let updated = seen.finished_at.clone().or(seen.started_at.clone());
    let updated = updated.unwrap_or_else(|| seen.submitted_at.clone());
    let kept = service.settings().storage.max_age.as_millis();
    Task::new(seen.id, TaskStatus::Working, seen.submitted_at, updated)
        .with_status_message(seen.status)
        .with_ttl_ms(u64::try_from(kept).unwrap_or(u64::MAX))
        .with_poll_interval_ms(POLL_MS)
}

async fn result(
    service: &Service,
    principal: &Principal,
    record: &Record,
) -> Result<JsonObject, ErrorData> {
    let answer = run_js::answer(service, principal, record).await.map_err(not_found)?;
    match serde_json::to_value(answer) {
        Ok(serde_json::Value::Object(object)) => Ok(object),
        // Results are plain structs of text and numbers: they always serialize, as objects.
        _ => Err(ErrorData::internal_error("the result could not be written", None)),
    }
}

fn id(task_id: &str) -> Result<ExecutionId, ErrorData> {
    task_id.parse().map_err(|_| not_found(LookupError::NotFound))
}

fn not_found(error: LookupError) -> ErrorData {
    match error {
        LookupError::Storage(error) => {
            tracing::error!(?error, "a task could not be read");
            ErrorData::internal_error("the task could not be read", None)
        }
        LookupError::NotFound | LookupError::NoArtifact => ErrorData::invalid_params(
            "no such task; finished tasks are removed after a while (storage.max_executions, storage.max_age_hours)",
            None,
        ),
    }
}
