//! Reading executions: one, or a page of a list. Always inside one tenant.

use super::row::{COLUMNS, StoredRecord};
use crate::{Doing, ListPage, ListQuery, Record, StorageError, error::During};
use mcp_v8_sandbox::ExecutionId;
use rusqlite::{Connection, OptionalExtension, ToSql, params};

/// One execution of a tenant.
pub(crate) fn get(
    connection: &Connection,
    tenant: &str,
    id: ExecutionId,
) -> Result<Option<Record>, StorageError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM execution WHERE id = ?1 AND tenant = ?2"))
        .and_then(|mut statement| {
            statement.query_row(params![id.0.as_bytes(), tenant], StoredRecord::read).optional()
        })
        .during(Doing::Getting)?
        .map(StoredRecord::decode)
        .transpose()
}

/// Executions of a tenant, newest first. The limit is checked already.
pub(crate) fn list(
    connection: &Connection,
    tenant: &str,
    query: &ListQuery,
) -> Result<ListPage, StorageError> {
    let limit = query.limit as usize; // at most LIST_LIMIT_MAX
    let mut stored = rows(connection, tenant, query).during(Doing::Listing)?;
    let more = stored.len() > limit;
    stored.truncate(limit);
    let records: Vec<_> = stored.into_iter().map(StoredRecord::decode).collect::<Result<_, _>>()?;
    let next = records.last().filter(|_| more).map(|record| record.id);
    Ok(ListPage { records, next })
}

/// The rows of a page, and one more when there is one.
fn rows(
    connection: &Connection,
    tenant: &str,
    query: &ListQuery,
) -> rusqlite::Result<Vec<StoredRecord>> {
    let mut sql = format!("SELECT {COLUMNS} FROM execution WHERE tenant = ?");
    let before = query.before.map(|id| id.0.into_bytes());
    let status = query.status.map(|status| status.as_str());
    let session = query.session.as_ref().map(|name| name.as_str());
    let mut values: Vec<&dyn ToSql> = vec![&tenant];
    // A condition is only there when it is asked for, so that the index of its column is used.
    if let Some(before) = &before {
        sql.push_str(" AND id < ?");
        values.push(before);
    }
    if let Some(status) = &status {
        sql.push_str(" AND status = ?");
        values.push(status);
    }
    if let Some(session) = &session {
        sql.push_str(" AND session = ?");
        values.push(session);
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    let limit = i64::from(query.limit) + 1;
    values.push(&limit);
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map(values.as_slice(), StoredRecord::read)?.collect()
}
