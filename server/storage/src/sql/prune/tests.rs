//! Single steps. What a whole pruning keeps is tested through the store.

use super::*;
use crate::{Finished, NewExecution, record::EncodedEnd, sql};
use mcp_v8_sandbox::{ExecutionId, Outcome, Usage, Value};

/// A database of `count` executions that printed `text` and finished one after the other, at 1, 2, 3 ...
fn database(count: i64, text: &str) -> Connection {
    let mut connection = Connection::open_in_memory().expect("SQLite is linked in");
    sql::migrate(&mut connection).expect("an empty database migrates");
    for at in (1..=count).map(Timestamp) {
        let id = ExecutionId::generate();
        let tenant = "local".to_owned();
        let new = NewExecution { id, tenant, session: None, submitted_at: Timestamp(0) };
        sql::insert(&connection, &new).expect("a new id");
        sql::append(&connection, id, text).expect("it is unfinished");
        let outcome = Outcome::Completed(Value::Undefined);
        let end = Finished { at, outcome, usage: Usage::default(), lost: Vec::new(), heap: None };
        let end = EncodedEnd::new(&end).expect("it encodes");
        sql::finish(&connection, id, &end).expect("it is unfinished");
    }
    connection
}

/// When the oldest that is left finished, and how many are left.
fn left(connection: &Connection) -> (i64, i64) {
    let sql = "SELECT min(finished_at), count(*) FROM execution";
    connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("some are left")
}

fn cutoff_after(connection: &Connection, max_executions: u64) -> Cutoff {
    let retention = Retention { max_executions, ..Retention::default() };
    cutoff(connection, &retention, Timestamp(0)).expect("it works").expect("there are more")
}

#[test]
fn a_step_removes_the_oldest_first_and_no_more_than_its_bound() {
    let connection = database(100, "x");
    let cutoff = cutoff_after(&connection, 10);
    let step = prune(&connection, cutoff).expect("it works");
    assert_eq!((step.pruned.executions, step.more), (64, true));
    assert_eq!(left(&connection), (65, 36));
    let step = prune(&connection, cutoff).expect("it works");
    assert_eq!((step.pruned.executions, step.more), (26, false));
    assert_eq!(left(&connection), (91, 10));
}

#[test]
fn a_step_ends_with_the_execution_that_fills_its_bytes() {
    let half = "x".repeat(5 << 20);
    let connection = database(4, &half);
    let cutoff = cutoff_after(&connection, 1);
    let step = prune(&connection, cutoff).expect("it works");
    assert_eq!((step.pruned.executions, step.pruned.output_bytes), (2, 10 << 20));
    assert!(step.more);
    let chunks: i64 = connection
        .query_row("SELECT count(*) FROM output_chunk", [], |row| row.get(0))
        .expect("the table exists");
    assert_eq!(chunks, 2 * 80, "the output goes with its execution");
}
