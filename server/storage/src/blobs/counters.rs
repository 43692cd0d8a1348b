//! Counters of a store of blobs. Not their export: that is up to whoever takes a snapshot.

use super::BlobError;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a store of blobs can be asked to do while a server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlobOperation {
    Put,
    Get,
    Exists,
    Delete,
    List,
}

impl BlobOperation {
    pub const ALL: [Self; 5] = [Self::Put, Self::Get, Self::Exists, Self::Delete, Self::List];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Put => "put",
            Self::Get => "get",
            Self::Exists => "exists",
            Self::Delete => "delete",
            Self::List => "list",
        }
    }
}

/// How often an operation was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OperationMetrics {
    pub done: u64,
    pub failed: u64,
}

/// Everything that has been counted since the store was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlobMetrics {
    pub operations: BTreeMap<BlobOperation, OperationMetrics>,
    /// Bytes of blobs that were put, those that were there already included.
    pub bytes_put: u64,
    /// Bytes of blobs that were got, from a cache or from behind it.
    pub bytes_got: u64,
}

#[derive(Debug, Default)]
pub(super) struct BlobCounters {
    done: [AtomicU64; BlobOperation::ALL.len()],
    failed: [AtomicU64; BlobOperation::ALL.len()],
    bytes: [AtomicU64; BlobOperation::ALL.len()],
}

impl BlobCounters {
    /// Counts an operation that moved so many bytes, or failed.
    pub fn count(&self, operation: BlobOperation, moved: Result<u64, &BlobError>) {
        let row = operation as usize;
        match moved {
            Ok(bytes) => {
                self.done[row].fetch_add(1, Relaxed);
                self.bytes[row].fetch_add(bytes, Relaxed);
            }
            Err(_) => {
                self.failed[row].fetch_add(1, Relaxed);
            }
        }
    }

    /// The same for one that moves no blob.
    pub fn counted<T>(
        &self,
        operation: BlobOperation,
        ended: Result<T, BlobError>,
    ) -> Result<T, BlobError> {
        self.count(operation, ended.as_ref().map(|_| 0));
        ended
    }

    pub fn snapshot(&self) -> BlobMetrics {
        let row = |operation: BlobOperation| {
            let done = self.done[operation as usize].load(Relaxed);
            let failed = self.failed[operation as usize].load(Relaxed);
            (operation, OperationMetrics { done, failed })
        };
        BlobMetrics {
            operations: BlobOperation::ALL.into_iter().map(row).collect(),
            bytes_put: self.bytes[BlobOperation::Put as usize].load(Relaxed),
            bytes_got: self.bytes[BlobOperation::Get as usize].load(Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{BlobKey, BlobOperation, Blobs, OperationMetrics};
    use bytes::Bytes;
    use mcp_v8_sandbox::HeapId;

    #[tokio::test]
    async fn operations_are_counted_with_their_bytes_and_failures_apart() {
        let blobs = Blobs::memory(8);
        let key = |byte| BlobKey::new("ada", HeapId([byte; 32]));
        blobs.put(key(1), Bytes::from_static(b"12345")).await.expect("it fits");
        blobs.put(key(2), Bytes::from_static(b"12345")).await.expect_err("too much");
        blobs.get(key(1), 8).await.expect("it is there");
        blobs.get(key(3), 8).await.expect("none is fine");
        let metrics = blobs.clone().metrics();
        let counted = |operation| metrics.operations[&operation];
        assert_eq!(counted(BlobOperation::Put), OperationMetrics { done: 1, failed: 1 });
        assert_eq!(counted(BlobOperation::Get), OperationMetrics { done: 2, failed: 0 });
        assert_eq!(counted(BlobOperation::List), OperationMetrics::default());
        assert_eq!((metrics.bytes_put, metrics.bytes_got), (5, 5));
    }
}
