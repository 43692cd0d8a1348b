//! Single turns of the writer, at times that the test chooses.

use super::*;
use crate::{CHUNK_BYTES_MAX, Finished, NewExecution, Timestamp, record::EncodedEnd, sql};
use mcp_v8_sandbox::{Outcome, Usage, Value};

fn writer() -> (Writer, ExecutionId) {
    let mut connection = Connection::open_in_memory().expect("SQLite is linked in");
    sql::migrate(&mut connection).expect("an empty database migrates");
    let id = ExecutionId::generate();
    let tenant = "local".to_owned();
    let new = NewExecution { id, tenant, session: None, submitted_at: Timestamp(1) };
    sql::insert(&connection, &new).expect("a new id");
    let backlog = Arc::new(Backlog::new(u64::MAX));
    assert!(backlog.admit(u64::MAX / 2), "room that the writes below give back");
    (Writer::new(connection, backlog, Arc::default(), None), id)
}

fn append(id: ExecutionId, text: &str) -> Write {
    Write::Append { id, text: text.to_owned() }
}

fn finish(id: ExecutionId) -> Write {
    let outcome = Outcome::Completed(Value::Undefined);
    let end = Finished {
        at: Timestamp(2),
        outcome,
        usage: Usage::default(),
        lost: Vec::new(),
        heap: None,
    };
    let end = EncodedEnd::new(&end).expect("it encodes");
    Write::Finish { id, end, reply: oneshot::channel().0 }
}

fn stored(writer: &Writer) -> String {
    let mut statement = writer
        .connection
        .prepare("SELECT data FROM output_chunk ORDER BY start_byte")
        .expect("the table exists");
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).expect("no parameters");
    rows.map(|data| String::from_utf8(data.expect("a blob")).expect("whole characters")).collect()
}

#[test]
fn output_that_is_due_in_the_turn_its_execution_ends_is_stored_first_and_in_order() {
    let (mut writer, id) = writer();
    let begun = Instant::now();
    writer.store(vec![append(id, "first ")], begun, false);
    assert_eq!(stored(&writer), "", "it waits for more");
    let writes = vec![append(id, "second "), finish(id), append(id, "too late")];
    writer.store(writes, begun + VISIBLE_WITHIN, false);
    assert_eq!(stored(&writer), "first second ");
}

#[test]
fn output_that_fills_a_chunk_is_stored_at_once_and_keeps_its_place() {
    let (mut writer, id) = writer();
    let (begun, large) = (Instant::now(), "x".repeat(CHUNK_BYTES_MAX));
    writer.store(vec![append(id, "a"), append(id, &large), append(id, "b")], begun, false);
    assert!(stored(&writer) == format!("a{large}b"));
    writer.store(vec![append(id, "c")], begun, false);
    writer.store(vec![append(id, &large)], begun + VISIBLE_WITHIN, false);
    assert!(stored(&writer) == format!("a{large}bc{large}"));
}

#[test]
fn a_transaction_with_state_in_it_syncs_the_disk_and_the_next_one_does_not() {
    let (mut writer, id) = writer();
    let level = |connection: &Connection| -> i64 {
        let read = connection.pragma_query_value(None, "synchronous", |row| row.get(0));
        read.expect("a pragma of every database")
    };
    crate::connection::set_durability(&writer.connection, crate::DURABILITY).expect("a pragma");
    let (normal, full) = (1, 2);
    assert_eq!(level(&writer.connection), normal);
    let (reply, mut answer) = oneshot::channel();
    let change: write::StateChange =
        Box::new(move |batch| batch.answer(reply, move |connection| Ok(level(connection))));
    writer.store(vec![append(id, "first"), Write::State(change)], Instant::now(), false);
    assert_eq!(answer.try_recv().expect("it is settled").expect("no error"), full);
    assert_eq!(level(&writer.connection), normal);
}

#[test]
fn the_last_turn_stores_what_still_waits() {
    let (mut writer, id) = writer();
    writer.store(vec![append(id, "last words")], Instant::now(), true);
    assert_eq!(stored(&writer), "last words");
}

#[test]
fn output_that_the_writer_has_taken_makes_room_in_the_queue() {
    let (mut writer, id) = writer();
    let backlog = Arc::new(Backlog::new(10));
    writer.backlog = Arc::clone(&backlog);
    assert!(backlog.admit(10) && !backlog.admit(1));
    writer.store(vec![append(id, "1234567890")], Instant::now(), false);
    assert!(backlog.admit(10));
}
