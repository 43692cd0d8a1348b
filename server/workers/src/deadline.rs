//! The hard deadline of a run: first a word to the worker, then the kill. Owned by the server; the worker's own
//! opinion of time does not count.

use mcp_v8_sandbox::StopReason;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Where a run stands on its way out.
#[derive(Debug)]
pub enum Phase {
    /// Until the wall clock runs out.
    Running { until: Instant },
    /// The worker was told to stop; killed when this passes.
    Stopping { reason: StopReason, until: Instant },
}

impl Phase {
    /// A run that may take `wall`.
    pub fn start(wall: Duration) -> Self {
        Self::Running { until: Instant::now() + wall }
    }

    /// Waits for the end of the phase.
    pub async fn passed(&self) {
        match self {
            Phase::Running { until } | Phase::Stopping { until, .. } => sleep_until(*until).await,
        }
    }

    /// The run must stop: the worker has `grace` to do it itself. The first reason stays.
    pub fn stop(&mut self, reason: StopReason, grace: Duration) {
        if matches!(self, Phase::Running { .. }) {
            *self = Phase::Stopping { reason, until: Instant::now() + grace };
        }
    }

    /// Why it stops, once it does.
    pub fn reason(&self) -> Option<&StopReason> {
        match self {
            Phase::Running { .. } => None,
            Phase::Stopping { reason, .. } => Some(reason),
        }
    }
}
