//! How much of the past is kept. Not when to look: the caller decides how often it prunes.

use std::time::Duration;

/// What is kept of finished executions, over all tenants. There is no unbounded variant.
///
/// Executions that are queued or running are neither counted nor removed. The last one to finish is the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// At most this many executions; default 10,000.
    pub max_executions: u64,
    /// None that finished longer ago than this; default 30 days.
    pub max_age: Duration,
    /// At most this many bytes of output together; default 1 GiB.
    pub max_output_bytes_total: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            max_executions: 10_000,
            max_age: Duration::from_secs(30 * 24 * 60 * 60),
            max_output_bytes_total: 1 << 30,
        }
    }
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    pub executions: u64,
    pub output_bytes: u64,
}
