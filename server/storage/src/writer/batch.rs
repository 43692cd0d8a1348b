//! One transaction of the writer. When it fails, everybody in it hears of it.

use super::{
    answer::{Answer, Settle},
    health::Health,
    pending::PendingOutput,
    write::{Reply, Write},
};
use crate::{
    DURABILITY, Doing, STATE_DURABILITY, StorageError, connection::set_durability, error::During,
    sql,
};
use mcp_v8_sandbox::ExecutionId;
use rusqlite::Connection;
use std::{
    collections::{HashMap, HashSet},
    time::Instant,
};

pub(crate) struct Batch<'w> {
    connection: &'w Connection,
    pending: &'w mut PendingOutput,
    failures: &'w mut HashMap<ExecutionId, StorageError>,
    health: &'w Health,
    answers: Vec<Box<dyn Settle>>,
    /// Executions with something in this transaction that nobody waits for.
    unwatched: HashSet<ExecutionId>,
    /// The commit must survive a power loss.
    durable: bool,
    /// The transaction is open.
    begun: bool,
    /// What broke it. Nothing is written after that.
    broken: Option<StorageError>,
}

impl<'w> Batch<'w> {
    pub(super) fn new(
        connection: &'w Connection,
        pending: &'w mut PendingOutput,
        failures: &'w mut HashMap<ExecutionId, StorageError>,
        health: &'w Health,
        durable: bool,
    ) -> Self {
        let (answers, unwatched) = (Vec::new(), HashSet::new());
        let (begun, broken) = (false, None);
        Self { connection, pending, failures, health, answers, unwatched, durable, begun, broken }
    }

    /// Applies one change.
    pub fn write(&mut self, write: Write, now: Instant) {
        match write {
            Write::Submit { new, reply } => {
                let id = new.id;
                self.answer(reply, |connection| sql::insert(connection, &new));
                self.unwatched.remove(&id);
            }
            Write::Start { id, at } => {
                self.unwatched.insert(id);
                // An error here is the error of the batch, and told there.
                let _ = self.attempt(|connection| sql::start(connection, id, at));
            }
            // What is stored stays a prefix of the output: nothing is added after a gap.
            Write::Append { id, .. } if self.failures.contains_key(&id) => {}
            Write::Append { id, text } => self.pending.push(id, text, now),
            Write::HandOut { id, artifact, at } => {
                self.unwatched.insert(id);
                // An error here is the error of the batch, and told there.
                let _ = self.attempt(|connection| sql::hand_out(connection, id, &artifact, at));
            }
            Write::Dropped { id, why } => {
                self.failures.entry(id).or_insert(why);
            }
            Write::Finish { id, end, reply } => match self.failures.remove(&id) {
                Some(why) => {
                    let error = StorageError::Incomplete { id, source: Box::new(why) };
                    self.answer(reply, |_| Err(error));
                }
                None => {
                    let text = self.pending.take(id).unwrap_or_default();
                    self.answer(reply, |connection| {
                        sql::append(connection, id, &text)?;
                        sql::finish(connection, id, &end)
                    });
                    self.unwatched.remove(&id);
                }
            },
            Write::Prune { cutoff, reply } => {
                self.answer(reply, |connection| sql::prune(connection, cutoff));
            }
            Write::Save { pin, save, reply } => {
                let result = self.save(&pin, &save).map(|head| (head, pin));
                self.answers.push(Box::new(Answer { reply, result }));
            }
            Write::State(change) => change(self),
        }
    }

    /// Stores the output that has waited long enough.
    pub fn flush_due(&mut self, now: Instant) {
        for (id, text) in self.pending.take_due(now) {
            self.output(id, &text);
        }
    }

    /// Stores all output that waits.
    pub fn flush_all(&mut self) {
        for (id, text) in self.pending.take_all() {
            self.output(id, &text);
        }
    }

    fn output(&mut self, id: ExecutionId, text: &str) {
        self.unwatched.insert(id);
        // An error here is the error of the batch, and told there.
        let _ = self.attempt(|connection| sql::append(connection, id, text));
    }

    /// Commits, then answers.
    pub fn commit(mut self) {
        if self.broken.is_none() && self.begun {
            self.broken = self.connection.execute_batch("COMMIT").during(Doing::Committing).err();
        }
        if let Some(error) = &self.broken {
            self.health.note(error);
            tracing::error!(
                error = error as &dyn std::error::Error,
                waiting = self.answers.len(),
                "a transaction was not stored"
            );
            // SQLite has rolled back by itself after some errors; then there is nothing to roll back.
            if !self.connection.is_autocommit()
                && let Err(error) = self.connection.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "a transaction was not rolled back");
            }
            for id in std::mem::take(&mut self.unwatched) {
                self.failures.entry(id).or_insert_with(|| error.clone());
            }
        }
        if self.durable
            && self.begun
            && let Err(error) = set_durability(self.connection, DURABILITY)
        {
            tracing::warn!(%error, "later commits sync the disk as well: slower, and not less safe");
        }
        for answer in self.answers {
            answer.settle(self.broken.clone().map_or(Ok(()), Err));
        }
    }

    /// Does something in the transaction and keeps the answer until it has committed.
    pub fn answer<T: 'static>(
        &mut self,
        reply: Reply<T>,
        change: impl FnOnce(&Connection) -> Result<T, StorageError>,
    ) {
        let result = self.attempt(change);
        self.answers.push(Box::new(Answer { reply, result }));
    }

    fn attempt<T>(
        &mut self,
        change: impl FnOnce(&Connection) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        let result = self.begin().and_then(|()| change(self.connection));
        // A refusal (unknown, duplicate ...) concerns its caller only; a failing database concerns everybody here.
        self.broken = result.as_ref().err().filter(|error| error.is_database()).cloned();
        result
    }

    fn begin(&mut self) -> Result<(), StorageError> {
        if !self.begun {
            self.health.writable()?;
            if self.durable {
                set_durability(self.connection, STATE_DURABILITY).during(Doing::Beginning)?;
            }
            self.connection.execute_batch("BEGIN IMMEDIATE").during(Doing::Beginning)?;
            self.begun = true;
        }
        Ok(())
    }
}

mod save;
#[cfg(test)]
mod tests;
