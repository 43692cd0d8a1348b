//! `get_execution_output`: console output by lines or bytes, while it grows and afterwards.

use super::{Call, CallError, execution_id};
use crate::arguments::{self, ArgumentError};
use crate::{schema, view};
use mcp_v8_executions::{OutputPage, PageRequest};
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const NAME: &str = "get_execution_output";

const LINES: u64 = 100;
const LINES_MAX: u64 = 10_000;
const BYTES: u64 = 4096;
const BYTES_MAX: u64 = 1 << 20;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// The execution_id that run_js returned.
    execution_id: String,
    /// First line, from 1.
    #[serde(default)]
    line_offset: Option<u64>,
    /// Lines at most; 100 when left out, 10000 at most.
    #[serde(default)]
    line_limit: Option<u64>,
    /// First byte, from 0; chooses bytes instead of lines.
    #[serde(default)]
    byte_offset: Option<u64>,
    /// Bytes at most; 4096 when left out, 1048576 at most.
    #[serde(default)]
    byte_limit: Option<u64>,
}

/// A page of console output. The pages of an execution, put together, are exactly its output.
#[derive(Debug, Serialize, JsonSchema)]
struct PageView {
    execution_id: String,
    /// Status of the execution.
    status: String,
    /// The text, line ends included.
    data: String,
    /// First line of the page, from 1.
    start_line: u64,
    /// Last line of the page.
    end_line: u64,
    /// line_offset of the next page.
    next_line_offset: u64,
    /// Lines so far.
    total_lines: u64,
    /// First byte of the page, from 0.
    start_byte: u64,
    /// Byte after the page.
    end_byte: u64,
    /// byte_offset of the next page.
    next_byte_offset: u64,
    /// Bytes so far.
    total_bytes: u64,
    /// There is more after this page.
    has_more: bool,
}

pub fn tool() -> Tool {
    let description = "Console output of an execution, page by page: by lines (line_offset, line_limit) or by bytes \
        (byte_offset, byte_limit). Pages end on whole lines or characters; put together they are exactly the output. \
        Works while the execution runs.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("Read console output")
        .with_raw_output_schema(schema::output::<PageView>())
        .with_annotations(ToolAnnotations::new().read_only(true).idempotent(true).open_world(false))
}

pub async fn call(call: Call<'_>) -> Result<CallToolResult, CallError> {
    let given: Arguments = arguments::parse(NAME, call.arguments)?;
    let id = execution_id(&given.execution_id)?;
    let page = call.service.output(&call.principal, id, request(&given)?).await?;
    Ok(view::answer(&PageView::new(given.execution_id, page), false))
}

fn request(given: &Arguments) -> Result<PageRequest, ArgumentError> {
    let lines = given.line_offset.is_some() || given.line_limit.is_some();
    let bytes = given.byte_offset.is_some() || given.byte_limit.is_some();
    if lines && bytes {
        let problem =
            "choose lines (line_offset, line_limit) or bytes (byte_offset, byte_limit), not both"
                .to_owned();
        return Err(ArgumentError::Value { tool: NAME, problem });
    }
    Ok(if bytes {
        let limit = given.byte_limit.unwrap_or(BYTES).min(BYTES_MAX);
        PageRequest::Bytes { offset: given.byte_offset.unwrap_or(0), limit }
    } else {
        let limit = given.line_limit.unwrap_or(LINES).min(LINES_MAX);
        PageRequest::Lines { offset: given.line_offset.unwrap_or(1), limit }
    })
}

impl PageView {
    fn new(execution_id: String, page: OutputPage) -> Self {
        Self {
            execution_id,
            status: page.status.as_str().to_owned(),
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
        }
    }
}
