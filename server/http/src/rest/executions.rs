//! `/api/executions`: list, look at, cancel.

use super::Caller;
use super::id::Id;
use super::query::{self, Params};
use crate::problem::{Problem, ProblemBody};
use crate::router::App;
use crate::view::ExecutionInfo;
use axum::Json;
use axum::extract::State;
use mcp_v8_executions::{ListQuery, PageRequest, Record};
use mcp_v8_sandbox::Principal;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// Executions of a page, when nobody says how many, and at most.
const LIMIT: u64 = 100;
const LIMIT_MAX: u64 = 1000;

/// Which executions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Executions at most; 100 when left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
    /// `next` of the page before.
    before: Option<String>,
    /// Only those with this status.
    status: Option<String>,
    /// Only those of this session.
    session: Option<String>,
}

/// A page of executions, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExecutionList {
    /// Newest first, without their output.
    executions: Vec<ExecutionInfo>,
    /// `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// How long to wait for the end.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WaitParams {
    /// Milliseconds to wait for the end; 0 answers at once, the operator's maximum applies.
    wait_ms: Option<u64>,
}

/// An execution that was told to stop.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cancelled {
    /// Always true: the execution is over, or will be in a moment.
    ok: bool,
    /// How it stands.
    #[serde(flatten)]
    execution: ExecutionInfo,
}

/// Lists the caller's executions, newest first.
#[utoipa::path(
    get, path = "/api/executions", operation_id = "list_executions", tag = "executions", params(ListParams),
    responses(
        (status = 200, description = "A page of executions", body = ExecutionList),
        (status = 400, description = "A parameter is malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_executions(
    State(app): State<App>,
    Caller(principal): Caller,
    Params(params): Params<ListParams>,
) -> Result<Json<ExecutionList>, Problem> {
    let page = app.service.list(&principal, list_query(&params)?).await?;
    let executions = page.records.iter().map(ExecutionInfo::from).collect();
    Ok(Json(ExecutionList { executions, next: page.next.map(|id| id.to_string()) }))
}

fn list_query(params: &ListParams) -> Result<ListQuery, Problem> {
    let limit = query::number("limit", params.limit, LIMIT, 1..=LIMIT_MAX)?;
    Ok(ListQuery {
        limit: u32::try_from(limit).expect("at most LIMIT_MAX"),
        before: query::named("before", params.before.as_deref())?,
        status: query::named("status", params.status.as_deref())?,
        session: query::named("session", params.session.as_deref())?,
    })
}

/// An execution, now or when it is over.
#[utoipa::path(
    get, path = "/api/executions/{id}", operation_id = "get_execution", tag = "executions",
    params(("id" = String, Path, description = "Execution id"), WaitParams),
    responses(
        (status = 200, description = "The execution", body = ExecutionInfo),
        (status = 400, description = "A parameter is malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such execution", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_execution(
    State(app): State<App>,
    Caller(principal): Caller,
    Id(id): Id,
    Params(params): Params<WaitParams>,
) -> Result<Json<ExecutionInfo>, Problem> {
    let most = app.service.settings().limits.sync_wait;
    let wait = Duration::from_millis(params.wait_ms.unwrap_or(0)).min(most);
    let record = app.service.wait(&principal, id, wait).await?;
    Ok(Json(with_output(&app, &principal, &record).await?))
}

/// Stops an execution, queued or running. One that is over stays as it is.
#[utoipa::path(
    post, path = "/api/executions/{id}/cancel", operation_id = "cancel_execution", tag = "executions",
    params(("id" = String, Path, description = "Execution id")),
    responses(
        (status = 200, description = "How it stands", body = Cancelled),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such execution", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn cancel_execution(
    State(app): State<App>,
    Caller(principal): Caller,
    Id(id): Id,
) -> Result<Json<Cancelled>, Problem> {
    let record = app.service.cancel(&principal, id).await?;
    Ok(Json(Cancelled { ok: true, execution: ExecutionInfo::from(&record) }))
}

/// The execution with the beginning of its output.
pub async fn with_output(
    app: &App,
    principal: &Principal,
    record: &Record,
) -> Result<ExecutionInfo, Problem> {
    let limit = app.service.settings().limits.inline_output_bytes;
    let page =
        app.service.output(principal, record.id, PageRequest::Bytes { offset: 0, limit }).await?;
    Ok(ExecutionInfo {
        output_bytes: page.total_bytes,
        output_lines: page.total_lines,
        truncated: Some(page.has_more),
        output: Some(page.data),
        ..ExecutionInfo::from(record)
    })
}
