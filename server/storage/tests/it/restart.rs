//! What a directory holds after the server went away in good order.

use crate::support::*;
use mcp_v8_sandbox::{ExecutionId, Outcome, StopReason};
use mcp_v8_storage::{Status, StorageError};
use tempfile::TempDir;

#[tokio::test]
async fn finished_executions_are_as_they_were_after_a_restart() {
    let dir = TempDir::new().expect("a temporary directory");
    let store = open(&dir);
    let id = finished(&store, "one\ntwo").await;
    let before = record(&store, id).await;
    store.close().await;
    let store = open(&dir);
    assert!(before.is_some());
    assert_eq!(record(&store, id).await, before);
    assert_eq!(all_output(&store, id).await, "one\ntwo");
    store.close().await;
}

#[tokio::test]
async fn unfinished_executions_end_as_lost_at_the_next_start() {
    let dir = TempDir::new().expect("a temporary directory");
    let store = open(&dir);
    let active = running(&store).await;
    store.append_output(active, "as far as it came".to_owned());
    let queued = ExecutionId::generate();
    store.submitted(new(queued)).await.expect("a new id");
    store.close().await;

    let store = open(&dir);
    for id in [active, queued] {
        let record = record(&store, id).await.expect("it is stored");
        assert_eq!((record.status, record.started_at.is_some()), (Status::Failed, id == active));
        let end = record.end.expect("it is over");
        let how = "the server stopped while it ran".to_owned();
        assert_eq!(end.outcome, Outcome::Stopped(StopReason::WorkerLost { how }));
        assert_eq!(record.finished_at, Some(end.at));
        let again = store.finished(id, completed()).await;
        assert!(matches!(again, Err(StorageError::AlreadyFinished(_))));
    }
    assert_eq!(all_output(&store, active).await, "as far as it came", "closing stores what waits");
    store.close().await;
}

#[tokio::test]
async fn a_store_that_is_dropped_and_not_closed_stores_everything_all_the_same() {
    let dir = TempDir::new().expect("a temporary directory");
    let store = open(&dir);
    let id = running(&store).await;
    store.append_output(id, "last words".to_owned());
    drop(store);
    let mut reopened = None;
    eventually("the directory is free", async || {
        reopened = mcp_v8_storage::Store::open(&location(&dir)).ok();
        reopened.is_some()
    })
    .await;
    let store = reopened.expect("just seen");
    assert_eq!(all_output(&store, id).await, "last words");
    store.close().await;
}
