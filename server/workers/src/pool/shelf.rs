//! Where workers wait. Counts every living worker against the maximum, wherever it is.

use crate::worker::Worker;
use std::collections::VecDeque;

#[derive(Debug)]
pub struct Shelf {
    /// Belong to nobody yet.
    fresh: Vec<Worker>,
    /// Belong to a tenant; the longest at rest first.
    resting: VecDeque<Worker>,
    /// Alive or being started, leased ones included.
    size: usize,
    max: usize,
}

impl Shelf {
    pub fn new(max: usize) -> Self {
        Self { fresh: Vec::new(), resting: VecDeque::new(), size: 0, max }
    }

    pub fn size(&self) -> usize {
        self.size
    }

    pub fn ready(&self) -> usize {
        self.fresh.len()
    }

    /// A worker that is alive and was not counted yet.
    pub fn started(&mut self, worker: Worker) {
        self.size += 1;
        self.fresh.push(worker);
    }

    /// A fresh worker whose place was reserved.
    pub fn shelve(&mut self, worker: Worker) {
        self.fresh.push(worker);
    }

    /// A worker of this tenant, the one that rested shortest, or a fresh one.
    pub fn take(&mut self, tenant: &str) -> Option<Worker> {
        let own = self.resting.iter().rposition(|worker| worker.tenant.as_deref() == Some(tenant));
        if let Some(index) = own {
            return self.resting.remove(index);
        }
        let mut worker = self.fresh.pop()?;
        worker.tenant = Some(tenant.to_owned());
        Some(worker)
    }

    /// A worker rests until its tenant wants it again.
    pub fn rest(&mut self, worker: Worker) {
        self.resting.push_back(worker);
    }

    /// A place for one more, at the cost of one at rest if need be.
    pub fn reserve(&mut self) -> bool {
        if self.size >= self.max {
            // Dropping a worker kills it.
            if self.resting.pop_front().is_none() {
                return false;
            }
            self.size -= 1;
        }
        self.size += 1;
        true
    }

    /// A place for one more, if there is one.
    pub fn reserve_free(&mut self) -> bool {
        let free = self.size < self.max;
        self.size += usize::from(free);
        free
    }

    /// A worker is no more.
    pub fn gone(&mut self) {
        self.size = self.size.saturating_sub(1);
    }
}
