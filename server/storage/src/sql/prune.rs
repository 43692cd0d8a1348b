//! Removing what retention does not keep, in steps that hold up other writes only for moments.

use crate::{Doing, Pruned, Retention, StorageError, Timestamp, count::Count, error::During};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Most executions that one step removes.
const STEP_EXECUTIONS: i64 = 64;

/// A step ends with the execution that brings it to this many bytes of output.
const STEP_OUTPUT_BYTES: u64 = 8 << 20;

/// The newest execution to remove: it and all that finished before it go. A place and not a count, so that two
/// prunings at once remove nothing twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cutoff {
    finished_at: Timestamp,
    key: i64,
}

/// What one step did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub pruned: Pruned,
    pub more: bool,
}

struct Candidate {
    cutoff: Cutoff,
    output_bytes: u64,
}

impl Candidate {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let cutoff = Cutoff { finished_at: row.get(0)?, key: row.get(1)? };
        Ok(Self { cutoff, output_bytes: row.get::<_, Count>(2)?.0 })
    }
}

/// Where to cut; `None` when everything may stay. Reads an index of as many rows as are kept.
pub(crate) fn cutoff(
    connection: &Connection,
    retention: &Retention,
    now: Timestamp,
) -> Result<Option<Cutoff>, StorageError> {
    find(connection, retention, now.minus(retention.max_age)).during(Doing::Pruning)
}

fn find(
    connection: &Connection,
    retention: &Retention,
    oldest: Timestamp,
) -> rusqlite::Result<Option<Cutoff>> {
    let sql = "SELECT finished_at, key, output_bytes + artifact_bytes FROM execution
               WHERE finished_at IS NOT NULL ORDER BY finished_at DESC, key DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let (mut executions, mut bytes) = (0u64, 0u64);
    for candidate in statement.query_map([], Candidate::read)? {
        let candidate = candidate?;
        executions += 1;
        bytes = bytes.saturating_add(candidate.output_bytes);
        let kept = executions <= retention.max_executions
            && bytes <= retention.max_output_bytes_total
            && candidate.cutoff.finished_at >= oldest;
        if !kept {
            return Ok(Some(candidate.cutoff));
        }
    }
    Ok(None)
}

/// Removes the oldest executions up to the cutoff, within the bounds of a step.
pub(crate) fn prune(connection: &Connection, cutoff: Cutoff) -> Result<Step, StorageError> {
    step(connection, cutoff).during(Doing::Pruning)
}

fn step(connection: &Connection, cutoff: Cutoff) -> rusqlite::Result<Step> {
    let mut pruned = Pruned::default();
    for _ in 0..STEP_EXECUTIONS {
        if pruned.output_bytes >= STEP_OUTPUT_BYTES {
            return Ok(Step { pruned, more: true });
        }
        let Some(oldest) = oldest(connection, cutoff)? else {
            return Ok(Step { pruned, more: false });
        };
        for sql in [
            "DELETE FROM artifact WHERE execution = ?1",
            "DELETE FROM output_chunk WHERE execution = ?1",
            "DELETE FROM execution WHERE key = ?1",
        ] {
            connection.prepare_cached(sql)?.execute([oldest.cutoff.key])?;
        }
        pruned.executions += 1;
        pruned.output_bytes = pruned.output_bytes.saturating_add(oldest.output_bytes);
    }
    Ok(Step { pruned, more: true })
}

fn oldest(connection: &Connection, cutoff: Cutoff) -> rusqlite::Result<Option<Candidate>> {
    let sql = "SELECT finished_at, key, output_bytes + artifact_bytes FROM execution
               WHERE finished_at IS NOT NULL AND (finished_at, key) <= (?1, ?2)
               ORDER BY finished_at, key LIMIT 1";
    connection
        .prepare_cached(sql)?
        .query_row(params![cutoff.finished_at, cutoff.key], Candidate::read)
        .optional()
}

#[cfg(test)]
mod tests;
