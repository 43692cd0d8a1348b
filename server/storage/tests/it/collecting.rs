//! What a collection takes, what it must leave, and what a crash in the middle of one does.

use crate::{states::*, support::*};
use mcp_v8_storage::{Claim, HeapRetention, NewHeap, SnapshotQuery, Store, Timestamp};
use std::{pin::pin, task::Poll, time::Duration};

everywhere!(
    the_oldest_heaps_of_a_long_session_go_and_its_history_with_them,
    runs_beyond_the_age_go_and_the_head_stays_at_any_age,
    a_heap_of_no_session_goes_by_age_and_use_makes_it_young,
    the_longest_unused_go_until_the_rest_fits,
    a_tag_keeps_a_heap_whatever_the_limits,
    what_only_a_deleted_session_had_goes_at_once,
    nothing_goes_within_its_grace,
    a_pinned_heap_stays_until_the_pin_is_dropped,
    a_heap_that_is_being_deleted_is_unknown_and_a_pin_of_it_waits,
    a_collection_that_was_given_up_is_offered_again,
    a_save_revives_a_heap_whose_deletion_was_given_up,
    blobs_without_rows_are_orphans_unless_somebody_is_saving_them,
    a_long_history_is_trimmed_in_steps_to_the_end,
    nothing_goes_within_the_defaults,
    a_rehearsal_names_what_a_collection_removes_and_changes_nothing,
);

fn ago(seconds: i64) -> Timestamp {
    Timestamp(Timestamp::now().0 - seconds * 1_000)
}

fn aged(seconds: i64) -> NewHeap {
    NewHeap { created_at: ago(seconds), ..new_heap(None) }
}

/// A session of heaps `first` and following, the last of them saved `age` seconds ago, the others a second apart.
async fn series(store: &Store, name: &str, first: u32, count: u32, age: i64) {
    let name = session(name);
    for number in 0..count {
        let expected = head(store, &name).await.map(|head| head.heap);
        let mut next = step(&name, expected);
        next.heap.created_at = ago(age + i64::from(count - 1 - number));
        advance(store, TENANT, heap_id(first + number), next).await.expect("from the head");
    }
}

async fn runs(store: &Store, name: &str) -> Vec<u64> {
    let query = SnapshotQuery { limit: 1000, ..SnapshotQuery::default() };
    let page = store.snapshots(TENANT, &session(name), query).await.expect("a good query");
    page.expect("it exists").snapshots.iter().map(|entry| entry.run).collect()
}

async fn the_oldest_heaps_of_a_long_session_go_and_its_history_with_them(store: Store) {
    series(&store, "long", 0, 10, 5).await;
    series(&store, "short", 100, 3, 5).await;
    let three = HeapRetention { max_heaps_per_session: 3, ..keep_all() };
    assert_eq!(collect(&store, &three).await, (0..7).map(heap_id).collect::<Vec<_>>());
    assert_eq!(runs(&store, "long").await, [10, 9, 8]);
    assert_eq!(runs(&store, "short").await, [3, 2, 1]);
    assert_eq!(store.heap_bytes().await.expect("no error"), 600);
    assert_eq!(collect(&store, &three).await, []);
    let none = HeapRetention { max_heaps_per_session: 0, ..keep_all() };
    collect(&store, &none).await;
    assert_eq!(runs(&store, "long").await, [10], "the newest stays");
}

async fn runs_beyond_the_age_go_and_the_head_stays_at_any_age(store: Store) {
    series(&store, "young", 0, 3, 10).await;
    series(&store, "old", 100, 3, 5_000).await;
    let hour = HeapRetention { max_age: Duration::from_secs(3_600), ..keep_all() };
    assert_eq!(collect(&store, &hour).await, [heap_id(100), heap_id(101)]);
    assert_eq!((runs(&store, "old").await, runs(&store, "young").await.len()), (vec![3], 3));
    assert!(exists(&store, heap_id(102)).await);
}

async fn a_heap_of_no_session_goes_by_age_and_use_makes_it_young(store: Store) {
    for (number, seconds) in [(1, 5_000), (2, 5_000), (3, 10)] {
        register(&store, TENANT, heap_id(number), aged(seconds)).await;
    }
    let continued = NewHeap { parent: Some(heap_id(2)), ..aged(5) };
    register(&store, TENANT, heap_id(4), continued).await;
    let hour = HeapRetention { max_age: Duration::from_secs(3_600), ..keep_all() };
    assert_eq!(collect(&store, &hour).await, [heap_id(1)]);
    assert_eq!(collect(&store, &hour).await, []);
}

