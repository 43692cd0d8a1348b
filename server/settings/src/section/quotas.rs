//! `[quotas]`: what one tenant may use of the server, so that the others get their part. Not what one run may use: that
//! is `[limits]`.

use crate::measure::Measure;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct QuotasTable {
    /// Runs of one tenant at once; further ones wait. Left out: half of workers.concurrent_runs, at least one, so that
    /// a tenant whose runs all hang leaves places to the others.
    #[schemars(example = 2)]
    concurrent_runs: Option<usize>,
    /// Runs that a tenant may begin in a minute; more are refused. Unused ones add up to a minute's worth. 600: ten a
    /// second, more than agents need.
    runs_per_minute: u64,
    /// Processor time of a tenant's runs in a minute, seconds; a tenant that has used more waits until the minutes have
    /// made up for it. 60: one core all the time.
    cpu_secs_per_minute: u64,
    /// What is stored of a tenant, output, results and states together, MiB; runs of a tenant that has more are
    /// refused. 1024: a tenth of what is kept of states over all tenants.
    stored_mb: u64,
    /// MCP sessions of a tenant at once. 100: an agent has one.
    mcp_sessions: usize,
    /// Event streams of a tenant at once, which stay open without a request. 32: an agent has one.
    event_streams: usize,
}

impl Default for QuotasTable {
    fn default() -> Self {
        Self {
            concurrent_runs: None,
            runs_per_minute: 600,
            cpu_secs_per_minute: 60,
            stored_mb: 1024,
            mcp_sessions: 100,
            event_streams: 32,
        }
    }
}

/// What one tenant may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// At least 1, at most [`crate::Workers::concurrent_runs`].
    pub concurrent_runs: usize,
    pub runs_per_minute: u64,
    pub cpu_secs_per_minute: u64,
    pub stored_bytes: u64,
    pub mcp_sessions: usize,
    pub event_streams: usize,
}

impl QuotasTable {
    /// `places`: `workers.concurrent_runs`.
    pub(crate) fn resolve(self, places: usize, resolver: &mut Resolver<'_>) -> Quotas {
        let concurrent_runs = self.concurrent_runs.unwrap_or((places / 2).max(1));
        resolver.at_most(
            Measure::count(&["quotas.concurrent_runs"], concurrent_runs),
            Measure::count(&["workers.concurrent_runs"], places),
        );
        Quotas {
            concurrent_runs,
            runs_per_minute: self.runs_per_minute,
            cpu_secs_per_minute: self.cpu_secs_per_minute,
            stored_bytes: self.stored_mb << 20,
            mcp_sessions: self.mcp_sessions,
            event_streams: self.event_streams,
        }
    }
}
