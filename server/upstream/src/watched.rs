//! A transport that ends where a server sends more than it was asked for. Not the transport itself.

use rmcp::RoleClient;
use rmcp::model::JsonRpcMessage;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// Messages that answer nothing which a server may send at once, and per second over time. Progress and log messages are
/// such; those of a busy honest server are some tens a second.
const BURST: f64 = 2000.0;
const PER_SECOND: f64 = 200.0;

/// What a server did wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("a message longer than upstream.*.max_message_mb ({} MiB)", .most >> 20)]
    Long { most: usize },
    #[error("a flood of messages that answer nothing")]
    Flood,
}

/// The first fault of a connection.
#[derive(Debug, Default)]
pub(crate) struct Faults(OnceLock<Fault>);

impl Faults {
    pub(crate) fn note(&self, fault: Fault) {
        // A later one is a consequence.
        let _ = self.0.set(fault);
    }

    pub(crate) fn first(&self) -> Option<Fault> {
        self.0.get().copied()
    }
}

pub(crate) struct Watched<T> {
    inner: T,
    faults: Arc<Faults>,
    budget: Budget,
}

impl<T> Watched<T> {
    pub(crate) fn new(inner: T, faults: Arc<Faults>) -> Self {
        Self { inner, faults, budget: Budget { left: BURST, at: Instant::now() } }
    }
}

impl<T: Transport<RoleClient>> Transport<RoleClient> for Watched<T> {
    type Error = T::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.inner.send(item)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        let message = self.inner.receive().await?;
        let answers = matches!(message, JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_));
        if !answers && !self.budget.take(Instant::now()) {
            self.faults.note(Fault::Flood);
            return None;
        }
        Some(message)
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.inner.close().await
    }
}

/// A token bucket.
struct Budget {
    left: f64,
    at: Instant,
}

impl Budget {
    fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.left = (self.left + passed * PER_SECOND).min(BURST) - 1.0;
        self.left >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_flood_runs_out_and_a_steady_trickle_does_not() {
        let start = Instant::now();
        let mut flood = Budget { left: BURST, at: start };
        let passed = (0..).take_while(|_| flood.take(start)).count();
        assert_eq!(passed, BURST as usize);
        let mut trickle = Budget { left: BURST, at: start };
        assert!((0..100_000u32).all(|at| trickle.take(start + Duration::from_millis(10) * at)));
    }
}
