//! Finding places in the chunks of one output. The totals come from the execution's row.

use crate::{
    Doing, StorageError,
    count::{Count, newlines, size},
    error::During,
};
use mcp_v8_sandbox::ExecutionId;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A place between two characters of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub byte: u64,
    /// Line feeds before `byte`.
    pub newlines: u64,
}

/// The stored output of one execution, as one transaction sees it.
pub(super) struct Chunks<'c> {
    pub connection: &'c Connection,
    pub id: ExecutionId,
    pub execution: i64,
    /// Its end: all bytes, all line feeds.
    pub end: Mark,
}

struct Chunk {
    start: Mark,
    data: Vec<u8>,
}

const COLUMNS: &str = "SELECT start_byte, newlines_before, data FROM output_chunk";

impl Chunks<'_> {
    /// The character that `byte` lies in; the end when it lies beyond.
    pub fn at_byte(&self, byte: u64) -> Result<Mark, StorageError> {
        if byte >= self.end.byte {
            return Ok(self.end);
        }
        let chunk = self.chunk_of_byte(byte)?;
        let inside = chunk.offset(byte).ok_or(StorageError::Damaged(self.id))?;
        let boundary = (0..=inside).rev().find(|at| chunk.is_boundary(*at)).unwrap_or(0);
        Ok(chunk.mark(boundary))
    }

    /// The place after the character that `byte` lies in.
    pub fn after_byte(&self, byte: u64) -> Result<Mark, StorageError> {
        if byte >= self.end.byte {
            return Ok(self.end);
        }
        let chunk = self.chunk_of_byte(byte)?;
        let inside = chunk.offset(byte).ok_or(StorageError::Damaged(self.id))?;
        // No character crosses the end of a chunk.
        let len = chunk.data.len();
        let boundary = (inside + 1..len).find(|at| chunk.is_boundary(*at)).unwrap_or(len);
        Ok(chunk.mark(boundary))
    }

    /// The start of a line, from 1; the end when there are not that many.
    pub fn at_line(&self, line: u64) -> Result<Mark, StorageError> {
        let before = line.saturating_sub(1);
        if before == 0 {
            return Ok(Mark { byte: 0, newlines: 0 });
        }
        if before > self.end.newlines {
            return Ok(self.end);
        }
        // The last chunk with fewer line feeds before it is the one that has the line feed looked for.
        let sql = format!(
            "{COLUMNS} WHERE execution = ?1 AND newlines_before < ?2
             ORDER BY newlines_before DESC, start_byte DESC LIMIT 1"
        );
        let chunk = self.one(&sql, before)?;
        let feeds = chunk.data.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        // It is at most `data.len()` when the chunk is sound, so usize holds it.
        let skip = before.saturating_sub(chunk.start.newlines).saturating_sub(1);
        let feed = usize::try_from(skip).ok().and_then(|skip| feeds.map(|(at, _)| at).nth(skip));
        feed.map(|at| chunk.mark(at + 1)).ok_or(StorageError::Damaged(self.id))
    }

    /// The text between two places.
    pub fn text(&self, from: Mark, to: Mark) -> Result<String, StorageError> {
        let damaged = || StorageError::Damaged(self.id);
        let mut bytes = Vec::new();
        if from.byte < to.byte {
            let first = self.chunk_of_byte(from.byte)?;
            let skip = first.offset(from.byte).ok_or_else(damaged)?;
            bytes.extend_from_slice(&first.data[skip..]);
            self.following(first.start, to, &mut bytes).during(Doing::Paging)?;
        }
        let len = usize::try_from(to.byte.saturating_sub(from.byte)).map_err(|_| damaged())?;
        if bytes.len() < len {
            return Err(damaged());
        }
        bytes.truncate(len);
        String::from_utf8(bytes).map_err(|_| damaged())
    }

    /// Adds the chunks that start after `first` and before `to`.
    fn following(&self, first: Mark, to: Mark, bytes: &mut Vec<u8>) -> rusqlite::Result<()> {
        let sql = "SELECT data FROM output_chunk
                   WHERE execution = ?1 AND start_byte > ?2 AND start_byte < ?3 ORDER BY start_byte";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows =
            statement.query(params![self.execution, Count(first.byte), Count(to.byte)])?;
        while let Some(row) = rows.next()? {
            bytes.extend_from_slice(row.get_ref(0)?.as_blob()?);
        }
        Ok(())
    }

    fn chunk_of_byte(&self, byte: u64) -> Result<Chunk, StorageError> {
        let sql = format!(
            "{COLUMNS} WHERE execution = ?1 AND start_byte <= ?2 ORDER BY start_byte DESC LIMIT 1"
        );
        self.one(&sql, byte)
    }

    fn one(&self, sql: &str, value: u64) -> Result<Chunk, StorageError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row(params![self.execution, Count(value)], Chunk::read).optional()
            })
            .during(Doing::Paging)?
            .ok_or(StorageError::Damaged(self.id))
    }
}

impl Chunk {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (byte, newlines) = (row.get::<_, Count>(0)?.0, row.get::<_, Count>(1)?.0);
        Ok(Self { start: Mark { byte, newlines }, data: row.get(2)? })
    }

    /// Where `byte` of the output is in this chunk; `None` when it is not.
    fn offset(&self, byte: u64) -> Option<usize> {
        let inside = usize::try_from(byte.checked_sub(self.start.byte)?).ok()?;
        (inside < self.data.len()).then_some(inside)
    }

    /// A character starts at `at` (RFC 3629: every other byte of one is 10xxxxxx).
    fn is_boundary(&self, at: usize) -> bool {
        self.data[at] & 0xC0 != 0x80
    }

    fn mark(&self, at: usize) -> Mark {
        let before = &self.data[..at];
        Mark {
            byte: self.start.byte.saturating_add(size(before)),
            newlines: self.start.newlines.saturating_add(newlines(before)),
        }
    }
}
