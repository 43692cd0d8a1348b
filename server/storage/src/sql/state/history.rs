//! The history of a session: reading it, and trimming its old end.

use super::{
    session,
    value::{Kind, cut, id, optional_id},
};
use crate::{
    Doing, Snapshot, SnapshotPage, SnapshotQuery, Source, StorageError, Timestamp, count::Count,
    error::During, sql::row::Parsed,
};
use mcp_v8_sandbox::{Code, ExecutionId, SessionName};
use rusqlite::{Connection, Row, params, types::FromSqlError};
use uuid::Uuid;

/// Most sessions that one step trims.
const STEP_SESSIONS: i64 = 16;

/// Most runs that one step takes from one session.
const STEP_RUNS: i64 = 128;

/// A part of a session's history, newest first; `None` when the tenant has no such session. The limit is checked
/// already.
pub(crate) fn snapshots(
    connection: &Connection,
    tenant: &str,
    name: &SessionName,
    query: &SnapshotQuery,
) -> Result<Option<SnapshotPage>, StorageError> {
    let find = || {
        let key = session::key(connection, tenant, name)?;
        key.map(|key| rows(connection, tenant, key, query)).transpose()
    };
    let Some(mut snapshots) = find().during(Doing::ReadingSession)? else { return Ok(None) };
    let more = cut(&mut snapshots, query.limit);
    let next = snapshots.last().filter(|_| more).map(|snapshot| snapshot.run);
    Ok(Some(SnapshotPage { snapshots, next }))
}

fn rows(
    connection: &Connection,
    tenant: &str,
    session: i64,
    query: &SnapshotQuery,
) -> rusqlite::Result<Vec<Snapshot>> {
    let source = if query.sources { "source" } else { "NULL" };
    let sql = format!(
        "SELECT run, execution, heap, parent, kind, at, bytes, failure,
             EXISTS (SELECT 1 FROM heap WHERE tenant = ?1 AND id = snapshot.heap AND state = 'stored'),
             source_bytes, {source}
         FROM snapshot WHERE session = ?2 AND run < ?3 ORDER BY run DESC LIMIT ?4"
    );
    let before = query.before.and_then(|run| i64::try_from(run).ok()).unwrap_or(i64::MAX);
    let limit = i64::from(query.limit) + 1;
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map(params![tenant, session, before, limit], read)?.collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Snapshot> {
    let source = row.get::<_, Option<Vec<u8>>>(10)?.map(|bytes| {
        String::from_utf8(bytes).map_err(|error| {
            let error = FromSqlError::other(error);
            rusqlite::Error::FromSqlConversionFailure(10, rusqlite::types::Type::Blob, error.into())
        })
    });
    let bytes = row.get::<_, Option<Count>>(9)?;
    Ok(Snapshot {
        run: row.get::<_, Count>(0)?.0,
        execution: ExecutionId(Uuid::from_bytes(row.get(1)?)),
        heap: id(row, 2)?,
        parent: optional_id(row, 3)?,
        kind: row.get::<_, Kind>(4)?.0,
        at: row.get(5)?,
        bytes: row.get::<_, Count>(6)?.0,
        failure: row.get::<_, Option<Parsed<Code>>>(7)?.map(|code| code.0),
        stored: row.get(8)?,
        source: source.transpose()?.zip(bytes).map(|(text, bytes)| Source { text, bytes: bytes.0 }),
    })
}

/// Takes runs from the old ends of histories that are too long or too old, in bounds; says whether there may be more.
/// The newest run of a session stays.
pub(super) fn trim(connection: &Connection, max: u64, oldest: Timestamp) -> rusqlite::Result<bool> {
    let max = i64::try_from(max.max(1)).unwrap_or(i64::MAX);
    let long: Vec<(i64, i64)> = connection
        .prepare_cached("SELECT key, history - ?1 FROM session WHERE history > ?1 LIMIT ?2")?
        .query_map(params![max, STEP_SESSIONS], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (session, excess) in &long {
        let sql = "DELETE FROM snapshot WHERE key IN
                   (SELECT key FROM snapshot WHERE session = ?1 ORDER BY run LIMIT ?2)";
        connection.prepare_cached(sql)?.execute([*session, (*excess).min(STEP_RUNS)])?;
    }
    let sql = "SELECT key, history - 1 FROM session WHERE history > 1 AND oldest_at < ?1
               ORDER BY oldest_at LIMIT ?2";
    let old: Vec<(i64, i64)> = connection
        .prepare_cached(sql)?
        .query_map(params![oldest, STEP_SESSIONS], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (session, all_but_one) in &old {
        // Of the oldest runs, and not of all: the clock may have been set back.
        let sql = "DELETE FROM snapshot WHERE at < ?3 AND key IN
                   (SELECT key FROM snapshot WHERE session = ?1 ORDER BY run LIMIT ?2)";
        let most = (*all_but_one).min(STEP_RUNS);
        connection.prepare_cached(sql)?.execute(params![session, most, oldest])?;
    }
    Ok(!long.is_empty() || !old.is_empty())
}
