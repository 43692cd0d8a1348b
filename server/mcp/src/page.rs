//! Output of an execution, inline in an answer: all of it when it is short, otherwise its head and its tail.

use mcp_v8_executions::{LookupError, PageRequest, Service};
use mcp_v8_sandbox::{ExecutionId, Principal};

/// Output as it goes into an answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Inline {
    pub text: String,
    pub truncated: bool,
    pub total_bytes: u64,
    pub total_lines: u64,
}

/// Reads at most `cap` bytes of output.
///
/// # Errors
/// As for reading a page.
pub async fn inline(
    service: &Service,
    principal: &Principal,
    id: ExecutionId,
    cap: u64,
) -> Result<Inline, LookupError> {
    let head = service.output(principal, id, PageRequest::Bytes { offset: 0, limit: cap }).await?;
    let (total_bytes, total_lines) = (head.total_bytes, head.total_lines);
    if !head.has_more {
        return Ok(Inline { text: head.data, truncated: false, total_bytes, total_lines });
    }
    // The head says what the script set out to do, the tail how it ended.
    let half = cap / 2;
    let tail = PageRequest::Bytes { offset: total_bytes.saturating_sub(half), limit: half };
    let tail = service.output(principal, id, tail).await?;
    let kept = head.data.floor_char_boundary(usize::try_from(cap - half).unwrap_or(usize::MAX));
    let left_out = tail.start_byte.saturating_sub(kept as u64);
    let text =
        format!("{}\n[... {left_out} bytes left out ...]\n{}", &head.data[..kept], tail.data);
    Ok(Inline { text, truncated: true, total_bytes, total_lines })
}
