//! Executions that are not over: how to stop them, and how to wait for them. Finished ones are in storage only.

use mcp_v8_sandbox::{ExecutionId, Principal, StopReason};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Queued and running executions.
#[derive(Debug, Default)]
pub struct Active(Mutex<HashMap<ExecutionId, Entry>>);

#[derive(Debug)]
struct Entry {
    tenant: String,
    stop: watch::Sender<Option<StopReason>>,
    done: watch::Sender<bool>,
    /// Bytes of output that were handed to storage.
    written: watch::Sender<u64>,
}

/// The progress of an execution, for those who follow it.
#[derive(Debug)]
pub struct Progress {
    pub written: watch::Receiver<u64>,
    pub done: watch::Receiver<bool>,
}

impl Active {
    /// An execution was admitted.
    pub fn add(&self, id: ExecutionId, principal: &Principal) {
        let entry = Entry {
            tenant: principal.tenant().to_owned(),
            stop: watch::Sender::new(None),
            done: watch::Sender::new(false),
            written: watch::Sender::new(0),
        };
        self.lock().insert(id, entry);
    }

    /// The end of the wish to stop it, for the worker.
    pub fn stop_wish(&self, id: ExecutionId) -> Option<watch::Receiver<Option<StopReason>>> {
        self.lock().get(&id).map(|entry| entry.stop.subscribe())
    }

    /// Asks an execution of this tenant to stop; false when it is not active. The first reason stays.
    pub fn stop(&self, tenant: &str, id: ExecutionId, reason: StopReason) -> bool {
        let active = self.lock();
        let Some(entry) = active.get(&id).filter(|entry| entry.tenant == tenant) else {
            return false;
        };
        entry.stop.send_if_modified(|known| {
            let first = known.is_none();
            known.get_or_insert(reason);
            first
        });
        true
    }

    /// Asks all of them.
    pub fn stop_all(&self, reason: &StopReason) {
        for entry in self.lock().values() {
            entry.stop.send_if_modified(|known| {
                let first = known.is_none();
                known.get_or_insert_with(|| reason.clone());
                first
            });
        }
    }

    /// Waits for the end; `None` when it is not active, or not this tenant's.
    pub fn watch(&self, tenant: &str, id: ExecutionId) -> Option<watch::Receiver<bool>> {
        self.lock()
            .get(&id)
            .filter(|entry| entry.tenant == tenant)
            .map(|entry| entry.done.subscribe())
    }

    /// What it does from now on; `None` when it is not active, or not this tenant's.
    pub fn progress(&self, tenant: &str, id: ExecutionId) -> Option<Progress> {
        let active = self.lock();
        let entry = active.get(&id).filter(|entry| entry.tenant == tenant)?;
        Some(Progress { written: entry.written.subscribe(), done: entry.done.subscribe() })
    }

    /// So many further bytes of its output are on their way into storage.
    pub fn wrote(&self, id: ExecutionId, bytes: u64) {
        if let Some(entry) = self.lock().get(&id) {
            entry.written.send_modify(|total| *total += bytes);
        }
    }

    /// It is over, and storage knows.
    pub fn finished(&self, id: ExecutionId) {
        if let Some(entry) = self.lock().remove(&id) {
            entry.done.send_replace(true);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ExecutionId, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
