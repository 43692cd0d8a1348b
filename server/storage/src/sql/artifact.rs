//! The statements of artifacts. Every look-up names the tenant.

use crate::{
    ArtifactPage, ArtifactQuery, ArtifactRecord, Doing, StorageError, Timestamp, count::Count,
    error::During,
};
use mcp_v8_sandbox::{Artifact, ExecutionId};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use uuid::Uuid;

const COLUMNS: &str = "execution.id, name, mime, length(data), created_at, artifact.key";

const FROM: &str = "artifact JOIN execution ON execution.key = artifact.execution";

/// Adds an artifact to an unfinished execution, in the place of one of the same name. One for any other execution is
/// dropped.
pub(crate) fn hand_out(
    connection: &Connection,
    id: ExecutionId,
    artifact: &Artifact,
    at: Timestamp,
) -> Result<(), StorageError> {
    store(connection, id, artifact, at).during(Doing::StoringArtifact)
}

fn store(
    connection: &Connection,
    id: ExecutionId,
    artifact: &Artifact,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "SELECT key, tenant FROM execution WHERE id = ?1 AND finished_at IS NULL";
    let found = connection
        .prepare_cached(sql)?
        .query_row([id.0.as_bytes()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    let Some((execution, tenant)) = found else {
        tracing::warn!(execution = %id, "an artifact of an unknown or finished execution was dropped");
        return Ok(());
    };
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO artifact (execution, tenant, name, mime, created_at, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            execution,
            tenant,
            artifact.key(),
            artifact.mime(),
            at,
            artifact.bytes()
        ])?;
    connection
        .prepare_cached(
            "UPDATE execution SET (artifacts, artifact_bytes) =
                 (SELECT count(*), sum(length(data)) FROM artifact WHERE execution = ?1) WHERE key = ?1",
        )?
        .execute([execution])?;
    Ok(())
}

/// Artifacts of a tenant, newest first. The limit is checked already.
pub(crate) fn artifacts(
    connection: &Connection,
    tenant: &str,
    query: &ArtifactQuery,
) -> Result<ArtifactPage, StorageError> {
    let limit = query.limit as usize; // at most LIST_LIMIT_MAX
    let mut artifacts = rows(connection, tenant, query).during(Doing::ReadingArtifacts)?;
    let more = artifacts.len() > limit;
    artifacts.truncate(limit);
    let next = artifacts.last().filter(|_| more).map(|last| last.place);
    Ok(ArtifactPage { artifacts, next })
}

/// The rows of a page, and one more when there is one.
fn rows(
    connection: &Connection,
    tenant: &str,
    query: &ArtifactQuery,
) -> rusqlite::Result<Vec<ArtifactRecord>> {
    let mut sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE artifact.tenant = ?");
    let execution = query.execution.map(|id| id.0.into_bytes());
    // No place in the list is beyond what the database counts with.
    let before = query.before.map(|place| i64::try_from(place).unwrap_or(i64::MAX));
    let mut values: Vec<&dyn ToSql> = vec![&tenant];
    if let Some(execution) = &execution {
        sql.push_str(" AND execution.id = ?");
        values.push(execution);
    }
    if let Some(before) = &before {
        sql.push_str(" AND artifact.key < ?");
        values.push(before);
    }
    sql.push_str(" ORDER BY artifact.key DESC LIMIT ?");
    let limit = i64::from(query.limit) + 1;
    values.push(&limit);
    connection.prepare_cached(&sql)?.query_map(values.as_slice(), record)?.collect()
}

/// One artifact of a tenant with its bytes: of this execution, or the newest of this name.
pub(crate) fn artifact(
    connection: &Connection,
    tenant: &str,
    execution: Option<ExecutionId>,
    key: &str,
) -> Result<Option<(ArtifactRecord, Vec<u8>)>, StorageError> {
    let mut sql =
        format!("SELECT {COLUMNS}, data FROM {FROM} WHERE artifact.tenant = ? AND name = ?");
    let execution = execution.map(|id| id.0.into_bytes());
    let mut values: Vec<&dyn ToSql> = vec![&tenant, &key];
    if let Some(execution) = &execution {
        sql.push_str(" AND execution.id = ?");
        values.push(execution);
    }
    sql.push_str(" ORDER BY artifact.key DESC LIMIT 1");
    connection
        .prepare_cached(&sql)
        .and_then(|mut statement| {
            let read = |row: &Row<'_>| Ok((record(row)?, row.get(6)?));
            statement.query_row(values.as_slice(), read).optional()
        })
        .during(Doing::ReadingArtifacts)
}

fn record(row: &Row<'_>) -> rusqlite::Result<ArtifactRecord> {
    Ok(ArtifactRecord {
        execution: ExecutionId(Uuid::from_bytes(row.get(0)?)),
        key: row.get(1)?,
        mime: row.get(2)?,
        size: row.get::<_, Count>(3)?.0,
        created_at: row.get(4)?,
        place: row.get::<_, Count>(5)?.0,
    })
}
