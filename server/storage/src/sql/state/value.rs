//! Columns of types that do not know SQLite.

use mcp_v8_sandbox::{CheckpointKind, HeapId};
use rusqlite::{
    Row, RowIndex,
    types::{FromSql, FromSqlError, FromSqlResult, ValueRef},
};

/// A TEXT column with the word of a [`CheckpointKind`]; the tables hold no other.
pub(super) struct Kind(pub CheckpointKind);

impl FromSql for Kind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        [CheckpointKind::Values, CheckpointKind::Heap]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .map(Self)
            .ok_or(FromSqlError::InvalidType)
    }
}

pub(super) fn id(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<HeapId> {
    row.get(column).map(HeapId)
}

pub(super) fn optional_id(
    row: &Row<'_>,
    column: impl RowIndex,
) -> rusqlite::Result<Option<HeapId>> {
    Ok(row.get::<_, Option<[u8; 32]>>(column)?.map(HeapId))
}

/// The bytes of an id, as a parameter.
pub(super) fn blob(id: &HeapId) -> &[u8] {
    &id.0
}

/// Cuts off the row that was read beyond the limit, and says whether there was one.
pub(super) fn cut<T>(rows: &mut Vec<T>, limit: u32) -> bool {
    let limit = limit as usize; // at most LIST_LIMIT_MAX
    let more = rows.len() > limit;
    rows.truncate(limit);
    more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_checkpoint_reads_back_from_its_word() {
        for kind in [CheckpointKind::Values, CheckpointKind::Heap] {
            let read = Kind::column_result(ValueRef::Text(kind.as_str().as_bytes()));
            assert!(read.is_ok_and(|read| read.0 == kind));
        }
        assert!(Kind::column_result(ValueRef::Text(b"other")).is_err());
    }
}
