//! Families of policy decisions.

use super::family::{Distribution, Families};
use mcp_v8_policy::{CapabilityMetrics, GateMetrics};
use std::fmt::Error;

pub fn write(families: &mut Families<'_>, metrics: &GateMetrics) -> Result<(), Error> {
    let samples = metrics.capabilities.iter().flat_map(|(capability, counted)| {
        let of =
            |outcome, count| ([("capability", capability.as_str()), ("outcome", outcome)], count);
        [of("allowed", counted.allowed), of("denied", counted.denied), of("failed", counted.failed)]
    });
    families.counters("policy_decisions", "Decisions by capability and outcome", samples)?;
    let latencies = metrics
        .capabilities
        .iter()
        .map(|(capability, counted)| ([("capability", capability.as_str())], latency(counted)));
    families.histograms("policy_decision_seconds", "Time of decisions", latencies)?;
    let reloads = [("done", metrics.reloads), ("failed", metrics.failed_reloads)];
    let samples = reloads.into_iter().map(|(outcome, count)| ([("outcome", outcome)], count));
    families.counters("policy_reloads", "Reloads of the policies", samples)
}

/// The gate's buckets hold everything up to their end; here each holds its own.
fn latency(counted: &CapabilityMetrics) -> Distribution {
    let mut below = 0;
    let buckets = counted.latency_us.iter().map(|(end_us, up_to)| {
        let own = up_to - std::mem::replace(&mut below, *up_to);
        let end = if *end_us == u64::MAX { f64::INFINITY } else { *end_us as f64 / 1e6 };
        (end, own)
    });
    let buckets = buckets.collect();
    Distribution { sum: counted.latency_us_sum as f64 / 1e6, count: below, buckets }
}
