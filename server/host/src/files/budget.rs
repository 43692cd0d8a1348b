//! What a run has left of its quotas. Not open handles: those count themselves.

use super::errno::Errno;
use super::fault::{Fault, Op};
use mcp_v8_settings::FileQuotas;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

pub struct Budget {
    pub quotas: FileQuotas,
    written: AtomicU64,
    entries: AtomicU64,
}

impl Budget {
    pub fn new(quotas: FileQuotas) -> Self {
        Self { quotas, written: AtomicU64::new(0), entries: AtomicU64::new(0) }
    }

    /// Before bytes are written, whether or not that works.
    pub fn write(&self, bytes: u64, op: &Op) -> Result<(), Fault> {
        let max = self.quotas.max_write_bytes;
        take(&self.written, bytes, max)
            .ok_or_else(|| op.limit(Errno::DQUOT, "max_write_mb_per_run", max >> 20))
    }

    /// Before a file, directory or link is made, whether or not that works.
    pub fn entry(&self, op: &Op) -> Result<(), Fault> {
        let max = self.quotas.max_entries;
        take(&self.entries, 1, max).ok_or_else(|| op.limit(Errno::DQUOT, "max_entries", max))
    }

    /// Whether a file may have this size.
    pub fn size(&self, bytes: u64, op: &Op) -> Result<(), Fault> {
        let max = self.quotas.max_file_bytes;
        match bytes <= max {
            true => Ok(()),
            false => Err(op.limit(Errno::FBIG, "max_file_mb", max >> 20)),
        }
    }
}

fn take(used: &AtomicU64, more: u64, max: u64) -> Option<()> {
    used.fetch_update(Relaxed, Relaxed, |used| used.checked_add(more).filter(|sum| *sum <= max))
        .ok()
        .map(drop)
}
