//! The housekeeper: old executions and idle sessions go.

use crate::service::Inner;
use mcp_v8_storage::Retention;
use std::sync::Weak;
use std::time::Duration;

/// How often sessions are looked at.
const TICK: Duration = Duration::from_secs(5);

/// Ticks between two looks at storage.
const PRUNE_EVERY: u32 = 12;

/// Runs until the service is dropped.
pub async fn keep_house(inner: Weak<Inner>, retention: Retention) {
    let mut interval = tokio::time::interval(TICK);
    let mut ticks = 0u32;
    loop {
        interval.tick().await;
        let Some(inner) = inner.upgrade() else { return };
        inner.sessions.expire().into_iter().for_each(|worker| inner.pool.discard(worker));
        if ticks.is_multiple_of(PRUNE_EVERY)
            && let Err(error) = inner.store.prune(&retention).await
        {
            tracing::warn!(%error, "old executions could not be removed");
        }
        ticks = ticks.wrapping_add(1);
    }
}
