//! The housekeeper: old executions and idle sessions go.

use crate::live;
use crate::service::Inner;
use mcp_v8_settings::Settings;
use mcp_v8_storage::{HeapRetention, Retention};
use std::sync::Weak;
use std::time::Duration;

/// What is kept of heaps, from the configuration.
pub fn heaps_to_keep(settings: &Settings) -> HeapRetention {
    let storage = &settings.storage;
    HeapRetention {
        max_age: storage.max_heap_age,
        max_heaps_per_session: storage.max_heaps_per_session,
        max_bytes_total: storage.max_heap_bytes_total,
        ..HeapRetention::default()
    }
}

/// How often sessions are looked at.
const TICK: Duration = Duration::from_secs(5);

/// Ticks between two looks at storage.
const PRUNE_EVERY: u32 = 12;

/// Ticks between two looks for blobs that a crash left.
const ORPHANS_EVERY: u32 = 720;

/// Runs until the service is dropped.
pub async fn keep_house(inner: Weak<Inner>, retention: Retention, heaps: HeapRetention) {
    let mut interval = tokio::time::interval(TICK);
    let mut ticks = 0u32;
    loop {
        interval.tick().await;
        let Some(inner) = inner.upgrade() else { return };
        let expired = {
            let mut queue = inner.queue();
            inner.sessions.expire(&mut queue)
        };
        for evicted in expired {
            live::put_away(&inner, evicted).await;
        }
        if ticks.is_multiple_of(PRUNE_EVERY)
            && let Err(error) = inner.store.prune(&retention).await
        {
            tracing::warn!(%error, "old executions could not be removed");
        }
        if ticks.is_multiple_of(PRUNE_EVERY) {
            collect(&inner, &heaps, ticks.is_multiple_of(ORPHANS_EVERY)).await;
        }
        ticks = ticks.wrapping_add(1);
    }
}

async fn collect(inner: &Inner, heaps: &HeapRetention, orphans: bool) {
    let Some(checkpoints) = &inner.checkpoints else { return };
    let mut done = checkpoints.collect(heaps).await;
    if orphans && done.is_ok() {
        done = checkpoints.collect_orphans().await;
    }
    if let Err(error) = done {
        tracing::warn!(error = %error.words(), "unused heaps could not be removed");
    }
}
