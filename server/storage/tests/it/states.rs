//! Sessions and heaps to test with, and what tests do with them again and again.

use crate::support::*;
use mcp_v8_sandbox::{CheckpointKind, ExecutionId, HeapId, SessionName};
use mcp_v8_storage::{
    Advance, Claim, Head, HeapRetention, NewHeap, SessionRun, StorageError, Store, Tags, Timestamp,
};
use std::time::Duration;

/// The id of the n-th state.
pub fn heap_id(number: u32) -> HeapId {
    let mut id = [0; 32];
    id[..4].copy_from_slice(&number.to_be_bytes());
    HeapId(id)
}

pub fn new_heap(parent: Option<HeapId>) -> NewHeap {
    NewHeap {
        kind: CheckpointKind::Values,
        parent,
        engine: "engine-1".to_owned(),
        values_bytes: 300,
        heap_bytes: 0,
        stored_bytes: 100,
        created_at: Timestamp::now(),
        lost: Vec::new(),
        tags: Tags::new(),
    }
}

pub fn step(session: &SessionName, expected: Option<HeapId>) -> Advance {
    let execution = ExecutionId::generate();
    let run = SessionRun { execution, runs: 1, failure: None, source: None };
    Advance { session: session.clone(), expected, heap: new_heap(expected), run, end: None }
}

pub async fn advance(
    store: &Store,
    tenant: &str,
    next: HeapId,
    advance: Advance,
) -> Result<Head, StorageError> {
    store.advance(store.pin(tenant, next).await, advance).await
}

/// Moves the head of a session of [`TENANT`] to a heap, from wherever it is.
pub async fn go(store: &Store, session: &SessionName, next: HeapId) -> Head {
    let expected = head(store, session).await.map(|head| head.heap);
    advance(store, TENANT, next, step(session, expected)).await.expect("nobody else moves it")
}

pub async fn register(store: &Store, tenant: &str, id: HeapId, heap: NewHeap) {
    let pin = store.pin(tenant, id).await;
    store.register(pin, heap, None).await.expect("the database works");
}

pub async fn head(store: &Store, session: &SessionName) -> Option<Head> {
    store.head(TENANT, session).await.expect("the database works")
}

pub async fn exists(store: &Store, id: HeapId) -> bool {
    store.heap(TENANT, id).await.expect("the database works").is_some()
}

pub fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

pub async fn tag(store: &Store, id: HeapId, pairs: &[(&str, &str)]) {
    assert!(store.set_tags(TENANT, id, tags(pairs)).await.expect("good tags"));
}

/// Keeps everything, and leaves nobody any time.
pub fn keep_all() -> HeapRetention {
    HeapRetention {
        max_age: Duration::MAX,
        max_heaps_per_session: u64::MAX,
        max_bytes_total: u64::MAX,
        grace: Duration::ZERO,
    }
}

pub async fn claim(store: &Store, retention: &HeapRetention) -> Vec<Claim> {
    store.collectable(retention, 1000).await.expect("the database works")
}

/// Collects to the end, as a caller whose blobs are always deleted; says what went.
pub async fn collect(store: &Store, retention: &HeapRetention) -> Vec<HeapId> {
    let mut gone = Vec::new();
    loop {
        let claims = store.collectable(retention, 7).await.expect("the database works");
        if claims.is_empty() {
            gone.sort();
            return gone;
        }
        gone.extend(claims.iter().map(Claim::id));
        let count = claims.len() as u64;
        assert_eq!(store.collected(claims).await.expect("the database works"), count);
    }
}
