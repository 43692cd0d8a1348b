//! Transactions that break, and who hears of it.

use super::*;
use crate::{Finished, NewExecution, Timestamp, record::EncodedEnd};
use mcp_v8_sandbox::{Outcome, Usage, Value};
use tokio::sync::oneshot;

#[derive(Default)]
struct State {
    pending: PendingOutput,
    failures: HashMap<ExecutionId, StorageError>,
    health: Health,
}

impl State {
    fn run(&mut self, connection: &Connection, writes: Vec<Write>, due: &[(ExecutionId, &str)]) {
        let (pending, failures) = (&mut self.pending, &mut self.failures);
        let mut batch = Batch::new(connection, pending, failures, &self.health, false);
        for write in writes {
            batch.write(write, Instant::now());
        }
        for (id, text) in due {
            batch.output(*id, text);
        }
        batch.commit();
    }
}

type Waiting = oneshot::Receiver<Result<(), StorageError>>;

fn database() -> Connection {
    let mut connection = Connection::open_in_memory().expect("SQLite is linked in");
    sql::migrate(&mut connection).expect("an empty database migrates");
    connection
}

fn submit(id: ExecutionId) -> (Write, Waiting) {
    let (reply, waiting) = oneshot::channel();
    let tenant = "local".to_owned();
    let new = NewExecution { id, tenant, session: None, submitted_at: Timestamp(1) };
    (Write::Submit { new, reply }, waiting)
}

fn finish(id: ExecutionId) -> (Write, Waiting) {
    let (reply, waiting) = oneshot::channel();
    let outcome = Outcome::Completed(Value::Undefined);
    let end = Finished {
        at: Timestamp(2),
        outcome,
        usage: Usage::default(),
        lost: Vec::new(),
        heap: None,
    };
    (Write::Finish { id, end: EncodedEnd::new(&end).expect("it encodes"), reply }, waiting)
}

fn answer(mut waiting: Waiting) -> Result<(), StorageError> {
    waiting.try_recv().expect("settled with the transaction")
}

fn break_output(connection: &Connection) {
    let sql = "CREATE TRIGGER broken BEFORE INSERT ON output_chunk
               BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    connection.execute_batch(sql).expect("a trigger");
}

fn mend_output(connection: &Connection) {
    connection.execute_batch("DROP TRIGGER broken").expect("it is there");
}

fn executions(connection: &Connection) -> i64 {
    connection
        .query_row("SELECT count(*) FROM execution", [], |row| row.get(0))
        .expect("the table exists")
}

#[test]
fn a_broken_transaction_is_told_to_everybody_in_it_and_leaves_nothing() {
    let (connection, mut state) = (database(), State::default());
    let old = ExecutionId::generate();
    let (write, waiting) = submit(old);
    state.run(&connection, vec![write], &[]);
    assert!(answer(waiting).is_ok());

    break_output(&connection);
    let (before, first) = submit(ExecutionId::generate());
    let (breaks, second) = finish(old);
    let (after, third) = submit(ExecutionId::generate());
    let output = Write::Append { id: old, text: "x".to_owned() };
    state.run(&connection, vec![before, output, breaks, after], &[]);
    for waiting in [first, second, third] {
        let error = answer(waiting).expect_err("nobody may believe it was stored");
        assert!(matches!(error, StorageError::Database { doing: Doing::StoringOutput, .. }));
        assert!(std::error::Error::source(&error).is_some_and(|e| e.to_string().contains("full")));
    }
    assert_eq!(executions(&connection), 1);

    mend_output(&connection);
    let (write, waiting) = finish(old);
    state.run(&connection, vec![write], &[]);
    assert!(answer(waiting).is_ok(), "it was told once and can be ended");
}

#[test]
fn a_refusal_concerns_only_its_own_caller() {
    let (connection, mut state) = (database(), State::default());
    let id = ExecutionId::generate();
    let ((first, one), (again, two)) = (submit(id), submit(id));
    let (unknown, three) = finish(ExecutionId::generate());
    let (ends, four) = finish(id);
    state.run(&connection, vec![first, again, unknown, ends], &[]);
    assert!(answer(one).is_ok() && answer(four).is_ok());
    assert!(matches!(answer(two), Err(StorageError::Duplicate(other)) if other == id));
    assert!(matches!(answer(three), Err(StorageError::Unknown(_))));
    assert_eq!(executions(&connection), 1);
}

#[test]
fn output_that_could_not_be_stored_makes_finished_fail_once_and_leaves_a_prefix() {
    let (connection, mut state) = (database(), State::default());
    let id = ExecutionId::generate();
    let (write, waiting) = submit(id);
    state.run(&connection, vec![write], &[(id, "kept ")]);
    assert!(answer(waiting).is_ok());

    connection.execute_batch("DELETE FROM output_chunk").expect("make room for an insert");
    break_output(&connection);
    state.run(&connection, Vec::new(), &[(id, "lost ")]);
    mend_output(&connection);
    let (write, waiting) = finish(id);
    let output = Write::Append { id, text: "after the gap".to_owned() };
    state.run(&connection, vec![output, write], &[]);
    let error = answer(waiting).expect_err("a part of the output is missing");
    assert!(matches!(error, StorageError::Incomplete { id: other, .. } if other == id));

    let (write, waiting) = finish(id);
    state.run(&connection, vec![write], &[]);
    assert!(answer(waiting).is_ok());
    let bytes: i64 = connection
        .query_row("SELECT output_bytes FROM execution", [], |row| row.get(0))
        .expect("one execution");
    assert_eq!(bytes, 5, "nothing was added after what is missing");
}

#[test]
fn a_start_that_could_not_be_stored_makes_finished_fail() {
    let (connection, mut state) = (database(), State::default());
    let id = ExecutionId::generate();
    let (write, waiting) = submit(id);
    state.run(&connection, vec![write], &[]);
    assert!(answer(waiting).is_ok());
    let sql = "CREATE TRIGGER broken BEFORE UPDATE ON execution WHEN new.status = 'running'
               BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    connection.execute_batch(sql).expect("a trigger");
    state.run(&connection, vec![Write::Start { id, at: Timestamp(2) }], &[]);
    let (write, waiting) = finish(id);
    state.run(&connection, vec![write], &[]);
    assert!(matches!(answer(waiting), Err(StorageError::Incomplete { .. })));
}

#[test]
fn output_that_was_not_admitted_makes_finished_fail_and_what_follows_it_is_not_stored() {
    let (connection, mut state) = (database(), State::default());
    let id = ExecutionId::generate();
    let (write, waiting) = submit(id);
    state.run(&connection, vec![write], &[]);
    assert!(answer(waiting).is_ok());
    let append = |text: &str| Write::Append { id, text: text.to_owned() };
    let dropped = Write::Dropped { id, why: StorageError::Backlog { limit: 1 } };
    let (ends, waiting) = finish(id);
    state.run(&connection, vec![append("kept"), dropped, append("after the gap"), ends], &[]);
    let error = answer(waiting).expect_err("a part of the output is missing");
    let StorageError::Incomplete { source, .. } = error else { panic!("{error}") };
    assert!(matches!(*source, StorageError::Backlog { limit: 1 }));
    let (ends, waiting) = finish(id);
    state.run(&connection, vec![ends], &[]);
    assert!(answer(waiting).is_ok());
    let data: Vec<u8> = connection
        .query_row("SELECT data FROM output_chunk", [], |row| row.get(0))
        .expect("what came before the gap");
    assert_eq!(data, b"kept");
}
