//! Tags: of one heap, and heaps by their tags.

use super::{
    save::touch,
    value::{blob, cut, id},
};
use crate::{Doing, StorageError, TagPage, TagQuery, Tagged, Tags, Timestamp, error::During};
use mcp_v8_sandbox::HeapId;
use rusqlite::{Connection, ToSql, params};
use std::collections::BTreeSet;

/// The tags of a heap; `None` when the tenant has no such heap.
pub(crate) fn tags(
    connection: &Connection,
    tenant: &str,
    heap: HeapId,
) -> Result<Option<Tags>, StorageError> {
    let find = || match exists(connection, tenant, heap)? {
        true => of(connection, tenant, heap).map(Some),
        false => Ok(None),
    };
    find().during(Doing::Tagging)
}

/// Gives a heap these tags and no others; false when the tenant has no such heap.
pub(crate) fn set_tags(
    connection: &Connection,
    tenant: &str,
    heap: HeapId,
    tags: &Tags,
    at: Timestamp,
) -> Result<bool, StorageError> {
    let set = || {
        if !exists(connection, tenant, heap)? {
            return Ok(false);
        }
        remove_all(connection, tenant, heap)?;
        add(connection, tenant, heap, tags)?;
        touch(connection, tenant, heap, at).map(|()| true)
    };
    set().during(Doing::Tagging)
}

/// Takes these tags from a heap, or all; false when the tenant has no such heap.
pub(crate) fn delete_tags(
    connection: &Connection,
    tenant: &str,
    heap: HeapId,
    names: Option<&BTreeSet<String>>,
    at: Timestamp,
) -> Result<bool, StorageError> {
    let delete = || {
        if !exists(connection, tenant, heap)? {
            return Ok(false);
        }
        match names {
            None => remove_all(connection, tenant, heap)?,
            Some(names) => {
                let sql = "DELETE FROM heap_tag WHERE tenant = ?1 AND heap = ?2 AND name = ?3";
                let mut statement = connection.prepare_cached(sql)?;
                for name in names {
                    statement.execute(params![tenant, blob(&heap), name])?;
                }
            }
        }
        touch(connection, tenant, heap, at).map(|()| true)
    };
    delete().during(Doing::Tagging)
}

/// Heaps of a tenant that have all of these tags, by id. Limit and tags are checked already.
pub(crate) fn by_tags(
    connection: &Connection,
    tenant: &str,
    query: &TagQuery,
) -> Result<TagPage, StorageError> {
    find(connection, tenant, query).during(Doing::Tagging)
}

fn find(connection: &Connection, tenant: &str, query: &TagQuery) -> rusqlite::Result<TagPage> {
    // No id is below the empty blob.
    let after = query.after.as_ref().map_or(&[][..], blob);
    let limit = i64::from(query.limit) + 1;
    let mut sql = "SELECT heap FROM heap_tag AS one
                   WHERE tenant = ?1 AND heap > ?2 AND name = ?4 AND value = ?5"
        .to_owned();
    let mut values: Vec<&dyn ToSql> = vec![&tenant, &after, &limit];
    for (number, (name, value)) in query.tags.iter().enumerate() {
        if number > 0 {
            let place = values.len() + 1;
            sql.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM heap_tag WHERE tenant = ?1 AND heap = one.heap
                  AND name = ?{place} AND value = ?{})",
                place + 1
            ));
        }
        values.extend([name as &dyn ToSql, value]);
    }
    sql.push_str(" ORDER BY heap LIMIT ?3");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut ids: Vec<HeapId> =
        statement.query_map(values.as_slice(), |row| id(row, 0))?.collect::<Result<_, _>>()?;
    let more = cut(&mut ids, query.limit);
    let next = ids.last().filter(|_| more).copied();
    let heaps = ids
        .into_iter()
        .map(|heap| Ok(Tagged { heap, tags: of(connection, tenant, heap)? }))
        .collect::<rusqlite::Result<_>>()?;
    Ok(TagPage { heaps, next })
}

/// Adds to the tags of a heap; one of the same name gets the new value.
pub(super) fn add(
    connection: &Connection,
    tenant: &str,
    heap: HeapId,
    tags: &Tags,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO heap_tag (tenant, heap, name, value) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (tenant, heap, name) DO UPDATE SET value = excluded.value";
    let mut statement = connection.prepare_cached(sql)?;
    for (name, value) in tags {
        statement.execute(params![tenant, blob(&heap), name, value])?;
    }
    Ok(())
}

fn of(connection: &Connection, tenant: &str, heap: HeapId) -> rusqlite::Result<Tags> {
    let sql = "SELECT name, value FROM heap_tag WHERE tenant = ?1 AND heap = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    statement
        .query_map(params![tenant, blob(&heap)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn exists(connection: &Connection, tenant: &str, heap: HeapId) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM heap WHERE tenant = ?1 AND id = ?2 AND state = 'stored'";
    connection.prepare_cached(sql)?.exists(params![tenant, blob(&heap)])
}

fn remove_all(connection: &Connection, tenant: &str, heap: HeapId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM heap_tag WHERE tenant = ?1 AND heap = ?2";
    connection.prepare_cached(sql)?.execute(params![tenant, blob(&heap)]).map(drop)
}