async fn the_longest_unused_go_until_the_rest_fits(store: Store) {
    series(&store, "s", 0, 10, 5).await;
    let fits = |max_bytes_total| HeapRetention { max_bytes_total, ..keep_all() };
    assert_eq!(collect(&store, &fits(1_000)).await, []);
    assert_eq!(collect(&store, &fits(701)).await, [0, 1, 2].map(heap_id));
    assert_eq!(runs(&store, "s").await.len(), 10, "history tells of heaps that are gone");
    assert_eq!(collect(&store, &fits(0)).await.len(), 6, "all but the head");
    assert_eq!(store.heap_bytes().await.expect("no error"), 100);
}

async fn a_tag_keeps_a_heap_whatever_the_limits(store: Store) {
    series(&store, "s", 0, 3, 5_000).await;
    tag(&store, heap_id(0), &[("keep", "me")]).await;
    let nothing = HeapRetention {
        max_age: Duration::ZERO,
        max_heaps_per_session: 0,
        max_bytes_total: 0,
        grace: Duration::ZERO,
    };
    assert_eq!(collect(&store, &nothing).await, [heap_id(1)]);
    store.delete_tags(TENANT, heap_id(0), None).await.expect("no error");
    let graceful = HeapRetention { grace: Duration::from_secs(60), ..nothing.clone() };
    assert_eq!(collect(&store, &graceful).await, [], "time to change one's mind");
    assert_eq!(collect(&store, &nothing).await, [heap_id(0)]);
}

async fn what_only_a_deleted_session_had_goes_at_once(store: Store) {
    series(&store, "gone", 0, 3, 5).await;
    let mut fork = step(&session("fork"), None);
    fork.heap.parent = Some(heap_id(1));
    advance(&store, TENANT, heap_id(9), fork).await.expect("a new session");
    let mut same = step(&session("same"), None);
    same.heap.parent = Some(heap_id(0));
    advance(&store, TENANT, heap_id(2), same).await.expect("a new session");
    assert!(store.delete_session(TENANT, &session("gone")).await.expect("no error"));
    assert_eq!(collect(&store, &keep_all()).await, [heap_id(0), heap_id(1)]);
}

async fn nothing_goes_within_its_grace(store: Store) {
    series(&store, "s", 0, 5, 30).await;
    let one = HeapRetention { max_heaps_per_session: 1, ..keep_all() };
    let minute = HeapRetention { grace: Duration::from_secs(60), ..one.clone() };
    assert_eq!(collect(&store, &minute).await, []);
    assert_eq!(collect(&store, &one).await.len(), 4);
}

async fn a_pinned_heap_stays_until_the_pin_is_dropped(store: Store) {
    series(&store, "s", 0, 4, 5).await;
    let crowded = HeapRetention { max_heaps_per_session: 1, max_bytes_total: 0, ..keep_all() };
    let (pin, twice) = (store.pin(TENANT, heap_id(1)).await, store.pin(TENANT, heap_id(1)).await);
    assert_eq!(collect(&store, &crowded).await, [heap_id(0), heap_id(2)]);
    drop(pin);
    assert_eq!(collect(&store, &crowded).await, []);
    assert!(exists(&store, heap_id(1)).await);
    drop(twice);
    assert_eq!(collect(&store, &crowded).await, [heap_id(1)]);
}

async fn a_heap_that_is_being_deleted_is_unknown_and_a_pin_of_it_waits(store: Store) {
    series(&store, "s", 0, 2, 5).await;
    let one = HeapRetention { max_heaps_per_session: 1, ..keep_all() };
    let claims = claim(&store, &one).await;
    assert_eq!(claims.iter().map(Claim::id).collect::<Vec<_>>(), [heap_id(0)]);
    assert!(!exists(&store, heap_id(0)).await);
    assert_eq!(store.tags(TENANT, heap_id(0)).await.expect("no error"), None);
    assert!(!store.set_tags(TENANT, heap_id(0), tags(&[("a", "b")])).await.expect("no error"));
    assert_eq!(claim(&store, &one).await.len(), 0, "nobody else gets it");
    let mut waiting = pin!(store.pin(TENANT, heap_id(0)));
    let polled = std::future::poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context))).await;
    assert!(polled.is_pending());
    assert_eq!(store.collected(claims).await.expect("no error"), 1);
    let pin = waiting.await;
    store.register(pin, new_heap(None), None).await.expect("its blob was put anew");
    assert!(exists(&store, heap_id(0)).await);
}

