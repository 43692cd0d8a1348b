//! Counters of the gate. Not their export: that is up to whoever takes a snapshot.

use mcp_v8_sandbox::Capability;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Upper ends of the latency buckets, microseconds; a last bucket takes the rest.
pub(crate) const BUCKETS_US: [u64; 8] = [50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000];

/// Everything the gate has counted since it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct GateMetrics {
    pub capabilities: BTreeMap<Capability, CapabilityMetrics>,
    /// Reloads that replaced the set, and those that were refused.
    pub reloads: u64,
    pub failed_reloads: u64,
    /// Digest of the set in force.
    pub version: String,
}

/// Decisions of one capability.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct CapabilityMetrics {
    pub allowed: u64,
    /// Denied by a rule, for want of a policy, or for an input above its limit.
    pub denied: u64,
    /// Denied because a rule failed.
    pub failed: u64,
    pub latency_us_sum: u64,
    /// Upper end in microseconds (`u64::MAX` for the rest), and how many decisions took at most that long.
    pub latency_us: Vec<(u64, u64)>,
}

/// How a decision ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Allowed,
    Denied,
    Failed,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    capabilities: [Row; Capability::ALL.len()],
    reloads: AtomicU64,
    failed_reloads: AtomicU64,
}

#[derive(Debug, Default)]
struct Row {
    ended: [AtomicU64; 3],
    latency_us_sum: AtomicU64,
    buckets: [AtomicU64; BUCKETS_US.len() + 1],
}

impl Counters {
    pub(crate) fn decision(&self, capability: Capability, ended: Ended, latency: Duration) {
        let row = &self.capabilities[capability as usize];
        let us = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        row.ended[ended as usize].fetch_add(1, Relaxed);
        row.latency_us_sum.fetch_add(us, Relaxed);
        row.buckets[BUCKETS_US.partition_point(|end| *end < us)].fetch_add(1, Relaxed);
    }

    pub(crate) fn reload(&self, good: bool) {
        if good { &self.reloads } else { &self.failed_reloads }.fetch_add(1, Relaxed);
    }

    pub(crate) fn snapshot(&self, version: &str) -> GateMetrics {
        let row = |capability: Capability| {
            (capability, self.capabilities[capability as usize].snapshot())
        };
        GateMetrics {
            capabilities: Capability::ALL.into_iter().map(row).collect(),
            reloads: self.reloads.load(Relaxed),
            failed_reloads: self.failed_reloads.load(Relaxed),
            version: version.to_owned(),
        }
    }
}

impl Row {
    fn snapshot(&self) -> CapabilityMetrics {
        let ended = |ended: Ended| self.ended[ended as usize].load(Relaxed);
        let ends = BUCKETS_US.into_iter().chain([u64::MAX]);
        let mut total = 0;
        let latency_us = ends
            .zip(&self.buckets)
            .map(|(end, count)| {
                total += count.load(Relaxed);
                (end, total)
            })
            .collect();
        CapabilityMetrics {
            allowed: ended(Ended::Allowed),
            denied: ended(Ended::Denied),
            failed: ended(Ended::Failed),
            latency_us_sum: self.latency_us_sum.load(Relaxed),
            latency_us,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_counted_once_and_in_its_bucket_and_all_above() {
        let counters = Counters::default();
        let us = Duration::from_micros;
        counters.decision(Capability::Modules, Ended::Allowed, us(50));
        counters.decision(Capability::Modules, Ended::Failed, us(2_000_000));
        counters.reload(false);
        let metrics = counters.snapshot("v");
        let modules = &metrics.capabilities[&Capability::Modules];
        assert_eq!((modules.allowed, modules.denied, modules.failed), (1, 0, 1));
        assert_eq!(modules.latency_us.first(), Some(&(50, 1)));
        assert_eq!(modules.latency_us.last(), Some(&(u64::MAX, 2)));
        assert_eq!(modules.latency_us_sum, 2_000_050);
        assert_eq!((metrics.reloads, metrics.failed_reloads), (0, 1));
        assert_eq!(
            metrics.capabilities[&Capability::Fetch].latency_us.last(),
            Some(&(u64::MAX, 0))
        );
    }
}
