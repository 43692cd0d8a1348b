//! Ends of executions on their way into storage. One that storage does not take is kept here, shown to whoever asks,
//! and tried again. What an execution that has ended answers never changes afterwards.

use mcp_v8_sandbox::{ExecutionId, Outcome, StopReason};
use mcp_v8_storage::{Finished, Record, Status, StorageError, Store};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// First pause before storage is tried again; each further one is twice as long.
const PAUSE_FIRST: Duration = Duration::from_millis(100);

/// Longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// A handle; clones share it.
#[derive(Clone, Debug)]
pub struct Ends {
    store: Store,
    unstored: Arc<Mutex<HashMap<ExecutionId, Finished>>>,
}

/// What storage did with an end.
enum Taken {
    Yes,
    /// It knows another end, or is closed: there is nothing to try again.
    Never,
    NotYet(StorageError),
}

impl Ends {
    pub fn new(store: Store) -> Self {
        Self { store, unstored: Arc::default() }
    }

    /// Stores an end. When this returns the execution is over for those who look: as `end` says, or, when something of
    /// it could not be stored, with `error.storage`.
    pub async fn store(&self, id: ExecutionId, end: Finished) {
        let Taken::NotYet(error) = self.attempt(id, &end).await else { return };
        tracing::error!(execution = %id, error = &error as &dyn std::error::Error, "the end of an execution could not be stored");
        // A second call ends it with what there is; a success must not be said of output that has gaps.
        let outcome = Outcome::Stopped(StopReason::NotStored { what: missing(&error) });
        let end = Finished { outcome, ..end };
        if let Taken::NotYet(_) = self.attempt(id, &end).await {
            self.lock().insert(id, end.clone());
            tokio::spawn(self.clone().keep_trying(id, end));
        }
    }

    /// Ends that wait for storage.
    pub fn waiting(&self) -> usize {
        self.lock().len()
    }

    /// The ends that wait, to be looked at before storage is asked: whatever is not among them then is stored.
    pub fn unstored(&self) -> Unstored {
        Unstored(self.lock().clone())
    }

    async fn keep_trying(self, id: ExecutionId, end: Finished) {
        let mut pause = PAUSE_FIRST;
        loop {
            tokio::time::sleep(pause).await;
            match self.attempt(id, &end).await {
                Taken::NotYet(_) => pause = (pause * 2).min(PAUSE_MAX),
                Taken::Yes => {
                    tracing::info!(execution = %id, "the end of an execution is stored after all");
                    break;
                }
                Taken::Never => break,
            }
        }
        self.lock().remove(&id);
    }

    async fn attempt(&self, id: ExecutionId, end: &Finished) -> Taken {
        match self.store.finished(id, end.clone()).await {
            Ok(()) => Taken::Yes,
            Err(
                error @ (StorageError::Closed
                | StorageError::AlreadyFinished(_)
                | StorageError::Unknown(_)),
            ) => {
                tracing::error!(execution = %id, %error, "the end of an execution is not stored");
                Taken::Never
            }
            Err(error) => Taken::NotYet(error),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ExecutionId, Finished>> {
        self.unstored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is missing, for those who read the execution.
fn missing(error: &StorageError) -> String {
    match error {
        StorageError::Incomplete { .. } => {
            "its start, or a part of its output, could not be stored".to_owned()
        }
        other => format!(
            "its end could not be stored, and the last of its output may be missing ({other})"
        ),
    }
}

/// Ends that storage had not taken when somebody looked.
#[derive(Debug)]
pub struct Unstored(HashMap<ExecutionId, Finished>);

impl Unstored {
    /// The record as it is for those who look.
    pub fn complete(&self, mut record: Record) -> Record {
        if !record.status.is_final()
            && let Some(end) = self.0.get(&record.id)
        {
            record.status = Status::from(&end.outcome);
            record.finished_at = Some(end.at);
            record.end = Some(end.clone());
        }
        record
    }
}

#[cfg(test)]
mod tests;
