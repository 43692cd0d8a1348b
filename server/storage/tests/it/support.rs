//! Stores to test, and what tests do with them again and again.

use mcp_v8_sandbox::{ExecutionId, Outcome, SessionName, StopReason, Usage, Value};
use mcp_v8_storage::{
    Finished, Location, NewExecution, OutputPage, PageRequest, Record, Status, Store, Timestamp,
};
use std::{
    future::Future,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Makes a test of each function, in memory and on disk.
macro_rules! everywhere {
    ($($name:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $name() {
                crate::support::in_memory(super::$name).await;
            })*
        }
        mod disk {
            $(#[tokio::test]
            async fn $name() {
                crate::support::on_disk(super::$name).await;
            })*
        }
    };
}
pub(crate) use everywhere;

pub const TENANT: &str = "local";

pub async fn in_memory<F: Future<Output = ()>>(test: impl FnOnce(Store) -> F) {
    let store = Store::open(&Location::Memory).expect("memory is always there");
    test(store.clone()).await;
    store.close().await;
}

pub async fn on_disk<F: Future<Output = ()>>(test: impl FnOnce(Store) -> F) {
    let dir = TempDir::new().expect("a temporary directory");
    let store = open(&dir);
    test(store.clone()).await;
    store.close().await;
}

pub fn location(dir: &TempDir) -> Location {
    Location::Dir(dir.path().join("state"))
}

pub fn open(dir: &TempDir) -> Store {
    Store::open(&location(dir)).expect("an unused directory")
}

pub fn new(id: ExecutionId) -> NewExecution {
    NewExecution { id, tenant: TENANT.to_owned(), session: None, submitted_at: Timestamp(1_000) }
}

pub fn session(name: &str) -> SessionName {
    name.parse().expect("a good name")
}

pub fn ended(outcome: Outcome) -> Finished {
    Finished {
        at: Timestamp::now(),
        outcome,
        usage: Usage::default(),
        lost: Vec::new(),
        heap: None,
    }
}

pub fn completed() -> Finished {
    ended(Outcome::Completed(Value::Undefined))
}

pub fn cancelled() -> Finished {
    ended(Outcome::Stopped(StopReason::Cancelled))
}

/// A new execution of [`TENANT`] whose start is on its way: nobody waits for a start.
pub async fn starting(store: &Store) -> ExecutionId {
    let id = ExecutionId::generate();
    store.submitted(new(id)).await.expect("a new id");
    store.started(id, Timestamp(2_000));
    id
}

/// A new execution of [`TENANT`] that readers see running.
pub async fn running(store: &Store) -> ExecutionId {
    let id = starting(store).await;
    eventually("it runs", async || {
        record(store, id).await.is_some_and(|record| record.status == Status::Running)
    })
    .await;
    id
}

/// A new execution of [`TENANT`] that printed `text` and completed at `at`.
pub async fn finished_at(store: &Store, text: &str, at: Timestamp) -> ExecutionId {
    let id = starting(store).await;
    store.append_output(id, text.to_owned());
    store.finished(id, Finished { at, ..completed() }).await.expect("it is running");
    id
}

pub async fn finished(store: &Store, text: &str) -> ExecutionId {
    finished_at(store, text, Timestamp::now()).await
}

pub async fn record(store: &Store, id: ExecutionId) -> Option<Record> {
    store.get(TENANT, id).await.expect("the database works")
}

pub async fn page(store: &Store, id: ExecutionId, request: PageRequest) -> OutputPage {
    store.output(TENANT, id, request).await.expect("the database works").expect("it exists")
}

pub async fn all_output(store: &Store, id: ExecutionId) -> String {
    page(store, id, PageRequest::Bytes { offset: 0, limit: u64::MAX }).await.data
}

pub fn bytes(offset: u64, limit: u64) -> PageRequest {
    PageRequest::Bytes { offset, limit }
}

pub fn lines(offset: u64, limit: u64) -> PageRequest {
    PageRequest::Lines { offset, limit }
}

/// Waits until `condition` holds.
pub async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !condition().await {
        assert!(begun.elapsed() < Duration::from_secs(30), "never happened: {what}");
        tokio::task::yield_now().await;
    }
}

/// Waits until readers see `len` bytes of output.
pub async fn printed(store: &Store, id: ExecutionId, len: usize) {
    eventually("the output is visible", async || {
        record(store, id).await.is_some_and(|record| record.output_bytes == len as u64)
    })
    .await;
}
