//! Counters of the database. Not their export: that is up to whoever takes a snapshot.

use crate::StorageError;
use mcp_v8_sandbox::Code;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Everything that has been counted since the database was opened. What was refused for a reason of the caller's (an
/// unknown id, a conflict) is done, not failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreMetrics {
    pub reads: u64,
    pub reads_failed: u64,
    /// Changes that somebody waited for; output and starts, which nobody waits for, are not counted.
    pub writes: u64,
    pub writes_failed: u64,
    /// Bytes of output that wait for the writer now.
    pub output_bytes_waiting: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    reads: AtomicU64,
    reads_failed: AtomicU64,
    writes: AtomicU64,
    writes_failed: AtomicU64,
}

impl Counters {
    pub fn read(&self, error: Option<&StorageError>) {
        if failed(error) { &self.reads_failed } else { &self.reads }.fetch_add(1, Relaxed);
    }

    pub fn wrote(&self, error: Option<&StorageError>) {
        if failed(error) { &self.writes_failed } else { &self.writes }.fetch_add(1, Relaxed);
    }

    pub fn snapshot(&self, output_bytes_waiting: u64) -> StoreMetrics {
        StoreMetrics {
            reads: self.reads.load(Relaxed),
            reads_failed: self.reads_failed.load(Relaxed),
            writes: self.writes.load(Relaxed),
            writes_failed: self.writes_failed.load(Relaxed),
            output_bytes_waiting,
        }
    }
}

fn failed(error: Option<&StorageError>) -> bool {
    error.is_some_and(|error| error.code() == Code::ErrorStorage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mcp_v8_sandbox::ExecutionId;

    #[test]
    fn what_a_caller_did_wrong_is_no_failure_of_storage() {
        let counters = Counters::default();
        counters.read(None);
        counters.wrote(Some(&StorageError::Unknown(ExecutionId::generate())));
        counters.wrote(Some(&StorageError::Backlog { limit: 1 }));
        let seen = counters.snapshot(7);
        let expected = StoreMetrics {
            reads: 1,
            writes: 1,
            writes_failed: 1,
            output_bytes_waiting: 7,
            ..StoreMetrics::default()
        };
        assert_eq!(seen, expected);
    }
}
