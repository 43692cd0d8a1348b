//! The handle that the rest of the server holds. It passes messages; the threads behind it do the work.

use crate::{
    DatabaseId, Doing, Finished, ListPage, ListQuery, Location, NewExecution, OutputPage,
    PageRequest, Pruned, QUEUED_OUTPUT_MAX, Record, Retention, StorageError, Timestamp,
    backlog::Backlog,
    connection::{open_reader, open_writer},
    count::size,
    counters::{Counters, StoreMetrics},
    error::During,
    home::Home,
    list::LIST_LIMIT_MAX,
    reader::{self, Read, ToReader},
    record::EncodedEnd,
    sql,
    state::Pins,
    writer::{Health, ToWriter, Write, Writer},
};
use mcp_v8_sandbox::ExecutionId;
use rusqlite::Connection;
use std::{
    sync::{Arc, mpsc},
    thread,
};
use tokio::sync::oneshot;

/// A handle on the database; clones share it.
///
/// Changes happen in the order in which they are called (an `async` one: in which it is first polled). A change that
/// was begun happens even if its future is dropped. A change is confirmed after its commit and then survives the death
/// of the process; see [`DURABILITY`](crate::DURABILITY) and [`STATE_DURABILITY`](crate::STATE_DURABILITY) for a power
/// loss. When the last handle is dropped without
/// [`close`](Store::close), the threads finish what is queued and end on their own, a moment later.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) writer: mpsc::Sender<ToWriter>,
    /// `None` in memory: the writer reads, too.
    pub(crate) reader: Option<mpsc::Sender<ToReader>>,
    pub(crate) backlog: Arc<Backlog>,
    pub(crate) pins: Arc<Pins>,
    health: Arc<Health>,
    counters: Arc<Counters>,
}

impl Store {
    /// Opens the database, making or migrating it where needed. What a former process left queued or running becomes
    /// finished, with [`StopReason::WorkerLost`](mcp_v8_sandbox::StopReason::WorkerLost). Blocks for as long.
    ///
    /// # Errors
    /// [`StorageError::InUse`] when another store, of this or another process, has the directory open;
    /// [`StorageError::Newer`] when a newer server wrote it; files or the database that cannot be used.
    pub fn open(location: &Location) -> Result<Store, StorageError> {
        let home = match location {
            Location::Memory => None,
            Location::Dir(dir) => Some(Home::open(dir)?),
        };
        let path = home.as_ref().map(|home| home.database.as_path());
        let mut connection = open_writer(path)?;
        sql::migrate(&mut connection)?;
        let closed = sql::close_unfinished(&connection, Timestamp::now())?;
        if closed > 0 {
            tracing::warn!(
                executions = closed,
                "a former process left executions unfinished; they are closed"
            );
        }
        let reader = path.map(open_reader).transpose()?.map(spawn_reader).transpose()?;
        let backlog = Arc::new(Backlog::new(QUEUED_OUTPUT_MAX));
        let lock = home.map(|home| home.lock);
        let health = Arc::<Health>::default();
        let writer = Writer::new(connection, Arc::clone(&backlog), Arc::clone(&health), lock);
        Ok(Self {
            writer: spawn_writer(writer)?,
            reader,
            backlog,
            pins: Arc::default(),
            health,
            counters: Arc::default(),
        })
    }

    /// The name of this database, made with it.
    pub async fn identity(&self) -> Result<DatabaseId, StorageError> {
        let question = |connection: &Connection| {
            let sql = "SELECT id FROM identity";
            connection.query_row(sql, [], |row| row.get(0)).during(Doing::Opening)
        };
        self.read(Doing::Opening, question).await
    }

    /// Whether changes are taken.
    ///
    /// # Errors
    /// [`StorageError::ReadOnly`] once the disk under the database could not be flushed; reading goes on.
    pub fn writable(&self) -> Result<(), StorageError> {
        self.health.writable()
    }

    /// What has been done since the database was opened.
    pub fn metrics(&self) -> StoreMetrics {
        self.counters.snapshot(self.backlog.waiting())
    }

    /// Stores a new execution as queued.
    ///
    /// # Errors
    /// [`StorageError::Duplicate`] when its id exists, whosever it is.
    pub async fn submitted(&self, new: NewExecution) -> Result<(), StorageError> {
        self.write(|reply| Write::Submit { new, reply }).await
    }

    /// Marks a queued execution as running. Does not wait; a failure makes [`finished`](Store::finished) fail.
    pub fn started(&self, id: ExecutionId, at: Timestamp) {
        self.send(Write::Start { id, at });
    }

    /// Adds to the output of an unfinished execution. Does not wait; readers see it after about
    /// [`VISIBLE_WITHIN`](crate::VISIBLE_WITHIN), or when the execution has finished. A failure, or more than
    /// [`QUEUED_OUTPUT_MAX`] bytes in the queue, makes [`finished`](Store::finished) fail; what is stored is then a
    /// prefix of the output.
    pub fn append_output(&self, id: ExecutionId, text: String) {
        let admitted = self.backlog.admit(size(text.as_bytes()));
        self.send(if admitted {
            Write::Append { id, text }
        } else {
            Write::Dropped { id, why: StorageError::Backlog { limit: self.backlog.limit() } }
        });
    }

