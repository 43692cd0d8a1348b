//! A database that an older server wrote, opened by this one.

use crate::{states::*, support::*};
use mcp_v8_sandbox::{ExecutionId, Outcome, Usage, Value};
use mcp_v8_storage::{Status, Timestamp};
use rusqlite::{Connection, params};
use tempfile::TempDir;

/// The first schema, as it was released.
const VERSION_1: &str = include_str!("../../src/sql/schema/1.sql");

#[tokio::test]
async fn a_database_of_version_1_keeps_its_executions_and_takes_sessions() {
    let dir = TempDir::new().expect("a temporary directory");
    std::fs::create_dir(dir.path().join("state")).expect("it is ours");
    let (done, queued) = (ExecutionId::generate(), ExecutionId::generate());
    let outcome = Outcome::Completed(Value::Json("[1]".to_owned()));
    let database =
        Connection::open(dir.path().join("state/mcp-v8.sqlite3")).expect("a new database");
    database.execute_batch(VERSION_1).expect("the first schema");
    database.pragma_update(None, "user_version", 1).expect("a pragma");
    let usage = serde_json::to_string(&Usage::default()).expect("it encodes");
    let ended = serde_json::to_string(&outcome).expect("it encodes");
    database
        .execute(
            "INSERT INTO execution (key, id, tenant, session, status, submitted_at, started_at,
                 finished_at, output_bytes, output_newlines, output_open_line, usage, lost, outcome)
             VALUES (1, ?1, ?2, 'notes', 'completed', 1, 2, 3, 4, 1, 0, ?3, '[]', ?4)",
            params![done.0.as_bytes(), TENANT, usage, ended],
        )
        .expect("a finished execution");
    database
        .execute_batch(
            "INSERT INTO output_chunk VALUES (1, 1, 0, 0, CAST('old' || char(10) AS BLOB))",
        )
        .expect("its output");
    database
        .execute(
            "INSERT INTO execution (key, id, tenant, status, submitted_at) VALUES (2, ?1, ?2, 'queued', 5)",
            params![queued.0.as_bytes(), TENANT],
        )
        .expect("a queued execution");
    drop(database);

    let store = open(&dir);
    let old = record(&store, done).await.expect("it was there");
    assert_eq!((old.status, old.session), (Status::Completed, Some(session("notes"))));
    let end = old.end.expect("it was over");
    assert_eq!((end.at, end.outcome, end.heap), (Timestamp(3), outcome, None));
    assert_eq!(all_output(&store, done).await, "old\n");
    assert_eq!(record(&store, queued).await.map(|old| old.status), Some(Status::Failed));

    assert_eq!(head(&store, &session("notes")).await, None);
    let id = starting(&store).await;
    let mut first = step(&session("notes"), None);
    (first.run.execution, first.end) = (id, Some(completed()));
    advance(&store, TENANT, heap_id(1), first).await.expect("a new session");
    store.close().await;
    let store = open(&dir);
    assert_eq!(head(&store, &session("notes")).await.map(|head| head.heap), Some(heap_id(1)));
    let ended = record(&store, id).await.and_then(|record| record.end);
    assert_eq!(ended.and_then(|end| end.heap), Some(heap_id(1)));
    store.close().await;
}
