//! How much output waits for the writer. A bound on memory when the disk is slower than the scripts.

use std::sync::atomic::{AtomicU64, Ordering};

/// Most bytes of output that wait for the writer, over all executions; what comes on top is dropped and makes
/// `finished` of its execution fail.
pub const QUEUED_OUTPUT_MAX: u64 = 256 << 20;

/// Counts bytes between the callers and the writer.
#[derive(Debug)]
pub(crate) struct Backlog {
    queued: AtomicU64,
    limit: u64,
}

impl Backlog {
    pub fn new(limit: u64) -> Self {
        Self { queued: AtomicU64::new(0), limit }
    }

    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Bytes that wait now.
    pub fn waiting(&self) -> u64 {
        self.queued.load(Ordering::Relaxed)
    }

    /// Takes room for `bytes`; false, and nothing taken, when there is not enough.
    pub fn admit(&self, bytes: u64) -> bool {
        self.queued
            .try_update(Ordering::Relaxed, Ordering::Relaxed, |queued| {
                queued.checked_add(bytes).filter(|sum| *sum <= self.limit)
            })
            .is_ok()
    }

    /// Gives back what was admitted.
    pub fn release(&self, bytes: u64) {
        self.queued.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_over_the_bound_is_not_admitted_until_the_writer_catches_up() {
        let backlog = Backlog::new(10);
        assert!(backlog.admit(6) && !backlog.admit(5) && backlog.admit(4));
        backlog.release(6);
        assert!(backlog.admit(6) && !backlog.admit(1));
        assert!(!backlog.admit(u64::MAX));
    }
}
