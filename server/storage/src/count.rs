//! A count or size as SQLite stores it. SQLite integers are signed 64 bit, ours are not.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// A `u64` in an INTEGER column; what does not fit is an error in both directions.
#[derive(Clone, Copy)]
pub(crate) struct Count(pub u64);

impl ToSql for Count {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        i64::try_from(self.0)
            .map(ToSqlOutput::from)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }
}

impl FromSql for Count {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let value = i64::column_result(value)?;
        u64::try_from(value).map(Self).map_err(|_| FromSqlError::OutOfRange(value))
    }
}

/// The length of bytes in memory, as a size in the database.
pub(crate) fn size(bytes: &[u8]) -> u64 {
    bytes.len() as u64 // usize is at most 64 bit on every target of ours
}

/// Line feeds in `bytes`: the one line terminator of console output.
pub(crate) fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_number_in_the_database_is_an_error_and_not_a_huge_count() {
        assert!(Count::column_result(ValueRef::Integer(-1)).is_err());
        assert!(Count::column_result(ValueRef::Integer(7)).is_ok_and(|count| count.0 == 7));
        assert!(Count(u64::MAX).to_sql().is_err());
    }
}
