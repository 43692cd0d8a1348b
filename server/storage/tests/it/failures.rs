//! A database that fails under a running store. A trigger made on a second connection plays the broken disk.

use crate::support::*;
use mcp_v8_sandbox::{Code, ExecutionId};
use mcp_v8_storage::{Doing, Status, StorageError, Store};
use rusqlite::Connection;
use tempfile::TempDir;

fn shell(dir: &TempDir) -> Connection {
    Connection::open(dir.path().join("state/mcp-v8.sqlite3")).expect("the file is there")
}

#[tokio::test]
async fn a_write_that_the_database_refuses_is_told_with_its_cause() {
    let dir = TempDir::new().expect("a temporary directory");
    let store = open(&dir);
    let trigger = "CREATE TRIGGER broken BEFORE INSERT ON execution
                   BEGIN SELECT RAISE(ABORT, 'no space left'); END";
    shell(&dir).execute_batch(trigger).expect("a trigger");
    let id = ExecutionId::generate();
    let error = store.submitted(new(id)).await.expect_err("it is not stored");
    assert!(matches!(error, StorageError::Database { doing: Doing::Submitting, .. }));
    assert_eq!(error.code(), Code::ErrorStorage);
    let cause = std::error::Error::source(&error).expect("what SQLite said").to_string();
    assert!(cause.contains("no space left"), "{cause}");
    assert_eq!(record(&store, id).await, None);

    shell(&dir).execute_batch("DROP TRIGGER broken").expect("it is there");
    store.submitted(new(id)).await.expect("the store goes on after a failure");
    store.close().await;
}

#[tokio::test]
async fn output_lost_on_the_way_makes_finished_fail_and_then_the_execution_can_be_ended() {
    let dir = TempDir::new().expect("a temporary directory");
    let store = open(&dir);
    let (broken, sound) = (running(&store).await, running(&store).await);
    let trigger = "CREATE TRIGGER broken BEFORE INSERT ON output_chunk
                   BEGIN SELECT RAISE(ABORT, 'no space left'); END";
    shell(&dir).execute_batch(trigger).expect("a trigger");
    store.append_output(broken, "never stored".to_owned());
    let error = store.finished(broken, completed()).await.expect_err("its output is missing");
    assert_eq!(error.code(), Code::ErrorStorage);
    assert_eq!(record(&store, broken).await.map(|r| r.status), Some(Status::Running));

    shell(&dir).execute_batch("DROP TRIGGER broken").expect("it is there");
    ends(&store, broken, "").await;
    store.append_output(sound, "stored".to_owned());
    ends(&store, sound, "stored").await;
    store.close().await;
}

async fn ends(store: &Store, id: ExecutionId, output: &str) {
    store.finished(id, completed()).await.expect("it can be ended");
    assert_eq!(record(store, id).await.map(|r| r.status), Some(Status::Completed));
    assert_eq!(all_output(store, id).await, output);
}

#[tokio::test]
async fn damaged_output_is_an_error_and_not_a_wrong_page() {
    let dir = TempDir::new().expect("a temporary directory");
    let store = open(&dir);
    let id = finished(&store, &"line\n".repeat(40_000)).await;
    shell(&dir)
        .execute_batch("DELETE FROM output_chunk WHERE start_byte > 0")
        .expect("the table is there");
    for request in [bytes(100_000, 10), bytes(60_000, 90_000), lines(30_000, 1)] {
        let result = store.output(TENANT, id, request).await;
        assert!(matches!(result, Err(StorageError::Damaged(other)) if other == id), "{request:?}");
    }
    assert_eq!(page(&store, id, lines(2, 1)).await.data, "line\n", "the sound part still reads");
    store.close().await;
}
