//! Figures of saving, printed and not asserted: `cargo test --release -p mcp-v8-storage --test it figures -- --ignored
//! --nocapture`.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use crate::{states::*, support::*};
use mcp_v8_sandbox::HeapId;
use mcp_v8_storage::{HeapRetention, Store};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// `count` saves in each of `sessions` sessions at once, each with the end of its execution; the times of all.
async fn saves(
    store: &Store,
    prefix: &str,
    sessions: u32,
    count: u32,
) -> (Duration, Vec<Duration>) {
    let begun = Instant::now();
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..sessions {
        let (store, name) = (store.clone(), session(&format!("{prefix}{number}")));
        callers.spawn(async move {
            let mut at: Option<HeapId> = head(&store, &name).await.map(|head| head.heap);
            let mut times = Vec::new();
            for _ in 0..count {
                let mut next = step(&name, at);
                next.run.execution = starting(&store).await;
                next.end = Some(completed());
                let id = HeapId(std::array::from_fn(|at| next.run.execution.0.as_bytes()[at % 16]));
                let begun = Instant::now();
                advance(&store, TENANT, id, next).await.expect("it is alone");
                times.push(begun.elapsed());
                at = Some(id);
            }
            times
        });
    }
    let mut times: Vec<_> = callers.join_all().await.into_iter().flatten().collect();
    times.sort();
    (begun.elapsed(), times)
}

#[tokio::test]
#[ignore = "measures"]
async fn figures() {
    let dir = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory on a real disk");
    let store = open(&dir);
    for (sessions, count) in [(1, 300), (8, 100), (64, 50), (256, 20)] {
        let (all, times) = saves(&store, &format!("d{sessions}-"), sessions, count).await;
        println!(
            "{sessions:4} sessions: {:6.0} saves/s, p50 {:?}, p99 {:?}",
            times.len() as f64 / all.as_secs_f64(),
            times[times.len() / 2],
            times[times.len() * 99 / 100],
        );
    }
    let begun = Instant::now();
    for _ in 0..300 {
        let id = starting(&store).await;
        store.finished(id, completed()).await.expect("it is running");
    }
    println!("stateless submit + finish (NORMAL), one by one: {:?}", begun.elapsed() / 300);
    let memory = Store::open(&mcp_v8_storage::Location::Memory).expect("memory is always there");
    for total in [0, 1_000, 10_000, 50_000] {
        let name = format!("long-{total}-");
        saves(&memory, "filler", 100, total / 100).await;
        saves(&memory, &name, 1, total.min(10_000)).await;
        let (_, times) = saves(&memory, &name, 1, 200).await;
        println!(
            "in memory, {total} heaps before, {} runs before: p50 {:?}",
            total.min(10_000),
            times[100]
        );
    }
    let keep = HeapRetention { max_heaps_per_session: 100, ..keep_all() };
    let begun = Instant::now();
    let gone = collect(&memory, &keep).await.len();
    println!("collecting {gone} of them: {:?}", begun.elapsed());
    let begun = Instant::now();
    assert!(collect(&memory, &keep).await.is_empty());
    println!("finding nothing to collect: {:?}", begun.elapsed());
    store.close().await;
}
