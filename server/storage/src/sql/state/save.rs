//! Storing a heap, and moving a head to it. [`admit`] says no before anything is written; [`save`] then only fails
//! with the database, so that a refusal leaves nothing behind in a transaction that goes on.

use super::{session, tags, value::blob};
use crate::{
    Doing, Head, StorageError, TAGS_PER_HEAP_MAX, TagError, Timestamp,
    count::Count,
    error::During,
    state::{Move, Save},
};
use mcp_v8_sandbox::HeapId;
use rusqlite::{Connection, OptionalExtension, named_params, params};

/// Refuses a move from a head that is no longer there, and more tags than a heap can have.
pub(crate) fn admit(
    connection: &Connection,
    tenant: &str,
    id: HeapId,
    save: &Save,
) -> Result<(), StorageError> {
    if let Some(head) = &save.head {
        let actual = session::head(connection, tenant, &head.session)?.map(|head| head.heap);
        if actual != head.expected {
            return Err(StorageError::Conflict { session: head.session.clone(), actual });
        }
    }
    if !save.heap.tags.is_empty() {
        let mut together = tags::tags(connection, tenant, id)?.unwrap_or_default();
        together.extend(save.heap.tags.clone());
        if together.len() > TAGS_PER_HEAP_MAX {
            return Err(TagError::TooMany { count: together.len() }.into());
        }
    }
    Ok(())
}

/// Stores a heap, and moves the head where there is one to move.
pub(crate) fn save(
    connection: &Connection,
    tenant: &str,
    id: HeapId,
    save: &Save,
) -> Result<Option<Head>, StorageError> {
    let write = || {
        let key = match store_again(connection, tenant, id, save)? {
            Some(key) => key,
            None => insert(connection, tenant, id, save)?,
        };
        tags::add(connection, tenant, id, &save.heap.tags)?;
        let at = save.heap.created_at;
        if let Some(parent) = &save.heap.parent {
            touch(connection, tenant, *parent, at)?;
        }
        let Some(step) = &save.head else { return Ok(None) };
        let (session, run) = session::advance(connection, tenant, step, key, at)?;
        record(connection, session, run, key, id, save, step)?;
        Ok(Some(Head { heap: id, kind: save.heap.kind, run, updated_at: at }))
    };
    write().during(Doing::SavingHeap)
}

/// The key of a heap that is stored already: of an equal state.
fn store_again(
    connection: &Connection,
    tenant: &str,
    id: HeapId,
    save: &Save,
) -> rusqlite::Result<Option<i64>> {
    let sql = "UPDATE heap SET used_at = max(used_at, ?3), loose = max(loose, ?4)
               WHERE tenant = ?1 AND id = ?2 AND state = 'stored' RETURNING key";
    let loose = save.head.is_none();
    connection
        .prepare_cached(sql)?
        .query_row(params![tenant, blob(&id), save.heap.created_at, loose], |row| row.get(0))
        .optional()
}

/// Stores a new heap; one that was being deleted becomes this one.
fn insert(connection: &Connection, tenant: &str, id: HeapId, save: &Save) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO heap (tenant, id, kind, parent, engine, values_bytes, heap_bytes,
                   stored_bytes, created_at, used_at, loose, lost)
               VALUES (:tenant, :id, :kind, :parent, :engine, :values_bytes, :heap_bytes,
                   :stored_bytes, :at, :at, :loose, :lost)
               ON CONFLICT (tenant, id) DO UPDATE SET state = 'stored', kind = excluded.kind,
                   parent = excluded.parent, engine = excluded.engine,
                   values_bytes = excluded.values_bytes, heap_bytes = excluded.heap_bytes,
                   stored_bytes = excluded.stored_bytes, created_at = excluded.created_at,
                   used_at = excluded.used_at, loose = excluded.loose, lost = excluded.lost
               RETURNING key";
    let heap = &save.heap;
    connection.prepare_cached(sql)?.query_row(
        named_params! {
            ":tenant": tenant, ":id": blob(&id), ":kind": heap.kind.as_str(),
            ":parent": heap.parent.as_ref().map(blob), ":engine": heap.engine,
            ":values_bytes": Count(heap.values_bytes), ":heap_bytes": Count(heap.heap_bytes),
            ":stored_bytes": Count(heap.stored_bytes), ":at": heap.created_at,
            ":loose": save.head.is_none(), ":lost": save.lost,
        },
        |row| row.get(0),
    )
}

/// Notes that a heap was used.
pub(super) fn touch(
    connection: &Connection,
    tenant: &str,
    id: HeapId,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "UPDATE heap SET used_at = max(used_at, ?3) WHERE tenant = ?1 AND id = ?2";
    connection.prepare_cached(sql)?.execute(params![tenant, blob(&id), at]).map(drop)
}

/// Adds a run to the history of its session.
fn record(
    connection: &Connection,
    session: i64,
    run: u64,
    key: i64,
    id: HeapId,
    save: &Save,
    step: &Move,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO snapshot (session, run, heap_key, heap, parent, kind, execution, at,
                   bytes, failure, source_bytes, source)
               VALUES (:session, :run, :key, :heap, :parent, :kind, :execution, :at,
                   :bytes, :failure, :source_bytes, :source)";
    let (heap, source) = (&save.heap, step.source.as_ref());
    connection
        .prepare_cached(sql)?
        .execute(named_params! {
            ":session": session, ":run": Count(run), ":key": key, ":heap": blob(&id),
            ":parent": heap.parent.as_ref().map(blob), ":kind": heap.kind.as_str(),
            ":execution": step.run.execution.0.as_bytes(), ":at": heap.created_at,
            ":bytes": Count(heap.stored_bytes),
            ":failure": step.run.failure.map(|code| code.as_str()),
            ":source_bytes": source.map(|source| Count(source.bytes)),
            ":source": source.map(|source| source.text.as_bytes()),
        })
        .map(drop)
}
