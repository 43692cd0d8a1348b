//! A program as it comes over HTTP: JSON, or the body itself with its options in the query. It runs nothing.

use super::query;
use crate::problem::Problem;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use mcp_v8_executions::Target;
use mcp_v8_sandbox::{Code, SessionName};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Names the session of a run whose options name none.
pub const SESSION_HEADER: &str = "x-mcp-session-id";

/// A program and how to run it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecRequest {
    /// JavaScript or TypeScript.
    code: Option<String>,
    /// Path of a file on the server's machine that holds the program, instead of code; where the server allows it.
    file: Option<String>,
    /// Session whose bindings the run uses and keeps. Also by the header X-MCP-Session-Id.
    session: Option<String>,
    /// V8 heap in MB; the operator's maximum applies.
    #[schema(minimum = 16)]
    heap_memory_max_mb: Option<u64>,
    /// Seconds the run may take; the operator's maximum applies.
    #[schema(minimum = 1)]
    execution_timeout_secs: Option<u64>,
    /// Milliseconds to wait for the end; 0 answers at once, the operator's maximum applies.
    wait_ms: Option<u64>,
    /// Stored state to start from, as an earlier run returned it in heap. With session, that session goes on from
    /// there; without, the run belongs to no session.
    heap: Option<String>,
    /// Tags for the state after the run: names and values, to find it again.
    tags: Option<BTreeMap<String, String>>,
    /// false: a fresh isolate, or the state of heap, and nothing is kept.
    persist: Option<bool>,
}

/// How to run a program that is the body itself.
#[derive(Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExecOptions {
    /// Beside a raw body: session whose bindings the run uses and keeps. Also by the header X-MCP-Session-Id.
    pub session: Option<String>,
    /// Beside a raw body: V8 heap in MB; the operator's maximum applies.
    #[param(minimum = 16)]
    pub heap_memory_max_mb: Option<u64>,
    /// Beside a raw body: seconds the run may take; the operator's maximum applies.
    #[param(minimum = 1)]
    pub execution_timeout_secs: Option<u64>,
    /// Beside a raw body: milliseconds to wait for the end; 0 answers at once, the operator's maximum applies.
    pub wait_ms: Option<u64>,
    /// Beside a raw body: stored state to start from, as an earlier run returned it in heap.
    pub heap: Option<String>,
    /// Only in a JSON body.
    #[serde(skip)]
    #[param(ignore)]
    pub tags: BTreeMap<String, String>,
    /// Beside a raw body: false: a fresh isolate, or the state of heap, and nothing is kept.
    pub persist: Option<bool>,
    /// Only in a JSON body.
    #[serde(skip)]
    #[param(ignore)]
    pub file: Option<String>,
}

/// The source text and its options, by the content type of the body. Without one, the body is JSON.
///
/// # Errors
/// `error.request`, saying what is malformed and where.
pub fn parse(
    headers: &HeaderMap,
    uri: &Uri,
    body: &[u8],
) -> Result<(String, ExecOptions), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).map(|value| value.as_bytes().to_ascii_lowercase());
    let kind = kind.as_deref().unwrap_or_default();
    if kind.starts_with(b"multipart/") {
        let problem = Problem::new(
            Code::ErrorRequest,
            "multipart bodies are not taken: send the program as the body, or JSON",
        );
        return Err(problem.with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    if kind.is_empty() || is_json(kind) { json(uri, body) } else { raw(uri, body) }
}

/// A subtype that is or ends with `json`: `application/json`, `application/problem+json; charset=utf-8`.
fn is_json(kind: &[u8]) -> bool {
    kind.split(|byte| *byte == b';')
        .next()
        .is_some_and(|essence| essence.trim_ascii().ends_with(b"json"))
}

fn json(uri: &Uri, body: &[u8]) -> Result<(String, ExecOptions), Problem> {
    if uri.query().is_some_and(|query| !query.is_empty()) {
        // Ignoring them would run the program in another way than the caller means.
        return Err(Problem::new(
            Code::ErrorRequest,
            "query: options of a JSON request are fields of its body",
        ));
    }
    let request: ExecRequest = serde_json::from_slice(body).map_err(|error| {
        Problem::new(Code::ErrorRequest, format!("the body is not a request in JSON: {error}"))
    })?;
    let options = ExecOptions {
        session: request.session,
        heap_memory_max_mb: request.heap_memory_max_mb,
        execution_timeout_secs: request.execution_timeout_secs,
        wait_ms: request.wait_ms,
        heap: request.heap,
        tags: request.tags.unwrap_or_default(),
        persist: request.persist,
        file: request.file,
    };
    match (request.code, &options.file) {
        (Some(code), _) => Ok((code, options)),
        (None, Some(_)) => Ok((String::new(), options)),
        (None, None) => Err(Problem::new(
            Code::ErrorRequest,
            "the body is not a request in JSON: missing field `code`",
        )),
    }
}

fn raw(uri: &Uri, body: &[u8]) -> Result<(String, ExecOptions), Problem> {
    let code = std::str::from_utf8(body).map_err(|error| {
        Problem::new(Code::ErrorRequest, format!("the program is not UTF-8: {error}"))
    })?;
    Ok((code.to_owned(), query::parse(uri)?))
}

/// Which globals the run starts from.
///
/// # Errors
/// `error.request` for a malformed session name, and for more than one header with one.
pub fn target(
    options: &ExecOptions,
    headers: &HeaderMap,
    stateful: bool,
) -> Result<Target, Problem> {
    if options.persist == Some(false) {
        return Ok(Target::Fresh);
    }
    let named = |text: &str| Ok(Target::Session(text.parse::<SessionName>()?));
    let mut fields = headers.get_all(SESSION_HEADER).iter();
    match (&options.session, fields.next()) {
        (Some(name), _) => named(name),
        // The header is for servers with sessions; a stateless one has no use for it.
        (None, Some(_)) if !stateful => Ok(Target::Default),
        (None, Some(_)) if fields.next().is_some() => Err(Problem::new(
            Code::ErrorRequest,
            "the request has more than one X-MCP-Session-Id header",
        )),
        // What is no text is no name either, and refused as such.
        (None, Some(value)) => named(value.to_str().unwrap_or_default()),
        (None, None) => Ok(Target::Default),
    }
}

#[cfg(test)]
mod tests;
