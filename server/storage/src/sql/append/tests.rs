//! The chunks that appending leaves behind. What readers make of them is tested through the store.

use super::*;
use crate::{NewExecution, Timestamp, sql};
use proptest::prelude::*;

fn database() -> (Connection, ExecutionId) {
    let mut connection = Connection::open_in_memory().expect("SQLite is linked in");
    sql::migrate(&mut connection).expect("an empty database migrates");
    let id = ExecutionId::generate();
    let tenant = "local".to_owned();
    let new = NewExecution { id, tenant, session: None, submitted_at: Timestamp(1) };
    sql::insert(&connection, &new).expect("a new id");
    (connection, id)
}

/// (start_byte, newlines_before, text) of every chunk, in order.
fn chunks(connection: &Connection) -> Vec<(u64, u64, String)> {
    let mut statement = connection
        .prepare("SELECT start_byte, newlines_before, data FROM output_chunk ORDER BY start_byte")
        .expect("the table exists");
    let rows = statement.query_map([], |row| {
        let data: Vec<u8> = row.get(2)?;
        let text = String::from_utf8(data).expect("a chunk is cut between characters");
        Ok((row.get::<_, Count>(0)?.0, row.get::<_, Count>(1)?.0, text))
    });
    rows.and_then(Iterator::collect).expect("every row reads")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]
    #[test]
    fn every_chunk_knows_its_place_and_only_the_last_is_short(
        pieces in proptest::collection::vec(("[a\né漢😀]{1,20}", 1usize..2000), 1..20),
    ) {
        let (connection, id) = database();
        let mut whole = String::new();
        for (piece, times) in pieces {
            let text = piece.repeat(times);
            append(&connection, id, &text).expect("it is unfinished");
            whole.push_str(&text);
        }
        let chunks = chunks(&connection);
        let (mut byte, mut lines) = (0, 0);
        for (index, (start_byte, newlines_before, text)) in chunks.iter().enumerate() {
            prop_assert_eq!((*start_byte, *newlines_before), (byte, lines));
            prop_assert!(text.len() <= CHUNK_BYTES_MAX);
            prop_assert!(text.len() >= CHUNK_BYTES_MIN || index + 1 == chunks.len());
            byte += size(text.as_bytes());
            lines += newlines(text.as_bytes());
        }
        let joined: String = chunks.into_iter().map(|(_, _, text)| text).collect();
        prop_assert!(joined == whole);
    }
}

#[test]
fn a_script_that_prints_byte_by_byte_does_not_make_a_row_of_every_byte() {
    let (connection, id) = database();
    for _ in 0..3 * CHUNK_BYTES_MIN {
        append(&connection, id, "x").expect("it is unfinished");
    }
    assert_eq!(chunks(&connection).len(), 3);
}

#[test]
fn output_of_an_execution_nobody_submitted_is_dropped() {
    let (connection, id) = database();
    append(&connection, ExecutionId::generate(), "x").expect("not an error of the database");
    assert_eq!(chunks(&connection).len(), 0);
    append(&connection, id, "x").expect("it is unfinished");
    assert_eq!(chunks(&connection).len(), 1);
}
