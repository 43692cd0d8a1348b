//! Retention: what goes, and above all what stays.

use crate::support::*;
use mcp_v8_sandbox::ExecutionId;
use mcp_v8_storage::{Finished, Pruned, Retention, Store, Timestamp};
use std::time::Duration;

everywhere!(
    the_newest_executions_stay,
    executions_that_are_not_finished_stay_whatever_the_limits,
    an_execution_that_finished_too_long_ago_goes,
    the_oldest_go_until_the_output_fits,
    the_last_to_finish_is_the_newest_however_long_it_ran,
    a_large_store_is_pruned_in_steps_to_the_end,
    two_prunings_at_once_remove_no_more_than_one,
    nothing_goes_within_the_defaults,
);

fn unlimited() -> Retention {
    Retention { max_executions: u64::MAX, max_age: Duration::MAX, max_output_bytes_total: u64::MAX }
}

/// Executions with `text` as output that finished a second apart, oldest first; the last one now.
async fn series(store: &Store, count: i64, text: &str) -> Vec<ExecutionId> {
    let now = Timestamp::now();
    let mut ids = Vec::new();
    for age in (0..count).rev() {
        ids.push(finished_at(store, text, Timestamp(now.0 - age * 1_000)).await);
    }
    ids
}

/// Which of `ids` are left; those that are gone are gone with their output.
async fn left(store: &Store, ids: &[ExecutionId]) -> Vec<ExecutionId> {
    let mut left = Vec::new();
    for id in ids {
        let output = store.output(TENANT, *id, bytes(0, 1)).await.expect("the database works");
        let record = record(store, *id).await;
        assert_eq!(record.is_some(), output.is_some());
        left.extend(record.map(|record| record.id));
    }
    left
}

async fn prune(store: &Store, retention: Retention) -> (u64, u64) {
    let Pruned { executions, output_bytes } =
        store.prune(&retention).await.expect("the database works");
    (executions, output_bytes)
}

async fn the_newest_executions_stay(store: Store) {
    let ids = series(&store, 10, "1234").await;
    assert_eq!(prune(&store, Retention { max_executions: 3, ..unlimited() }).await, (7, 28));
    assert_eq!(left(&store, &ids).await, ids[7..]);
    assert_eq!(all_output(&store, ids[9]).await, "1234");
    assert_eq!(prune(&store, Retention { max_executions: 3, ..unlimited() }).await, (0, 0));
}

async fn executions_that_are_not_finished_stay_whatever_the_limits(store: Store) {
    let queued = ExecutionId::generate();
    store.submitted(new(queued)).await.expect("a new id");
    let active = running(&store).await;
    store.append_output(active, "still here".to_owned());
    printed(&store, active, 10).await;
    let done = finished(&store, "gone").await;
    let nothing =
        Retention { max_executions: 0, max_age: Duration::ZERO, max_output_bytes_total: 0 };
    assert_eq!(prune(&store, nothing).await, (1, 4));
    assert_eq!(left(&store, &[queued, active, done]).await, [queued, active]);
    store.append_output(active, "!".to_owned());
    store.finished(active, completed()).await.expect("it is running");
    assert_eq!(all_output(&store, active).await, "still here!");
}

async fn an_execution_that_finished_too_long_ago_goes(store: Store) {
    let hours = |count: i64| Timestamp(Timestamp::now().0 - count * 3_600_000);
    let old = finished_at(&store, "old", hours(3)).await;
    let young = finished_at(&store, "young", hours(1)).await;
    let keep =
        |hours: u64| Retention { max_age: Duration::from_secs(hours * 3_600), ..unlimited() };
    assert_eq!(prune(&store, keep(4)).await, (0, 0));
    assert_eq!(prune(&store, keep(2)).await, (1, 3));
    assert_eq!(left(&store, &[old, young]).await, [young]);
}

async fn the_oldest_go_until_the_output_fits(store: Store) {
    let ids = series(&store, 10, &"x".repeat(100)).await;
    let small = |max_output_bytes_total| Retention { max_output_bytes_total, ..unlimited() };
    assert_eq!(prune(&store, small(1_000)).await, (0, 0));
    assert_eq!(prune(&store, small(350)).await, (7, 700));
    assert_eq!(left(&store, &ids).await, ids[7..]);
}

async fn the_last_to_finish_is_the_newest_however_long_it_ran(store: Store) {
    let slow = running(&store).await;
    let quick = series(&store, 3, "x").await;
    // Later than the others by more than the clock's millisecond.
    let later = Finished { at: Timestamp(Timestamp::now().0 + 1_000), ..completed() };
    store.finished(slow, later).await.expect("it is running");
    assert_eq!(prune(&store, Retention { max_executions: 1, ..unlimited() }).await, (3, 3));
    assert_eq!(left(&store, &[slow]).await, [slow]);
    assert_eq!(left(&store, &quick).await, []);
}

async fn a_large_store_is_pruned_in_steps_to_the_end(store: Store) {
    let ids = series(&store, 300, "x\n").await;
    let large = finished(&store, &"x".repeat(20 << 20)).await;
    assert_eq!(prune(&store, Retention { max_executions: 2, ..unlimited() }).await, (299, 598));
    assert_eq!(left(&store, &ids).await, ids[299..]);
    let last = Retention { max_executions: 0, ..unlimited() };
    assert_eq!(prune(&store, last).await, (2, 2 + (20 << 20)));
    assert_eq!(left(&store, &[large]).await, []);
}

async fn two_prunings_at_once_remove_no_more_than_one(store: Store) {
    let ids = series(&store, 200, "x").await;
    let retention = Retention { max_executions: 50, ..unlimited() };
    let (one, two) = tokio::join!(store.prune(&retention), store.prune(&retention));
    let (one, two) = (one.expect("it works"), two.expect("it works"));
    assert_eq!(one.executions + two.executions, 150);
    assert_eq!(left(&store, &ids).await, ids[150..]);
}

async fn nothing_goes_within_the_defaults(store: Store) {
    let defaults = Retention::default();
    assert_eq!(defaults.max_executions, 10_000);
    assert_eq!(defaults.max_age, Duration::from_secs(30 * 86_400));
    assert_eq!(defaults.max_output_bytes_total, 1 << 30);
    let ids = series(&store, 20, "x").await;
    assert_eq!(prune(&store, defaults).await, (0, 0));
    assert_eq!(left(&store, &ids).await.len(), 20);
}
