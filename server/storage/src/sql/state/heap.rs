//! Reading heaps. One that is being deleted is unknown to every look-up.

use super::value::{Kind, blob, cut, id, optional_id};
use crate::{Doing, HeapPage, HeapQuery, HeapRecord, StorageError, count::Count, error::During};
use mcp_v8_sandbox::HeapId;
use rusqlite::{Connection, OptionalExtension, Row, params};

const COLUMNS: &str = "id, tenant, kind, parent, engine, values_bytes, heap_bytes, stored_bytes, \
     created_at, used_at, lost";

/// A record whose JSON is not decoded yet.
struct StoredHeap {
    record: HeapRecord,
    lost: String,
}

impl StoredHeap {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let record = HeapRecord {
            id: id(row, "id")?,
            tenant: row.get("tenant")?,
            kind: row.get::<_, Kind>("kind")?.0,
            parent: optional_id(row, "parent")?,
            engine: row.get("engine")?,
            values_bytes: row.get::<_, Count>("values_bytes")?.0,
            heap_bytes: row.get::<_, Count>("heap_bytes")?.0,
            stored_bytes: row.get::<_, Count>("stored_bytes")?.0,
            created_at: row.get("created_at")?,
            used_at: row.get("used_at")?,
            lost: Vec::new(),
        };
        Ok(Self { record, lost: row.get("lost")? })
    }

    fn decode(self) -> Result<HeapRecord, StorageError> {
        let lost = serde_json::from_str(&self.lost).map_err(StorageError::json("losses"))?;
        Ok(HeapRecord { lost, ..self.record })
    }
}

/// One heap of a tenant.
pub(crate) fn heap(
    connection: &Connection,
    tenant: &str,
    id: HeapId,
) -> Result<Option<HeapRecord>, StorageError> {
    let sql =
        format!("SELECT {COLUMNS} FROM heap WHERE tenant = ?1 AND id = ?2 AND state = 'stored'");
    connection
        .prepare_cached(&sql)
        .and_then(|mut statement| {
            statement.query_row(params![tenant, blob(&id)], StoredHeap::read).optional()
        })
        .during(Doing::ReadingHeap)?
        .map(StoredHeap::decode)
        .transpose()
}

/// Heaps of a tenant, by id. The limit is checked already.
pub(crate) fn heaps(
    connection: &Connection,
    tenant: &str,
    query: &HeapQuery,
) -> Result<HeapPage, StorageError> {
    // No id is below the empty blob.
    let after = query.after.as_ref().map_or(&[][..], blob);
    let sql = format!(
        "SELECT {COLUMNS} FROM heap WHERE tenant = ?1 AND id > ?2 AND state = 'stored'
         ORDER BY id LIMIT ?3"
    );
    let mut stored: Vec<StoredHeap> = connection
        .prepare_cached(&sql)
        .and_then(|mut statement| {
            let limit = i64::from(query.limit) + 1;
            statement.query_map(params![tenant, after, limit], StoredHeap::read)?.collect()
        })
        .during(Doing::ReadingHeap)?;
    let more = cut(&mut stored, query.limit);
    let heaps: Vec<_> = stored.into_iter().map(StoredHeap::decode).collect::<Result<_, _>>()?;
    let next = heaps.last().filter(|_| more).map(|heap| heap.id);
    Ok(HeapPage { heaps, next })
}

/// Which of these ids have no row of the tenant, not even one that is being deleted.
pub(crate) fn unknown(
    connection: &Connection,
    tenant: &str,
    ids: &[HeapId],
) -> Result<Vec<HeapId>, StorageError> {
    let find = || {
        let sql = "SELECT 1 FROM heap WHERE tenant = ?1 AND id = ?2";
        let mut statement = connection.prepare_cached(sql)?;
        let mut unknown = Vec::new();
        for id in ids {
            if !statement.exists(params![tenant, blob(id)])? {
                unknown.push(*id);
            }
        }
        Ok(unknown)
    };
    find().during(Doing::ReadingHeap)
}

/// Every tenant that has heaps. Skips through the index, so that it costs what there are tenants.
pub(crate) fn tenants(connection: &Connection) -> Result<Vec<String>, StorageError> {
    let find = || {
        let mut first =
            connection.prepare_cached("SELECT tenant FROM heap ORDER BY tenant LIMIT 1")?;
        let mut following = connection
            .prepare_cached("SELECT tenant FROM heap WHERE tenant > ?1 ORDER BY tenant LIMIT 1")?;
        let mut tenants: Vec<String> = Vec::new();
        let mut next = first.query_row([], |row| row.get(0)).optional()?;
        while let Some(tenant) = next {
            next = following.query_row([&tenant], |row| row.get(0)).optional()?;
            tenants.push(tenant);
        }
        Ok(tenants)
    };
    find().during(Doing::ReadingHeap)
}

/// Bytes of the blobs of all stored heaps, over all tenants.
pub(crate) fn usage(connection: &Connection) -> Result<u64, StorageError> {
    connection
        .prepare_cached("SELECT bytes FROM heap_usage")
        .and_then(|mut statement| statement.query_row([], |row| Ok(row.get::<_, Count>(0)?.0)))
        .during(Doing::ReadingHeap)
}
