//! Finding heaps that nothing keeps, marking them, removing them. Not their blobs.

use super::{
    history::trim,
    value::{blob, id},
};
use crate::{
    Claim, Doing, Expendable, HeapRetention, StorageError, Timestamp, count::Count, error::During,
    state::Pins,
};
use mcp_v8_sandbox::HeapId;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use std::sync::Arc;

/// [`HeapRetention`] at a point in time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// Older than this is too old.
    oldest: Timestamp,
    /// Used later than this is out of question.
    settled: Timestamp,
    max_runs: u64,
    max_bytes: u64,
}

/// What one step found.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub claims: Vec<Claim>,
    /// Histories were trimmed first; ask again.
    pub more: bool,
}

struct Candidate {
    key: i64,
    tenant: String,
    id: HeapId,
    bytes: u64,
}

const COLUMNS: &str = "SELECT key, tenant, id, stored_bytes FROM heap";

impl Rule {
    pub fn at(now: Timestamp, retention: &HeapRetention) -> Self {
        Self {
            oldest: now.minus(retention.max_age),
            settled: now.minus(retention.grace),
            max_runs: retention.max_heaps_per_session,
            max_bytes: retention.max_bytes_total,
        }
    }
}

/// Claims and marks up to `limit` heaps that may go; first those that a former collection did not bring to an end.
pub(crate) fn gather(
    connection: &Connection,
    pins: &Arc<Pins>,
    rule: Rule,
    limit: usize,
) -> Result<Gathered, StorageError> {
    let step = || {
        if trim(connection, rule.max_runs, rule.oldest)? {
            return Ok(Gathered { claims: Vec::new(), more: true });
        }
        let mut gathering = Gathering { connection, pins, limit, claims: Vec::new() };
        gathering.unfinished()?;
        gathering.unreferenced(rule)?;
        gathering.excess(rule)?;
        Ok(Gathered { claims: gathering.claims, more: false })
    };
    step().during(Doing::Collecting)
}

/// Removes the rows of these heaps, where they are still marked; says of how many.
pub(crate) fn collected(connection: &Connection, claims: &[Claim]) -> Result<u64, StorageError> {
    let remove = || {
        let sql = "DELETE FROM heap WHERE tenant = ?1 AND id = ?2 AND state = 'deleting'";
        let mut statement = connection.prepare_cached(sql)?;
        let mut removed = 0;
        for claim in claims {
            removed += statement.execute(params![claim.tenant(), blob(&claim.id())])?;
        }
        Ok(removed as u64) // as many as there are claims in memory
    };
    remove().during(Doing::Collecting)
}

/// What collections would remove until there is nothing more to remove. It is removed and brought back: the rule is
/// then the same one. Nobody else changes anything meanwhile.
pub(crate) fn expendable(
    connection: &Connection,
    pins: &Arc<Pins>,
    rule: Rule,
    limit: usize,
) -> Result<Vec<Expendable>, StorageError> {
    connection.execute_batch("SAVEPOINT rehearsal").during(Doing::Collecting)?;
    let found = rehearse(connection, pins, rule, limit);
    let undo = "ROLLBACK TO rehearsal; RELEASE rehearsal";
    connection.execute_batch(undo).during(Doing::Collecting)?;
    found
}

fn rehearse(
    connection: &Connection,
    pins: &Arc<Pins>,
    rule: Rule,
    limit: usize,
) -> Result<Vec<Expendable>, StorageError> {
    let mut found = Vec::new();
    loop {
        let step = gather(connection, pins, rule, limit)?;
        for claim in &step.claims {
            let bytes = stored_bytes(connection, claim).during(Doing::Collecting)?;
            found.push(Expendable { tenant: claim.tenant().to_owned(), id: claim.id(), bytes });
        }
        if !step.more && step.claims.is_empty() {
            return Ok(found);
        }
        collected(connection, &step.claims)?;
    }
}

fn stored_bytes(connection: &Connection, claim: &Claim) -> rusqlite::Result<u64> {
    let sql = "SELECT stored_bytes FROM heap WHERE tenant = ?1 AND id = ?2";
    let found = connection
        .prepare_cached(sql)?
        .query_row(params![claim.tenant(), blob(&claim.id())], |row| row.get::<_, Count>(0))
        .optional()?;
    Ok(found.map_or(0, |bytes| bytes.0))
}

struct Gathering<'c> {
    connection: &'c Connection,
    pins: &'c Arc<Pins>,
    limit: usize,
    claims: Vec<Claim>,
}

impl Gathering<'_> {
    fn unfinished(&mut self) -> rusqlite::Result<()> {
        self.take(&format!("{COLUMNS} WHERE state = 'deleting' ORDER BY key"), [], u64::MAX)
    }

    /// What no head, tag or history keeps; a heap outside of every session is kept by its age alone.
    fn unreferenced(&mut self, rule: Rule) -> rusqlite::Result<()> {
        let sql = format!(
            "{COLUMNS} WHERE state = 'stored' AND held = 0 AND snapshots = 0
             AND loose = ?1 AND used_at <= ?2 ORDER BY used_at"
        );
        self.take(&sql, params![false, rule.settled], u64::MAX)?;
        self.take(&sql, params![true, rule.settled.min(rule.oldest)], u64::MAX)
    }

    /// The longest unused, until all others fit.
    fn excess(&mut self, rule: Rule) -> rusqlite::Result<()> {
        let stored: Count = self
            .connection
            .prepare_cached("SELECT bytes FROM heap_usage")?
            .query_row([], |row| row.get(0))?;
        let excess = stored.0.saturating_sub(rule.max_bytes);
        let sql = format!(
            "{COLUMNS} WHERE state = 'stored' AND held = 0 AND used_at <= ?1 ORDER BY used_at"
        );
        self.take(&sql, params![rule.settled], excess)
    }

    /// Claims and marks what the query finds and nobody uses, until `bytes` are together.
    fn take(&mut self, sql: &str, params: impl Params, bytes: u64) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let (mut keys, mut together) = (Vec::new(), 0u64);
        let mut rows = statement.query(params)?;
        while self.claims.len() < self.limit && together < bytes {
            let Some(row) = rows.next()? else { break };
            let candidate = Candidate::read(row)?;
            if let Some(claim) = self.pins.claim(&candidate.tenant, candidate.id) {
                self.claims.push(claim);
                keys.push(candidate.key);
                together = together.saturating_add(candidate.bytes);
            }
        }
        // Only now: the query walks an index that a mark takes its row out of.
        drop(rows);
        let mut mark =
            self.connection.prepare_cached("UPDATE heap SET state = 'deleting' WHERE key = ?1")?;
        for key in keys {
            mark.execute([key])?;
        }
        Ok(())
    }
}

impl Candidate {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let bytes = row.get::<_, Count>(3)?.0;
        Ok(Self { key: row.get(0)?, tenant: row.get(1)?, id: id(row, 2)?, bytes })
    }
}
