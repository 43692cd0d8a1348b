//! A database that fails under the ends of executions. A trigger made on a second connection plays the broken disk.

use super::*;
use mcp_v8_sandbox::{Code, Usage, Value};
use mcp_v8_storage::{Location, NewExecution, PageRequest, Timestamp};
use rusqlite::Connection;
use std::time::Instant;
use tempfile::TempDir;

const TENANT: &str = "t";

fn open(dir: &TempDir) -> Ends {
    Ends::new(Store::open(&Location::Dir(dir.path().to_owned())).expect("it opens"))
}

fn sql(dir: &TempDir, text: &str) {
    let shell = Connection::open(dir.path().join("mcp-v8.sqlite3")).expect("the file is there");
    shell.busy_timeout(Duration::from_secs(5)).expect("a number");
    shell.execute_batch(text).expect("SQL");
}

async fn running(ends: &Ends) -> ExecutionId {
    let id = ExecutionId::generate();
    let (tenant, submitted_at) = (TENANT.to_owned(), Timestamp::now());
    let new = NewExecution { id, tenant, session: None, submitted_at };
    ends.store.submitted(new).await.expect("stored");
    ends.store.started(id, Timestamp::now());
    // The start does not wait; whatever a test breaks afterwards must not break it.
    while stored(ends, id).await.status != Status::Running {
        tokio::task::yield_now().await;
    }
    id
}

fn completed() -> Finished {
    let outcome = Outcome::Completed(Value::Json("1".to_owned()));
    Finished {
        at: Timestamp::now(),
        outcome,
        usage: Usage::default(),
        lost: Vec::new(),
        heap: None,
    }
}

async fn stored(ends: &Ends, id: ExecutionId) -> Record {
    ends.store.get(TENANT, id).await.expect("readable").expect("known")
}

async fn seen(ends: &Ends, id: ExecutionId) -> Record {
    let unstored = ends.unstored();
    unstored.complete(stored(ends, id).await)
}

fn code(record: &Record) -> Option<Code> {
    record.end.as_ref().expect("it is over").outcome.code()
}

#[tokio::test]
async fn an_end_that_storage_refuses_is_over_for_those_who_wait_and_stored_later() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let ends = open(&dir);
    let id = running(&ends).await;
    sql(
        &dir,
        "CREATE TRIGGER broken BEFORE UPDATE ON execution
         BEGIN SELECT RAISE(ABORT, 'no space left'); END",
    );
    ends.store(id, completed()).await;
    assert_eq!(stored(&ends, id).await.end, None, "storage does not know");
    let told = seen(&ends, id).await;
    assert_eq!((told.status, code(&told)), (Status::Failed, Some(Code::ErrorStorage)));
    let message = told.end.clone().expect("it is over").outcome.message().expect("a failure");
    assert!(message.contains("its end could not be stored"), "{message}");
    assert_eq!(ends.waiting(), 1);

    sql(&dir, "DROP TRIGGER broken");
    let begun = Instant::now();
    while ends.waiting() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "it is never stored");
        // tidy: allow-sleep the pause of a loop that waits for the condition
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // The answer that was given stands.
    let later = stored(&ends, id).await;
    assert_eq!(
        (later.status, later.end, later.finished_at),
        (told.status, told.end, told.finished_at)
    );
}

#[tokio::test]
async fn an_execution_with_a_gap_in_its_output_is_no_success() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let ends = open(&dir);
    let (gap, whole) = (running(&ends).await, running(&ends).await);
    sql(
        &dir,
        "CREATE TRIGGER broken BEFORE INSERT ON output_chunk
         BEGIN SELECT RAISE(ABORT, 'no space left'); END",
    );
    ends.store.append_output(gap, "never stored".to_owned());
    ends.store(gap, completed()).await;
    assert_eq!(ends.waiting(), 0, "the second call ended it");
    let record = stored(&ends, gap).await;
    assert_eq!((record.status, code(&record)), (Status::Failed, Some(Code::ErrorStorage)));

    sql(&dir, "DROP TRIGGER broken");
    ends.store.append_output(whole, "stored".to_owned());
    ends.store(whole, completed()).await;
    let record = stored(&ends, whole).await;
    assert_eq!((record.status, code(&record)), (Status::Completed, None));
    let page = PageRequest::Bytes { offset: 0, limit: 100 };
    let page = ends.store.output(TENANT, whole, page).await.expect("readable").expect("known");
    assert_eq!(page.data, "stored");
}

#[tokio::test]
async fn nothing_is_tried_again_when_storage_is_closed() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let ends = open(&dir);
    let id = running(&ends).await;
    ends.store.clone().close().await;
    ends.store(id, completed()).await;
    assert_eq!(ends.waiting(), 0);
}
