//! A row of `execution` as a record.

use crate::{Record, Status, StorageError, Timestamp, count::Count, record::EncodedEnd};
use mcp_v8_sandbox::{ExecutionId, HeapId, SessionName};
use rusqlite::{
    Row,
    types::{FromSql, FromSqlError, FromSqlResult, ValueRef},
};
use uuid::Uuid;

/// The columns that [`StoredRecord`] reads.
pub(super) const COLUMNS: &str = "id, tenant, session, status, submitted_at, started_at, finished_at, \
     output_bytes, output_newlines, output_open_line, artifacts, usage, lost, outcome, heap";

/// A record whose JSON is not decoded yet.
pub(super) struct StoredRecord {
    record: Record,
    end: Option<EncodedEnd>,
}

impl StoredRecord {
    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let finished_at: Option<Timestamp> = row.get("finished_at")?;
        let status = row.get::<_, Parsed<Status>>("status")?.0;
        let end = match finished_at {
            None => None,
            Some(at) => Some(EncodedEnd {
                at,
                status,
                outcome: row.get("outcome")?,
                usage: row.get("usage")?,
                lost: row.get("lost")?,
                heap: row.get::<_, Option<[u8; 32]>>("heap")?.map(HeapId),
            }),
        };
        let newlines = row.get::<_, Count>("output_newlines")?.0;
        let open_line = row.get::<_, bool>("output_open_line")?;
        let record = Record {
            id: ExecutionId(Uuid::from_bytes(row.get("id")?)),
            tenant: row.get("tenant")?,
            session: row.get::<_, Option<Parsed<SessionName>>>("session")?.map(|name| name.0),
            status,
            submitted_at: row.get("submitted_at")?,
            started_at: row.get("started_at")?,
            finished_at,
            end: None,
            output_bytes: row.get::<_, Count>("output_bytes")?.0,
            artifacts: row.get::<_, Count>("artifacts")?.0,
            output_lines: newlines.saturating_add(u64::from(open_line)),
        };
        Ok(Self { record, end })
    }

    pub fn decode(self) -> Result<Record, StorageError> {
        let end = self.end.as_ref().map(EncodedEnd::decode).transpose()?;
        Ok(Record { end, ..self.record })
    }
}

/// A TEXT column of something that parses.
pub(super) struct Parsed<T>(pub T);

impl<T> FromSql for Parsed<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(FromSqlError::other)
    }
}
