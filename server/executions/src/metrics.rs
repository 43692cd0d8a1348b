//! Counters of the life of executions. Not their export: that is up to whoever takes a snapshot. No label of them names
//! a tenant, a session or anything else that callers choose.

use mcp_v8_sandbox::{Code, Outcome};
use mcp_v8_storage::{BlobMetrics, StoreMetrics};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Upper ends of the buckets of times, seconds; a last bucket takes the rest.
pub const BUCKETS_SECS: [f64; 12] =
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0];

/// How runs end that have no code.
const COMPLETED: &str = "completed";
const CANCELLED: &str = "cancelled";

/// Everything that has been counted since the service was started.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics {
    /// Runs that are over, by code, `completed` or `cancelled`; every one that can occur is there.
    pub ended: BTreeMap<&'static str, u64>,
    /// Runs that were not admitted, by code.
    pub refused: BTreeMap<&'static str, u64>,
    /// From admission to the turn.
    pub waited: Times,
    /// From the turn to the end, checkpoint included.
    pub ran: Times,
    pub store: StoreMetrics,
    /// `None`: no state is stored.
    pub blobs: Option<BlobMetrics>,
}

/// How long something took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Times {
    pub count: u64,
    pub sum_secs: f64,
    /// In each bucket alone: those of [`BUCKETS_SECS`], and the rest.
    pub buckets: Vec<u64>,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    ended: [AtomicU64; Code::ALL.len()],
    completed: AtomicU64,
    cancelled: AtomicU64,
    refused: [AtomicU64; Code::ALL.len()],
    pub waited: Clock,
    pub ran: Clock,
}

/// Counts times.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    sum_us: AtomicU64,
    buckets: [AtomicU64; BUCKETS_SECS.len() + 1],
}

impl Clock {
    pub fn took(&self, time: Duration) {
        let us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.sum_us.fetch_add(us, Relaxed);
        let secs = time.as_secs_f64();
        self.buckets[BUCKETS_SECS.partition_point(|end| *end < secs)].fetch_add(1, Relaxed);
    }

    fn snapshot(&self) -> Times {
        let buckets: Vec<u64> = self.buckets.iter().map(|bucket| bucket.load(Relaxed)).collect();
        let sum_secs = Duration::from_micros(self.sum_us.load(Relaxed)).as_secs_f64();
        Times { count: buckets.iter().sum(), sum_secs, buckets }
    }
}

impl Counters {
    pub fn ended(&self, outcome: &Outcome) {
        let counter = match (outcome, outcome.code()) {
            (_, Some(code)) => &self.ended[code as usize],
            (Outcome::Completed(_), None) => &self.completed,
            // Whoever cancels a run is told no code.
            (Outcome::Threw(_) | Outcome::Stopped(_), None) => &self.cancelled,
        };
        counter.fetch_add(1, Relaxed);
    }

    pub fn refused(&self, code: Code) {
        self.refused[code as usize].fetch_add(1, Relaxed);
    }

    pub fn snapshot(&self, store: StoreMetrics, blobs: Option<BlobMetrics>) -> Metrics {
        let by_code = |counters: &[AtomicU64]| -> BTreeMap<&'static str, u64> {
            let counted = Code::ALL
                .iter()
                .map(|code| (code.as_str(), counters[*code as usize].load(Relaxed)));
            counted.collect()
        };
        let mut ended = by_code(&self.ended);
        ended.insert(COMPLETED, self.completed.load(Relaxed));
        ended.insert(CANCELLED, self.cancelled.load(Relaxed));
        Metrics {
            ended,
            refused: by_code(&self.refused),
            waited: self.waited.snapshot(),
            ran: self.ran.snapshot(),
            store,
            blobs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mcp_v8_sandbox::{StopReason, Value};

    #[test]
    fn an_end_is_counted_once_under_its_code_and_nothing_is_left_out() {
        let counters = Counters::default();
        counters.ended(&Outcome::Completed(Value::Undefined));
        counters.ended(&Outcome::Stopped(StopReason::Cancelled));
        counters.ended(&Outcome::Stopped(StopReason::Draining));
        counters.ended(&Outcome::Stopped(StopReason::Draining));
        counters.refused(Code::UnavailableBusy);
        let seen = counters.snapshot(StoreMetrics::default(), None);
        let counted: Vec<_> = seen.ended.iter().filter(|(_, count)| **count > 0).collect();
        let expected = [(&"cancelled", &1), (&"completed", &1), (&"unavailable.draining", &2)];
        assert_eq!(counted, expected);
        assert_eq!(seen.ended.len(), Code::ALL.len() + 2);
        assert_eq!(seen.refused["unavailable.busy"], 1);
        assert_eq!(seen.refused["limit.rate"], 0);
    }

    #[test]
    fn a_time_is_in_the_first_bucket_that_holds_it() {
        let clock = Clock::default();
        for ms in [1, 2, 400_000] {
            clock.took(Duration::from_millis(ms));
        }
        let times = clock.snapshot();
        assert_eq!((times.count, times.sum_secs), (3, 400.003));
        assert_eq!((times.buckets[0], times.buckets[1], times.buckets[12]), (1, 1, 1));
    }
}
