//! Sessions: the head of one, a page of them, moving and removing.

use super::value::{Kind, cut, id};
use crate::{
    Doing, Head, SessionPage, SessionQuery, SessionRecord, StorageError, Timestamp, count::Count,
    error::During, sql::row::Parsed, state::Move,
};
use mcp_v8_sandbox::SessionName;
use rusqlite::{Connection, OptionalExtension, params};

/// Where a session of a tenant stands.
pub(crate) fn head(
    connection: &Connection,
    tenant: &str,
    name: &SessionName,
) -> Result<Option<Head>, StorageError> {
    let sql = "SELECT heap.id, heap.kind, session.runs, session.updated_at
               FROM session JOIN heap ON heap.key = session.head
               WHERE session.tenant = ?1 AND session.name = ?2";
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| {
            let read = |row: &rusqlite::Row<'_>| {
                let (heap, kind) = (id(row, 0)?, row.get::<_, Kind>(1)?.0);
                let run = row.get::<_, Count>(2)?.0;
                Ok(Head { heap, kind, run, updated_at: row.get(3)? })
            };
            statement.query_row(params![tenant, name.as_str()], read).optional()
        })
        .during(Doing::ReadingSession)
}

/// Sessions of a tenant, by name. The limit is checked already.
pub(crate) fn sessions(
    connection: &Connection,
    tenant: &str,
    query: &SessionQuery,
) -> Result<SessionPage, StorageError> {
    // No name is empty.
    let after = query.after.as_ref().map_or("", SessionName::as_str);
    let sql = "SELECT session.name, heap.id, heap.kind, session.runs, session.created_at,
                   session.updated_at, heap.stored_bytes
               FROM session JOIN heap ON heap.key = session.head
               WHERE session.tenant = ?1 AND session.name > ?2
               ORDER BY session.name LIMIT ?3";
    let mut sessions: Vec<_> = connection
        .prepare_cached(sql)
        .and_then(|mut statement| {
            let read = |row: &rusqlite::Row<'_>| {
                Ok(SessionRecord {
                    name: row.get::<_, Parsed<SessionName>>(0)?.0,
                    head: id(row, 1)?,
                    kind: row.get::<_, Kind>(2)?.0,
                    runs: row.get::<_, Count>(3)?.0,
                    created_at: row.get(4)?,
                    updated_at: row.get(5)?,
                    bytes: row.get::<_, Count>(6)?.0,
                })
            };
            let limit = i64::from(query.limit) + 1;
            statement.query_map(params![tenant, after, limit], read)?.collect()
        })
        .during(Doing::ReadingSession)?;
    let more = cut(&mut sessions, query.limit);
    let next = sessions.last().filter(|_| more).map(|session| session.name.clone());
    Ok(SessionPage { sessions, next })
}

/// Moves the head, making the session where there is none; says its key and its runs so far.
pub(super) fn advance(
    connection: &Connection,
    tenant: &str,
    step: &Move,
    heap: i64,
    at: Timestamp,
) -> rusqlite::Result<(i64, u64)> {
    let sql = "INSERT INTO session (tenant, name, head, runs, created_at, updated_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?5)
               ON CONFLICT (tenant, name) DO UPDATE SET head = excluded.head,
                   runs = runs + excluded.runs, updated_at = excluded.updated_at
               RETURNING key, runs";
    let runs = Count(step.run.runs.max(1));
    connection
        .prepare_cached(sql)?
        .query_row(params![tenant, step.session.as_str(), heap, runs, at], |row| {
            Ok((row.get(0)?, row.get::<_, Count>(1)?.0))
        })
}

/// The key of a session of a tenant.
pub(super) fn key(
    connection: &Connection,
    tenant: &str,
    name: &SessionName,
) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT key FROM session WHERE tenant = ?1 AND name = ?2")?
        .query_row(params![tenant, name.as_str()], |row| row.get(0))
        .optional()
}

/// Removes a session and its history; false when the tenant has none of this name.
pub(crate) fn delete_session(
    connection: &Connection,
    tenant: &str,
    name: &SessionName,
) -> Result<bool, StorageError> {
    let delete = || {
        let Some(key) = key(connection, tenant, name)? else { return Ok(false) };
        for sql in ["DELETE FROM snapshot WHERE session = ?1", "DELETE FROM session WHERE key = ?1"]
        {
            connection.prepare_cached(sql)?.execute([key])?;
        }
        Ok(true)
    };
    delete().during(Doing::DeletingSession)
}
