//! The thread that writes. What is queued while it commits goes into the next transaction, so that many callers share
//! one commit; output waits up to [`VISIBLE_WITHIN`] for more of its kind.

mod answer;
mod batch;
mod health;
mod pending;
mod write;

pub(crate) use health::Health;
pub use pending::VISIBLE_WITHIN;
pub(crate) use write::{ToWriter, Write};

use crate::{StorageError, backlog::Backlog, count::size, reader::Read};
use batch::Batch;
use mcp_v8_sandbox::ExecutionId;
use pending::PendingOutput;
use rusqlite::Connection;
use std::{
    collections::HashMap,
    fs::File,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Instant,
};
use tokio::sync::oneshot;

/// Most messages that go into one transaction.
pub const BATCH_MAX: usize = 1024;

/// The state of the writing thread.
pub(crate) struct Writer {
    connection: Connection,
    backlog: Arc<Backlog>,
    pending: PendingOutput,
    /// What could not be stored of unfinished executions without anybody waiting for it; `finished` tells.
    failures: HashMap<ExecutionId, StorageError>,
    health: Arc<Health>,
    /// Held, on disk, until the connection is closed.
    lock: Option<File>,
}

/// Why the thread ends.
enum End {
    Closed(oneshot::Sender<()>),
    Abandoned,
}

/// What one turn of the loop took from the queue.
#[derive(Default)]
struct Turn {
    writes: Vec<Write>,
    reads: Vec<Read>,
    end: Option<End>,
}

impl Writer {
    pub fn new(
        connection: Connection,
        backlog: Arc<Backlog>,
        health: Arc<Health>,
        lock: Option<File>,
    ) -> Self {
        let (pending, failures) = (PendingOutput::default(), HashMap::new());
        Self { connection, backlog, pending, failures, health, lock }
    }

    /// Works until it is closed or no store is left; then all output is stored and the WAL is folded in.
    pub fn run(mut self, queue: Receiver<ToWriter>) {
        loop {
            let turn = self.take(&queue);
            self.store(turn.writes, Instant::now(), turn.end.is_some());
            // After the commit: in memory they share its connection, and must not see what may be rolled back.
            for read in turn.reads {
                read(&self.connection);
            }
            if let Some(end) = turn.end {
                drop(queue);
                return self.shut_down(end);
            }
        }
    }

    /// Waits for something to do, and takes all of it up to [`BATCH_MAX`].
    fn take(&self, queue: &Receiver<ToWriter>) -> Turn {
        let first = match self.pending.next_due() {
            None => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => queue.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        let mut turn = Turn::default();
        match first {
            Ok(message) => turn.add(message),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => turn.end = Some(End::Abandoned),
        }
        for _ in 1..BATCH_MAX {
            if turn.end.is_some() {
                break;
            }
            match queue.try_recv() {
                Ok(message) => turn.add(message),
                Err(_) => break,
            }
        }
        turn
    }

    /// One transaction: the writes in their order, then the output that is due by now; at the end all of it.
    ///
    /// Output is chosen after the writes and not before: what an execution printed has to be stored by its own end,
    /// when that is among them, and in the order in which it came.
    fn store(&mut self, writes: Vec<Write>, now: Instant, at_end: bool) {
        let durable = writes.iter().any(Write::is_durable);
        let mut batch = Batch::new(
            &self.connection,
            &mut self.pending,
            &mut self.failures,
            &self.health,
            durable,
        );
        for write in writes {
            match &write {
                Write::Append { text, .. } => self.backlog.release(size(text.as_bytes())),
                Write::HandOut { artifact, .. } => self.backlog.release(size(artifact.bytes())),
                _ => {}
            }
            batch.write(write, now);
        }
        if at_end {
            batch.flush_all();
        } else {
            batch.flush_due(now);
        }
        batch.commit();
    }

    fn shut_down(self, end: End) {
        // Without this the next start would do it; readers on other connections can prevent it, which is fine.
        let fold = "PRAGMA wal_checkpoint(TRUNCATE)";
        if let Err(error) = self.connection.query_row(fold, [], |_| Ok(())) {
            tracing::warn!(%error, "the write-ahead log was not folded into the database");
        }
        if let Err((_, error)) = self.connection.close() {
            tracing::warn!(%error, "the database did not close");
        }
        drop(self.lock);
        match end {
            // Nobody may be waiting any more.
            End::Closed(done) => drop(done.send(())),
            End::Abandoned => {}
        }
    }
}

impl Turn {
    fn add(&mut self, message: ToWriter) {
        match message {
            ToWriter::Write(write) => self.writes.push(write),
            ToWriter::Read(read) => self.reads.push(read),
            ToWriter::Close(done) => self.end = Some(End::Closed(done)),
        }
    }
}

#[cfg(test)]
mod tests;
