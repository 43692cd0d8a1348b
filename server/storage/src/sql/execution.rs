//! The life of an execution's row: submitted, started, finished. Not its output.

use crate::{
    Doing, Finished, NewExecution, Status, StorageError, Timestamp, error::During,
    record::EncodedEnd,
};
use mcp_v8_sandbox::{ExecutionId, Outcome, StopReason, Usage};
use rusqlite::{Connection, OptionalExtension, named_params, params};

/// What the outcome of an execution says when its server went away.
const SERVER_STOPPED: &str = "the server stopped while it ran";

/// Stores a new execution as queued.
pub(crate) fn insert(connection: &Connection, new: &NewExecution) -> Result<(), StorageError> {
    let sql = "INSERT INTO execution (id, tenant, session, status, submitted_at)
               VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING";
    let session = new.session.as_ref().map(|name| name.as_str());
    let status = Status::Queued.as_str();
    let inserted = connection
        .prepare_cached(sql)
        .and_then(|mut statement| {
            let id = new.id.0.as_bytes();
            statement.execute(params![id, new.tenant, session, status, new.submitted_at])
        })
        .during(Doing::Submitting)?;
    if inserted == 0 { Err(StorageError::Duplicate(new.id)) } else { Ok(()) }
}

/// Marks a queued execution as running.
pub(crate) fn start(
    connection: &Connection,
    id: ExecutionId,
    at: Timestamp,
) -> Result<(), StorageError> {
    let sql = "UPDATE execution SET status = ?1, started_at = ?2 WHERE id = ?3 AND status = ?4";
    let started = connection
        .prepare_cached(sql)
        .and_then(|mut statement| {
            let (running, queued) = (Status::Running.as_str(), Status::Queued.as_str());
            statement.execute(params![running, at, id.0.as_bytes(), queued])
        })
        .during(Doing::Starting)?;
    if started == 0 {
        tracing::debug!(execution = %id, "the start of an execution that is not queued was ignored");
    }
    Ok(())
}

/// Stores the end of an unfinished execution.
pub(crate) fn finish(
    connection: &Connection,
    id: ExecutionId,
    end: &EncodedEnd,
) -> Result<(), StorageError> {
    let sql = "UPDATE execution SET status = :status, finished_at = :at, outcome = :outcome,
                   usage = :usage, lost = :lost, heap = :heap
               WHERE id = :id AND finished_at IS NULL";
    let finished = connection
        .prepare_cached(sql)
        .and_then(|mut statement| {
            statement.execute(named_params! {
                ":status": end.status.as_str(), ":at": end.at, ":outcome": end.outcome,
                ":usage": end.usage, ":lost": end.lost,
                ":heap": end.heap.as_ref().map(|heap| heap.0.as_slice()), ":id": id.0.as_bytes(),
            })
        })
        .during(Doing::Finishing)?;
    if finished > 0 {
        return Ok(());
    }
    let known = connection
        .prepare_cached("SELECT 1 FROM execution WHERE id = ?1")
        .and_then(|mut statement| statement.query_row([id.0.as_bytes()], |_| Ok(())).optional())
        .during(Doing::Finishing)?;
    Err(known.map_or(StorageError::Unknown(id), |()| StorageError::AlreadyFinished(id)))
}

/// Ends every execution that a former process left queued or running; says how many.
pub(crate) fn close_unfinished(
    connection: &Connection,
    at: Timestamp,
) -> Result<usize, StorageError> {
    let reason = StopReason::WorkerLost { how: SERVER_STOPPED.to_owned() };
    let end = EncodedEnd::new(&Finished {
        at,
        outcome: Outcome::Stopped(reason),
        usage: Usage::default(),
        lost: Vec::new(),
        heap: None,
    })?;
    let sql =
        "UPDATE execution SET status = ?1, finished_at = ?2, outcome = ?3, usage = ?4, lost = ?5
               WHERE finished_at IS NULL";
    let status = end.status.as_str();
    connection
        .execute(sql, params![status, end.at, end.outcome, end.usage, end.lost])
        .during(Doing::Recovering)
}
