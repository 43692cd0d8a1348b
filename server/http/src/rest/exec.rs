//! `POST /api/exec`: submits a program, as JSON or as the body itself.

use super::Caller;
use super::executions::with_output;
use crate::problem::{Problem, ProblemBody};
use crate::router::App;
use crate::view::ExecutionInfo;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use mcp_v8_executions::{Request, Target};
use mcp_v8_sandbox::{Code, ExecutionId, SessionName};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// A program and how to run it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecRequest {
    /// JavaScript or TypeScript.
    code: String,
    #[serde(flatten)]
    options: ExecOptions,
}

/// How to run a program: in the JSON body, or in the query beside a raw body.
#[derive(Debug, Default, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExecOptions {
    /// Session whose bindings the run uses and keeps. Also by the header X-MCP-Session-Id.
    session: Option<String>,
    /// V8 heap in MB; the operator's maximum applies.
    #[schema(minimum = 16)]
    heap_memory_max_mb: Option<u64>,
    /// Seconds the run may take; the operator's maximum applies.
    #[schema(minimum = 1)]
    execution_timeout_secs: Option<u64>,
    /// Milliseconds to wait for the end; 0 answers at once.
    wait_ms: Option<u64>,
    /// false: a fresh isolate that keeps nothing.
    persist: Option<bool>,
}

/// A submitted execution.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExecAccepted {
    /// Id for the routes under /api/executions.
    execution_id: String,
}

/// Submits a program. The body is JSON, or with any other content type the program itself.
#[utoipa::path(
    post, path = "/api/exec", operation_id = "exec", tag = "executions", params(ExecOptions),
    request_body(content(
        (ExecRequest = "application/json"), (String = "application/javascript"), (String = "text/plain"),
    ), description = "The program, with its options as JSON, or alone"),
    responses(
        (status = 200, description = "Finished within wait_ms", body = ExecutionInfo),
        (status = 202, description = "Accepted; Location names the execution", body = ExecAccepted),
        (status = 400, description = "The request is malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
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
    body: Bytes,
) -> Result<Response, Problem> {
    let (code, options) = parse(&headers, &uri, &body)?;
    let settings = app.service.settings();
    let wait = Duration::from_millis(options.wait_ms.unwrap_or(0)).min(settings.limits.sync_wait);
    let request = Request {
        source: code,
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

fn parse(headers: &HeaderMap, uri: &Uri, body: &[u8]) -> Result<(String, ExecOptions), Problem> {
    let kind =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    if kind.starts_with("multipart/") {
        let problem = Problem::new(
            Code::ErrorRequest,
            "multipart bodies are not taken: send the program as the body, or JSON",
        );
        return Err(problem.with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    if kind.is_empty() || kind.contains("json") {
        let request: ExecRequest = serde_json::from_slice(body)
            .map_err(|error| Problem::new(Code::ErrorRequest, format!("the body: {error}")))?;
        return Ok((request.code, request.options));
    }
    let code = std::str::from_utf8(body).map_err(|error| {
        Problem::new(Code::ErrorRequest, format!("the program is not UTF-8: {error}"))
    })?;
    let options = Query::<ExecOptions>::try_from_uri(uri).map_err(|rejection| {
        Problem::new(Code::ErrorRequest, format!("query: {}", rejection.body_text()))
    })?;
    Ok((code.to_owned(), options.0))
}

fn target(options: &ExecOptions, headers: &HeaderMap, stateful: bool) -> Result<Target, Problem> {
    let named = |text: &str| -> Result<Target, Problem> {
        let name: SessionName =
            text.parse().map_err(|error: mcp_v8_sandbox::id::InvalidName| {
                Problem::new(Code::ErrorRequest, format!("session: {error}"))
            })?;
        Ok(Target::Session(name))
    };
    if options.persist == Some(false) {
        return Ok(Target::Fresh);
    }
    match (&options.session, headers.get("x-mcp-session-id")) {
        (Some(name), _) => named(name),
        // The header is for servers with sessions; a stateless one has no use for it.
        (None, Some(value)) if stateful => named(value.to_str().unwrap_or_default()),
        (None, _) => Ok(Target::Default),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(kind: &str, uri: &str, body: &[u8]) -> Result<(String, ExecOptions), StatusCode> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, kind.parse().expect("a header value"));
        let uri = uri.parse().expect("a target");
        parse(&headers, &uri, body).map_err(|problem| problem.into_response().status())
    }

    #[test]
    fn a_program_comes_as_json_or_as_the_body_itself() {
        let json = br#"{"code":"1","session":"a","wait_ms":5}"#;
        let (code, options) = parsed("application/json", "/", json).expect("JSON");
        assert_eq!(
            (code.as_str(), options.session.as_deref(), options.wait_ms),
            ("1", Some("a"), Some(5))
        );
        let uri = "/api/exec?session=b&execution_timeout_secs=3";
        let (code, options) = parsed("application/javascript", uri, b"2").expect("a raw body");
        assert_eq!(
            (code.as_str(), options.session.as_deref(), options.execution_timeout_secs),
            ("2", Some("b"), Some(3))
        );
    }

    #[test]
    fn what_is_malformed_is_refused_by_name() {
        assert_eq!(parsed("application/json", "/", b"{").err(), Some(StatusCode::BAD_REQUEST));
        assert_eq!(
            parsed("application/json", "/", br#"{"code":"1","sesion":"a"}"#).err(),
            Some(StatusCode::BAD_REQUEST)
        );
        assert_eq!(
            parsed("application/json", "/", br#"{"code":1}"#).err(),
            Some(StatusCode::BAD_REQUEST)
        );
        assert_eq!(parsed("text/plain", "/", &[0xff]).err(), Some(StatusCode::BAD_REQUEST));
        assert_eq!(parsed("text/plain", "/?wait_ms=x", b"1").err(), Some(StatusCode::BAD_REQUEST));
        assert_eq!(
            parsed("multipart/form-data", "/", b"1").err(),
            Some(StatusCode::UNSUPPORTED_MEDIA_TYPE)
        );
    }
}