async fn a_collection_that_was_given_up_is_offered_again(store: Store) {
    series(&store, "s", 0, 3, 5).await;
    let one = HeapRetention { max_heaps_per_session: 1, ..keep_all() };
    drop(claim(&store, &one).await);
    assert!(!exists(&store, heap_id(0)).await, "its blob may be gone");
    assert_eq!(store.unknown(TENANT, vec![heap_id(0)]).await.expect("no error"), []);
    assert_eq!(collect(&store, &keep_all()).await, [heap_id(0), heap_id(1)]);
    assert_eq!(store.heap_bytes().await.expect("no error"), 100);
}

async fn a_save_revives_a_heap_whose_deletion_was_given_up(store: Store) {
    series(&store, "s", 0, 2, 5).await;
    let one = HeapRetention { max_heaps_per_session: 1, ..keep_all() };
    drop(claim(&store, &one).await);
    let mut again = step(&session("s"), Some(heap_id(1)));
    (again.heap.stored_bytes, again.heap.engine) = (40, "engine-2".to_owned());
    advance(&store, TENANT, heap_id(0), again).await.expect("from the head");
    let record = store.heap(TENANT, heap_id(0)).await.expect("no error").expect("it is stored");
    assert_eq!((record.stored_bytes, record.engine.as_str()), (40, "engine-2"));
    assert_eq!(store.heap_bytes().await.expect("no error"), 140);
    assert_eq!(collect(&store, &keep_all()).await, []);
}

async fn blobs_without_rows_are_orphans_unless_somebody_is_saving_them(store: Store) {
    register(&store, TENANT, heap_id(1), new_heap(None)).await;
    let ids = || [1, 2, 3].map(heap_id).to_vec();
    let orphans = async || -> Vec<_> {
        let claims = store.orphans(TENANT, ids()).await.expect("no error");
        claims.iter().map(Claim::id).collect()
    };
    let unknown = store.unknown(TENANT, ids()).await.expect("no error");
    assert_eq!(unknown, [heap_id(2), heap_id(3)]);
    let saving = store.pin(TENANT, heap_id(2)).await;
    assert_eq!(orphans().await, [heap_id(3)]);
    store.register(saving, new_heap(None), None).await.expect("the database works");
    assert_eq!(orphans().await, [heap_id(3)]);
    let claims = store.orphans(TENANT, ids()).await.expect("no error");
    assert_eq!(store.collected(claims).await.expect("no error"), 0, "there is no row to remove");
    assert_eq!(store.orphans("other", ids()).await.expect("no error").len(), 3);
}

async fn a_long_history_is_trimmed_in_steps_to_the_end(store: Store) {
    series(&store, "s", 0, 500, 5).await;
    for number in 0..40 {
        series(&store, &format!("old-{number}"), 1_000 + number * 10, 3, 5_000).await;
    }
    let short = HeapRetention {
        max_heaps_per_session: 20,
        max_age: Duration::from_secs(3_600),
        ..keep_all()
    };
    assert_eq!(collect(&store, &short).await.len(), 480 + 80);
    assert_eq!(runs(&store, "s").await.len(), 20);
}

async fn nothing_goes_within_the_defaults(store: Store) {
    series(&store, "s", 0, 100, 3_600).await;
    let defaults = HeapRetention::default();
    assert_eq!(defaults.max_age, Duration::from_secs(30 * 86_400));
    assert_eq!((defaults.max_heaps_per_session, defaults.max_bytes_total), (100, 10 << 30));
    assert_eq!(defaults.grace, Duration::from_secs(600));
    assert_eq!(collect(&store, &defaults).await, []);
}

async fn a_rehearsal_names_what_a_collection_removes_and_changes_nothing(store: Store) {
    series(&store, "s", 0, 30, 5).await;
    series(&store, "old", 100, 4, 5_000).await;
    register(&store, TENANT, heap_id(200), aged(5_000)).await;
    tag(&store, heap_id(101), &[("keep", "me")]).await;
    let rule = HeapRetention {
        max_age: Duration::from_secs(3_600),
        max_heaps_per_session: 10,
        max_bytes_total: 700,
        ..keep_all()
    };
    let expendable = store.expendable(&rule).await.expect("the database works");
    assert!(expendable.iter().all(|one| one.bytes == 100 && one.tenant == TENANT));
    assert_eq!(store.expendable(&rule).await.expect("the database works"), expendable);
    let bytes = store.heap_bytes().await.expect("the database works");
    assert_eq!((bytes, runs(&store, "s").await.len()), (3_500, 30));
    let mut named: Vec<_> = expendable.iter().map(|one| one.id).collect();
    named.sort();
    assert_eq!(named.len(), 28);
    assert_eq!(collect(&store, &rule).await, named);
    assert_eq!(store.expendable(&rule).await.expect("the database works"), []);
}
