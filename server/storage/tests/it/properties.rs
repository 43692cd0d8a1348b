//! Any text, in any pieces, pages back exactly: compared with the model and joined again.

use crate::{model, support::*};
use mcp_v8_sandbox::ExecutionId;
use mcp_v8_storage::{PageRequest, Status, Store};
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{TestCaseError, TestRunner},
};

const CASES: u32 = 48;

/// What is special to paging, JSON, SQLite or terminals, and characters of 1 to 4 bytes.
const ALPHABET: &[char] =
    &['a', 'b', '\n', '\n', '\r', '\u{0}', '\u{1b}', '\u{2028}', 'é', '漢', '😀', '\u{10ffff}'];

/// Pieces of an output; now and then one that fills several chunks.
fn pieces() -> impl Strategy<Value = Vec<String>> {
    let times = prop_oneof![12 => Just(1usize), 1 => 400..1_600usize];
    let piece = (vec(select(ALPHABET), 0..40), times);
    vec(piece.prop_map(|(chars, times)| String::from_iter(chars).repeat(times)), 0..16)
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..12u64, 0..3_000u64, 60_000..140_000u64, Just(u64::MAX)]
}

fn request() -> impl Strategy<Value = PageRequest> {
    (any::<bool>(), number(), number()).prop_map(|(by_lines, offset, limit)| match by_lines {
        true => PageRequest::Lines { offset, limit },
        false => PageRequest::Bytes { offset, limit },
    })
}

async fn check(
    store: &Store,
    pieces: Vec<String>,
    requests: Vec<PageRequest>,
    limits: Vec<u64>,
) -> Result<(), TestCaseError> {
    let text = pieces.concat();
    let id = running(store).await;
    for piece in pieces {
        store.append_output(id, piece);
    }
    printed(store, id, text.len()).await;
    for request in &requests {
        let expected = model::page(&text, Status::Running, *request);
        prop_assert_eq!(page(store, id, *request).await, expected, "running, {:?}", request);
    }
    store.finished(id, completed()).await.expect("it is running");
    for request in &requests {
        let expected = model::page(&text, Status::Completed, *request);
        prop_assert_eq!(page(store, id, *request).await, expected, "finished, {:?}", request);
    }
    prop_assert!(by_bytes(store, id, &limits, text.len()).await == text);
    prop_assert!(by_lines(store, id, &limits, text.len()).await == text);
    Ok(())
}

/// The random limits, over and over, raised so that a long text takes some hundred pages at most.
fn paces(limits: &[u64], len: usize) -> impl Iterator<Item = u64> {
    limits.iter().cycle().map(move |limit| (*limit).max(len as u64 / 300))
}

async fn by_bytes(store: &Store, id: ExecutionId, limits: &[u64], len: usize) -> String {
    let (mut joined, mut offset) = (String::new(), 0);
    for limit in paces(limits, len) {
        let page = page(store, id, bytes(offset, limit)).await;
        assert!(page.data.len() as u64 <= limit.max(4), "a character has up to 4 bytes");
        assert!(page.next_byte_offset > offset || !page.has_more, "no progress at {offset}");
        joined.push_str(&page.data);
        offset = page.next_byte_offset;
        if !page.has_more {
            break;
        }
    }
    joined
}

async fn by_lines(store: &Store, id: ExecutionId, limits: &[u64], len: usize) -> String {
    let (mut joined, mut offset) = (String::new(), 1);
    for limit in paces(limits, len / 16) {
        let page = page(store, id, lines(offset, limit)).await;
        assert!(page.data.split_inclusive('\n').count() as u64 <= limit.max(1));
        assert!(page.next_line_offset > offset || !page.has_more, "no progress at {offset}");
        joined.push_str(&page.data);
        offset = page.next_line_offset;
        if !page.has_more {
            break;
        }
    }
    joined
}

fn any_output_pages_back_exactly(store: &Store) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime without I/O");
    let config =
        ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let input = (pieces(), vec(request(), 24), vec(number(), 1..8));
    TestRunner::new(config)
        .run(&input, |(pieces, requests, limits)| {
            runtime.block_on(check(store, pieces, requests, limits))
        })
        .expect("the rules hold");
    runtime.block_on(store.clone().close());
}

#[test]
fn any_output_pages_back_exactly_in_memory() {
    any_output_pages_back_exactly(
        &Store::open(&mcp_v8_storage::Location::Memory).expect("memory is always there"),
    );
}

#[test]
fn any_output_pages_back_exactly_on_disk() {
    let dir = tempfile::TempDir::new().expect("a temporary directory");
    any_output_pages_back_exactly(&open(&dir));
}
