//! The paging rules once more, naively, over the whole text. What the store answers must equal this.

use mcp_v8_storage::{OutputPage, PageRequest, Status};

/// The page of an output that is `text` so far.
pub fn page(text: &str, status: Status, request: PageRequest) -> OutputPage {
    let total_bytes = text.len() as u64;
    let (start, end) = match request {
        PageRequest::Bytes { offset, limit } => byte_range(text, offset, limit),
        PageRequest::Lines { offset, limit } => line_range(text, status, offset, limit),
    };
    let data = text[start..end].to_owned();
    let start_line = line_at(text, status, start);
    let next_line_offset = line_at(text, status, end);
    let has_more = match request {
        PageRequest::Bytes { .. } => end < text.len(),
        PageRequest::Lines { .. } => next_line_offset <= readable(text, status).len() as u64,
    };
    OutputPage {
        start_line,
        end_line: (start_line + data.split_inclusive('\n').count() as u64) - 1,
        next_line_offset,
        total_lines: text.split_inclusive('\n').count() as u64,
        start_byte: start as u64,
        end_byte: end as u64,
        next_byte_offset: end as u64,
        total_bytes,
        has_more,
        status,
        data,
    }
}

fn byte_range(text: &str, offset: u64, limit: u64) -> (usize, usize) {
    let index = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
    let start = text.floor_char_boundary(index(offset));
    let end = text.floor_char_boundary(index(offset.saturating_add(limit.max(1))));
    (start, if end > start { end } else { text.ceil_char_boundary((start + 1).min(text.len())) })
}

/// The lines that a line page may hold: no open line of a run that goes on.
fn readable(text: &str, status: Status) -> Vec<&str> {
    text.split_inclusive('\n').filter(|line| line.ends_with('\n') || status.is_final()).collect()
}

fn line_range(text: &str, status: Status, offset: u64, limit: u64) -> (usize, usize) {
    let lines = readable(text, status);
    let skip = usize::try_from(offset.max(1) - 1).unwrap_or(usize::MAX).min(lines.len());
    let take = usize::try_from(limit.max(1)).unwrap_or(usize::MAX).min(lines.len() - skip);
    let len = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    let start = len(&lines[..skip]);
    (start, start + len(&lines[skip..skip + take]))
}

/// The line that a reader at `byte` goes on with.
fn line_at(text: &str, status: Status, byte: usize) -> u64 {
    let feeds = text[..byte].matches('\n').count() as u64;
    let behind_the_last =
        byte == text.len() && !text.is_empty() && !text.ends_with('\n') && status.is_final();
    feeds + 1 + u64::from(behind_the_last)
}
