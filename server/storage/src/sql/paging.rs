//! A page of output. The rules are those of [`PageRequest`] and [`OutputPage`].

use super::{
    chunk::{Chunks, Mark},
    row::Parsed,
};
use crate::{Doing, OutputPage, PageRequest, Status, StorageError, count::Count, error::During};
use mcp_v8_sandbox::ExecutionId;
use rusqlite::{Connection, OptionalExtension, params};

/// An output with all that its row says about it.
struct Output<'c> {
    chunks: Chunks<'c>,
    status: Status,
    /// There is text after the last line feed.
    open_line: bool,
}

/// A page of the output of a tenant's execution; `None` when the tenant has no such execution.
pub(crate) fn output(
    connection: &Connection,
    tenant: &str,
    id: ExecutionId,
    request: PageRequest,
) -> Result<Option<OutputPage>, StorageError> {
    let found = find(connection, tenant, id).during(Doing::Paging)?;
    found.map(|output| output.page(request)).transpose()
}

fn find<'c>(
    connection: &'c Connection,
    tenant: &str,
    id: ExecutionId,
) -> rusqlite::Result<Option<Output<'c>>> {
    let sql = "SELECT key, status, output_bytes, output_newlines, output_open_line FROM execution
               WHERE id = ?1 AND tenant = ?2";
    connection
        .prepare_cached(sql)?
        .query_row(params![id.0.as_bytes(), tenant], |row| {
            let end = Mark { byte: row.get::<_, Count>(2)?.0, newlines: row.get::<_, Count>(3)?.0 };
            Ok(Output {
                chunks: Chunks { connection, id, execution: row.get(0)?, end },
                status: row.get::<_, Parsed<Status>>(1)?.0,
                open_line: row.get(4)?,
            })
        })
        .optional()
}

impl Output<'_> {
    fn page(&self, request: PageRequest) -> Result<OutputPage, StorageError> {
        let chunks = &self.chunks;
        let (from, to) = match request {
            PageRequest::Bytes { offset, limit } => {
                let from = chunks.at_byte(offset)?;
                let to = chunks.at_byte(offset.saturating_add(limit.max(1)))?;
                (from, if to == from { chunks.after_byte(from.byte)? } else { to })
            }
            PageRequest::Lines { offset, limit } => {
                let end = self.lines_to_give().saturating_add(1);
                let first = offset.clamp(1, end);
                let after = first.saturating_add(limit.max(1)).min(end);
                (chunks.at_line(first)?, chunks.at_line(after)?)
            }
        };
        let data = chunks.text(from, to)?;
        let start_line = self.line_of(from);
        let end_line = match data.as_bytes().last() {
            None => start_line - 1,
            Some(b'\n') => to.newlines,
            Some(_) => to.newlines.saturating_add(1),
        };
        let next_line_offset = self.line_of(to);
        let has_more = match request {
            PageRequest::Bytes { .. } => to.byte < chunks.end.byte,
            PageRequest::Lines { .. } => next_line_offset <= self.lines_to_give(),
        };
        Ok(OutputPage {
            data,
            start_line,
            end_line,
            next_line_offset,
            total_lines: chunks.end.newlines.saturating_add(u64::from(self.open_line)),
            start_byte: from.byte,
            end_byte: to.byte,
            next_byte_offset: to.byte,
            total_bytes: chunks.end.byte,
            has_more,
            status: self.status,
        })
    }

    /// A last line without a line feed that will not grow any more.
    fn has_last_line(&self) -> bool {
        self.open_line && self.status.is_final()
    }

    /// How many lines there are to read now.
    fn lines_to_give(&self) -> u64 {
        self.chunks.end.newlines.saturating_add(u64::from(self.has_last_line()))
    }

    /// The line that goes on at a place; at the end of a finished output, the one after its last.
    fn line_of(&self, mark: Mark) -> u64 {
        let ended = mark == self.chunks.end && self.has_last_line();
        mark.newlines.saturating_add(1 + u64::from(ended))
    }
}
