//! Output into chunks. A page then touches the chunks it lies in, and no others.

use crate::{
    Doing, StorageError,
    count::{Count, newlines, size},
    error::During,
};
use mcp_v8_sandbox::ExecutionId;
use rusqlite::{Connection, OptionalExtension, params};

/// Longest chunk, bytes; chunks are cut at character boundaries.
pub const CHUNK_BYTES_MAX: usize = 64 << 10;

/// A last chunk below this size, in bytes, is filled up by what comes next. So a script that prints byte by byte does
/// not make a row of every byte, and an append rewrites less than this.
pub const CHUNK_BYTES_MIN: usize = 4 << 10;

/// Where the output of an unfinished execution ends.
struct End {
    execution: i64,
    bytes: u64,
    newlines: u64,
}

/// Adds `text` to the output of an unfinished execution. Text for any other is dropped: `finished` of it is refused
/// anyway.
pub(crate) fn append(
    connection: &Connection,
    id: ExecutionId,
    text: &str,
) -> Result<(), StorageError> {
    if text.is_empty() {
        return Ok(());
    }
    let Some(end) = end(connection, id).during(Doing::StoringOutput)? else {
        tracing::warn!(execution = %id, bytes = text.len(), "output of an unknown or finished execution was dropped");
        return Ok(());
    };
    store(connection, end, text).during(Doing::StoringOutput)
}

fn end(connection: &Connection, id: ExecutionId) -> rusqlite::Result<Option<End>> {
    let sql = "SELECT key, output_bytes, output_newlines FROM execution
               WHERE id = ?1 AND finished_at IS NULL";
    connection
        .prepare_cached(sql)?
        .query_row([id.0.as_bytes()], |row| {
            let (bytes, newlines) = (row.get::<_, Count>(1)?.0, row.get::<_, Count>(2)?.0);
            Ok(End { execution: row.get(0)?, bytes, newlines })
        })
        .optional()
}

fn store(connection: &Connection, mut end: End, mut text: &str) -> rusqlite::Result<()> {
    let open_line = !text.ends_with('\n');
    if let Some((key, mut data)) = short_tail(connection, &end)? {
        let (piece, rest) = text.split_at(text.floor_char_boundary(CHUNK_BYTES_MAX - data.len()));
        data.extend_from_slice(piece.as_bytes());
        connection
            .prepare_cached("UPDATE output_chunk SET data = ?1 WHERE key = ?2")?
            .execute(params![data, key])?;
        end.advance(piece);
        text = rest;
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO output_chunk (execution, start_byte, newlines_before, data) VALUES (?1, ?2, ?3, ?4)",
    )?;
    while !text.is_empty() {
        let (piece, rest) = text.split_at(text.floor_char_boundary(CHUNK_BYTES_MAX));
        let (bytes, newlines) = (Count(end.bytes), Count(end.newlines));
        insert.execute(params![end.execution, bytes, newlines, piece.as_bytes()])?;
        end.advance(piece);
        text = rest;
    }
    connection
        .prepare_cached(
            "UPDATE execution SET output_bytes = ?1, output_newlines = ?2, output_open_line = ?3 WHERE key = ?4",
        )?
        .execute(params![Count(end.bytes), Count(end.newlines), open_line, end.execution])?;
    Ok(())
}

/// The last chunk, when it is below [`CHUNK_BYTES_MIN`].
fn short_tail(connection: &Connection, end: &End) -> rusqlite::Result<Option<(i64, Vec<u8>)>> {
    // The end is the start of the chunk plus its length, so the data of a long one is not even read.
    let sql = "SELECT key, data FROM output_chunk
               WHERE execution = ?1 AND start_byte > ?2 - ?3 ORDER BY start_byte DESC LIMIT 1";
    let short = Count(CHUNK_BYTES_MIN as u64); // 4 KiB
    connection
        .prepare_cached(sql)?
        .query_row(params![end.execution, Count(end.bytes), short], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
}

impl End {
    fn advance(&mut self, piece: &str) {
        self.bytes = self.bytes.saturating_add(size(piece.as_bytes()));
        self.newlines = self.newlines.saturating_add(newlines(piece.as_bytes()));
    }
}

#[cfg(test)]
mod tests;
