//! `/api/executions/{id}/output`: console output by lines or bytes.

use super::Caller;
use super::id::Id;
use super::query::{Params, number};
use crate::problem::{Problem, ProblemBody};
use crate::router::App;
use axum::Json;
use axum::extract::State;
use mcp_v8_executions::{OutputPage, PageRequest};
use mcp_v8_sandbox::Code;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Lines of a page, when nobody says how many, and at most.
const LINES: u64 = 100;
const LINES_MAX: u64 = 100_000;

/// Bytes of a page, when nobody says how many, and at most.
const BYTES: u64 = 4096;
const BYTES_MAX: u64 = 4 << 20;

/// Which part of the output. With `byte_offset` or `byte_limit` it is measured in bytes, otherwise in lines.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutputParams {
    /// First line, from 1; 0 stands for 1.
    line_offset: Option<u64>,
    /// Lines at most; 100 when left out.
    #[param(minimum = 1, maximum = 100000)]
    line_limit: Option<u64>,
    /// First byte, from 0.
    byte_offset: Option<u64>,
    /// Bytes at most; 4096 when left out.
    #[param(minimum = 1, maximum = 4194304)]
    byte_limit: Option<u64>,
}

/// A page of console output. The pages of an execution, put together, are exactly its output.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExecutionOutput {
    /// Execution id.
    execution_id: String,
    /// The text, line ends included.
    data: String,
    /// First line of the page, from 1.
    start_line: u64,
    /// Last line of the page.
    end_line: u64,
    /// `line_offset` of the next page.
    next_line_offset: u64,
    /// Lines so far.
    total_lines: u64,
    /// First byte of the page, from 0.
    start_byte: u64,
    /// Byte after the page.
    end_byte: u64,
    /// `byte_offset` of the next page.
    next_byte_offset: u64,
    /// Bytes so far.
    total_bytes: u64,
    /// There is more after this page.
    has_more: bool,
    /// Status of the execution.
    status: String,
}

/// A page of an execution's console output, while it runs and afterwards.
#[utoipa::path(
    get, path = "/api/executions/{id}/output", operation_id = "get_execution_output", tag = "executions",
    params(("id" = String, Path, description = "Execution id"), OutputParams),
    responses(
        (status = 200, description = "A page of output", body = ExecutionOutput),
        (status = 400, description = "A parameter is malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such execution", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_execution_output(
    State(app): State<App>,
    Caller(principal): Caller,
    Id(id): Id,
    Params(params): Params<OutputParams>,
) -> Result<Json<ExecutionOutput>, Problem> {
    let page = app.service.output(&principal, id, request(&params)?).await?;
    Ok(Json(ExecutionOutput::new(id.to_string(), page)))
}

fn request(params: &OutputParams) -> Result<PageRequest, Problem> {
    let bytes = params.byte_offset.is_some() || params.byte_limit.is_some();
    if bytes && (params.line_offset.is_some() || params.line_limit.is_some()) {
        return Err(Problem::new(Code::ErrorRequest, "query: choose lines or bytes, not both"));
    }
    Ok(if bytes {
        let limit = number("byte_limit", params.byte_limit, BYTES, 1..=BYTES_MAX)?;
        PageRequest::Bytes { offset: params.byte_offset.unwrap_or(0), limit }
    } else {
        let limit = number("line_limit", params.line_limit, LINES, 1..=LINES_MAX)?;
        PageRequest::Lines { offset: params.line_offset.unwrap_or(1), limit }
    })
}

impl ExecutionOutput {
    fn new(execution_id: String, page: OutputPage) -> Self {
        Self {
            execution_id,
            data: page.data,
            start_line: page.start_line,
            end_line: page.end_line,
            next_line_offset: page.next_line_offset,
            total_lines: page.total_lines,
            start_byte: page.start_byte,
            end_byte: page.end_byte,
            next_byte_offset: page.next_byte_offset,
            total_bytes: page.total_bytes,
            has_more: page.has_more,
            status: page.status.as_str().to_owned(),
        }
    }
}
