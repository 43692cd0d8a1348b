//! `POST /api/exec`: submits a program, and waits for its end when asked to. How it is written is in `program`.

use super::Caller;
use super::executions::with_output;
use super::program::{ExecOptions, ExecRequest, parse, target};
use crate::problem::{Problem, ProblemBody};
use crate::router::App;
use crate::view::ExecutionInfo;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use mcp_v8_executions::Request;
use mcp_v8_sandbox::{Code, ExecutionId};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// A submitted execution.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExecAccepted {
    /// Id for the routes under /api/executions.
    execution_id: String,
}

/// Submits a program. The body is JSON, or with any other content type the program itself.
#[utoipa::path(
    post, path = "/api/exec", operation_id = "exec", tag = "executions",
    params(
        ExecOptions,
        ("X-MCP-Session-Id" = Option<String>, Header, description = "Session of a run whose options name none"),
    ),
    request_body(content(
        (ExecRequest = "application/json"), (String = "application/javascript"), (String = "text/plain"),
    ), description = "The program, with its options as JSON, or alone"),
    responses(
        (status = 200, description = "Finished within wait_ms", body = ExecutionInfo),
        (status = 202, description = "Accepted; Location names the execution", body = ExecAccepted),
        (status = 400, description = "The request is malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 408, description = "The body did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The program is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Multipart and compressed bodies are not taken", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many runs are waiting; Retry-After says when", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The server is shutting down", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn exec(
    State(app): State<App>,
    Caller(principal): Caller,
    headers: HeaderMap,
    uri: Uri,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = body.map_err(|_| Problem::new(Code::ErrorRequest, "the request body broke off"))?;
    let (code, options) = parse(&headers, &uri, &body)?;
    let settings = app.service.settings();
    let wait = Duration::from_millis(options.wait_ms.unwrap_or(0)).min(settings.limits.sync_wait);
    let request = Request {
        source: code,
        file: options.file.clone(),
        heap: options.heap.as_deref().map(str::parse).transpose()?,
        tags: options.tags.clone(),
        target: target(&options, &headers, settings.sessions.enabled)?,
        heap_mb: options.heap_memory_max_mb,
        timeout: options.execution_timeout_secs.map(Duration::from_secs),
    };
    let id = app.service.submit(&principal, request).await?;
    if !wait.is_zero() {
        let record = app.service.wait(&principal, id, wait).await?;
        if record.status.is_final() {
            return Ok(Json(with_output(&app, &principal, &record).await?).into_response());
        }
    }
    Ok(accepted(id))
}

fn accepted(id: ExecutionId) -> Response {
    let mut response =
        (StatusCode::ACCEPTED, Json(ExecAccepted { execution_id: id.to_string() })).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/executions/{id}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
