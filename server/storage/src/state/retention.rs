//! Which heaps are kept. Not when to look: the caller decides how often it collects.

use mcp_v8_sandbox::HeapId;
use std::time::Duration;

/// What is kept of heaps and of the history of sessions, over all tenants. Heads of sessions and tagged heaps are kept
/// whatever the limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeapRetention {
    /// A run leaves the history of its session at this age, and a heap outside of every session goes when it was not
    /// used for as long; default 30 days.
    pub max_age: Duration,
    /// At most this many runs stay in the history of one session, and with them their heaps; default 100. The newest
    /// one stays always.
    pub max_heaps_per_session: u64,
    /// Blobs of all heaps together, bytes; the longest unused go first; default 10 GiB.
    pub max_bytes_total: u64,
    /// No heap goes within this time of its last use, so that whoever was just told of one can still name it;
    /// default 10 minutes.
    pub grace: Duration,
}

impl Default for HeapRetention {
    fn default() -> Self {
        Self {
            max_age: Duration::from_secs(30 * 24 * 60 * 60),
            max_heaps_per_session: 100,
            max_bytes_total: 10 << 30,
            grace: Duration::from_secs(10 * 60),
        }
    }
}

/// A heap that a collection would remove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expendable {
    pub tenant: String,
    pub id: HeapId,
    /// The blob, bytes.
    pub bytes: u64,
}
