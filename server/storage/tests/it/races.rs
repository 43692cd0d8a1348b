//! Savers, resumers and collectors at once, with a set in the place of the blob store: whoever is told of a heap finds
//! its blob (promises P7, P10).

use crate::{states::*, support::*};
use mcp_v8_sandbox::HeapId;
use mcp_v8_storage::{Claim, HeapRetention, Store};
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::task::{JoinSet, yield_now};

everywhere!(nobody_finds_a_heap_without_its_blob_while_heaps_are_collected,);

/// Few, so that a state which is being deleted is soon saved again.
const STATES: u32 = 6;
const SESSIONS: u32 = 3;
const SAVES: u32 = 300;

#[derive(Clone, Default)]
struct Blobs(Arc<Mutex<HashSet<HeapId>>>);

impl Blobs {
    fn put(&self, id: HeapId) {
        self.0.lock().expect("no test panicked").insert(id);
    }

    fn delete(&self, id: HeapId) -> bool {
        self.0.lock().expect("no test panicked").remove(&id)
    }

    fn has(&self, id: HeapId) -> bool {
        self.0.lock().expect("no test panicked").contains(&id)
    }
}

async fn save(store: Store, blobs: Blobs, number: u32) {
    let name = session(&format!("s{number}"));
    for turn in 0..SAVES {
        let next = heap_id((turn * (number + 1) + turn / 7) % STATES);
        let expected = head(&store, &name).await.map(|head| head.heap);
        let pin = store.pin(TENANT, next).await;
        blobs.put(next);
        yield_now().await;
        store.advance(pin, step(&name, expected)).await.expect("it is alone in its session");
        assert!(blobs.has(next), "the head of an answered run");
    }
}

async fn resume(store: Store, blobs: Blobs, over: Arc<AtomicU64>) -> u64 {
    let mut found = 0;
    for turn in 0.. {
        if over.load(Ordering::Relaxed) == u64::from(SESSIONS) {
            break;
        }
        let id = heap_id(turn % STATES);
        let _pin = store.pin(TENANT, id).await;
        if exists(&store, id).await {
            yield_now().await;
            assert!(blobs.has(id), "a heap that was found under a pin");
            found += 1;
        }
        yield_now().await;
    }
    found
}

async fn sweep(store: Store, blobs: Blobs, over: Arc<AtomicU64>) -> u64 {
    let crowded = HeapRetention { max_heaps_per_session: 1, ..keep_all() };
    let mut deleted = 0;
    for turn in 0.. {
        if over.load(Ordering::Relaxed) == u64::from(SESSIONS) {
            break;
        }
        let claims = if turn % 3 == 0 {
            let listed = (0..STATES).map(heap_id).filter(|id| blobs.has(*id)).collect();
            store.orphans(TENANT, listed).await.expect("the database works")
        } else {
            claim(&store, &crowded).await
        };
        for id in claims.iter().map(Claim::id) {
            yield_now().await;
            deleted += u64::from(blobs.delete(id));
        }
        // Now and then the row is left for the next one.
        if turn % 5 != 0 {
            store.collected(claims).await.expect("the database works");
        }
        yield_now().await;
    }
    deleted
}

async fn nobody_finds_a_heap_without_its_blob_while_heaps_are_collected(store: Store) {
    let (blobs, over) = (Blobs::default(), Arc::new(AtomicU64::new(0)));
    let (mut savers, mut counters) = (JoinSet::new(), JoinSet::new());
    for number in 0..SESSIONS {
        let (store, blobs, over) = (store.clone(), blobs.clone(), Arc::clone(&over));
        savers.spawn(async move {
            save(store, blobs, number).await;
            over.fetch_add(1, Ordering::Relaxed);
        });
    }
    counters.spawn(resume(store.clone(), blobs.clone(), Arc::clone(&over)));
    counters.spawn(sweep(store.clone(), blobs.clone(), Arc::clone(&over)));
    counters.spawn(sweep(store.clone(), blobs.clone(), Arc::clone(&over)));
    // First: when one of these panics, so does the test, and the others go with it.
    while let Some(saver) = savers.join_next().await {
        saver.expect("every ack has its blob");
    }
    let counts = counters.join_all().await;
    assert!(counts.iter().sum::<u64>() > 50, "they met: {counts:?}");
    for number in 0..SESSIONS {
        let head = head(&store, &session(&format!("s{number}"))).await.expect("it was saved");
        assert!(blobs.has(head.heap));
    }
}