    /// Stores the end of an execution, with all output that was appended before.
    ///
    /// # Errors
    /// [`StorageError::Unknown`]; [`StorageError::AlreadyFinished`], and the first end stands;
    /// [`StorageError::Incomplete`] when something before could not be stored. After this and after a failure of the
    /// database the execution is still unfinished: calling again ends it with what there is.
    pub async fn finished(&self, id: ExecutionId, end: Finished) -> Result<(), StorageError> {
        let end = EncodedEnd::new(&end)?;
        self.write(|reply| Write::Finish { id, end, reply }).await
    }

    /// One execution; `None` when the tenant has none of this id.
    pub async fn get(&self, tenant: &str, id: ExecutionId) -> Result<Option<Record>, StorageError> {
        let tenant = tenant.to_owned();
        self.read(Doing::Getting, move |connection| sql::get(connection, &tenant, id)).await
    }

    /// Executions of a tenant, newest first.
    ///
    /// # Errors
    /// [`StorageError::ListLimit`] when the limit is not 1 to [`LIST_LIMIT_MAX`].
    pub async fn list(&self, tenant: &str, query: ListQuery) -> Result<ListPage, StorageError> {
        check_limit(query.limit)?;
        let tenant = tenant.to_owned();
        self.read(Doing::Listing, move |connection| sql::list(connection, &tenant, &query)).await
    }

    /// A part of the output of an execution; `None` when the tenant has none of this id. Costs what the page costs,
    /// however long the output is. The size of a page is not capped here.
    pub async fn output(
        &self,
        tenant: &str,
        id: ExecutionId,
        page: PageRequest,
    ) -> Result<Option<OutputPage>, StorageError> {
        let tenant = tenant.to_owned();
        let read = move |connection: &Connection| sql::output(connection, &tenant, id, page);
        self.read(Doing::Paging, read).await
    }

    /// Removes the finished executions, oldest first, that `retention` does not keep, over all tenants. Works in
    /// steps, between which other changes go on; a removed execution is unknown from then on. The file does not
    /// shrink: what is free in it is used again.
    pub async fn prune(&self, retention: &Retention) -> Result<Pruned, StorageError> {
        let (retention, now) = (retention.clone(), Timestamp::now());
        let find = move |connection: &Connection| sql::cutoff(connection, &retention, now);
        let mut total = Pruned::default();
        let Some(cutoff) = self.read(Doing::Pruning, find).await? else {
            return Ok(total);
        };
        loop {
            let step = self.write(|reply| Write::Prune { cutoff, reply }).await?;
            total.executions += step.pruned.executions;
            total.output_bytes += step.pruned.output_bytes;
            if !step.more {
                return Ok(total);
            }
        }
    }

    /// Stores what is queued, folds the write-ahead log into the database, and releases the directory. Every other
    /// handle answers [`StorageError::Closed`] from then on.
    pub async fn close(self) {
        // The reader first: the last connection to close removes the log. Either may be gone, which is fine.
        if let Some(reader) = &self.reader {
            let (done, closed) = oneshot::channel();
            if reader.send(ToReader::Close(done)).is_ok() {
                let _ = closed.await;
            }
        }
        let (done, closed) = oneshot::channel();
        if self.writer.send(ToWriter::Close(done)).is_ok() {
            let _ = closed.await;
        }
    }

    fn send(&self, write: Write) {
        // After the end there is nobody to tell but `finished`, which answers `Closed`.
        let _ = self.writer.send(ToWriter::Write(write));
    }

    async fn write<T>(
        &self,
        write: impl FnOnce(oneshot::Sender<Result<T, StorageError>>) -> Write,
    ) -> Result<T, StorageError> {
        let (reply, answer) = oneshot::channel();
        self.send(write(reply));
        let answer = answer.await.unwrap_or(Err(StorageError::Closed));
        self.counters.wrote(answer.as_ref().err());
        answer
    }

    /// Asks whoever reads; the question sees one state of the database.
    async fn read<T: Send + 'static>(
        &self,
        doing: Doing,
        question: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (reply, answer) = oneshot::channel();
        let read: Read = Box::new(move |connection| {
            let snapshot = connection.unchecked_transaction().during(doing);
            // The caller may have gone.
            let _ = reply.send(snapshot.and_then(|transaction| question(&transaction)));
        });
        // A queue without a thread drops the question, and with it `reply`.
        match &self.reader {
            Some(reader) => drop(reader.send(ToReader::Read(read))),
            None => drop(self.writer.send(ToWriter::Read(read))),
        }
        let answer = answer.await.unwrap_or(Err(StorageError::Closed));
        self.counters.read(answer.as_ref().err());
        answer
    }
}

fn check_limit(limit: u32) -> Result<(), StorageError> {
    (1..=LIST_LIMIT_MAX).contains(&limit).then_some(()).ok_or(StorageError::ListLimit(limit))
}

fn spawn_writer(writer: Writer) -> Result<mpsc::Sender<ToWriter>, StorageError> {
    let (sender, queue) = mpsc::channel();
    spawn("storage-writer", move || writer.run(queue))?;
    Ok(sender)
}

fn spawn_reader(connection: Connection) -> Result<mpsc::Sender<ToReader>, StorageError> {
    let (sender, queue) = mpsc::channel();
    spawn("storage-reader", move || reader::run(connection, queue))?;
    Ok(sender)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), StorageError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map(drop)
        .map_err(|source| StorageError::Thread { source: Arc::new(source) })
}

mod artifacts;
mod collecting;
mod saving;
mod sessions;
mod tagging;
#[cfg(test)]
mod tests;
mod usage;
