//! Families of runs, the queue and workers.

use super::family::{Distribution, Families};
use mcp_v8_executions::{BUCKETS_SECS, Load, Metrics, Times};
use std::fmt::Error;

pub fn write(families: &mut Families<'_>, metrics: &Metrics, load: Load) -> Result<(), Error> {
    let ended = metrics.ended.iter().map(|(code, count)| ([("code", *code)], *count));
    families.counters("runs_ended", "Runs that are over, by outcome code", ended)?;
    let refused = metrics.refused.iter().map(|(code, count)| ([("code", *code)], *count));
    families.counters("runs_refused", "Runs that were not admitted, by code", refused)?;
    let waited = "Time of runs in the queue";
    families.histogram("run_wait_seconds", waited, times(&metrics.waited))?;
    let ran = "Time of runs from their turn to their end, the saving of state included";
    families.histogram("run_duration_seconds", ran, times(&metrics.ran))?;
    families.gauge("runs_queued", "Runs that wait", load.queued as u64)?;
    families.gauge("runs_running", "Runs under way", load.running as u64)?;
    let live = "Sessions that hold a worker at rest";
    families.gauge("sessions_live", live, load.live_sessions as u64)?;
    families.gauge("workers", "Worker processes", load.workers as u64)
}

fn times(times: &Times) -> Distribution {
    let ends = BUCKETS_SECS.into_iter().chain([f64::INFINITY]);
    let buckets = ends.zip(times.buckets.iter().copied()).collect();
    Distribution { sum: times.sum_secs, count: times.count, buckets }
}
