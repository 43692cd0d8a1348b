//! Sessions: their heads, their history, their end.

use crate::{states::*, support::*};
use mcp_v8_sandbox::{CheckpointKind, Code, ExecutionId, HeapId, Lost};
use mcp_v8_storage::{
    Head, HeapQuery, HeapRecord, SOURCE_KEPT_MAX, SessionQuery, SessionRun, Snapshot,
    SnapshotQuery, Source, Status, StorageError, Store, Timestamp,
};
use std::time::Duration;

everywhere!(
    a_session_goes_from_heap_to_heap_and_its_history_tells,
    a_head_that_has_moved_on_is_a_conflict_and_stays,
    of_callers_that_move_one_head_at_once_each_ack_is_in_the_history,
    a_save_with_an_end_ends_the_execution_and_names_the_heap,
    a_save_that_is_refused_changes_nothing,
    equal_states_are_one_heap_and_two_runs,
    a_session_forks_from_any_heap,
    a_save_of_many_runs_counts_them_all,
    a_long_source_is_cut_at_a_character_and_its_length_told,
    a_deleted_session_is_unknown_and_can_begin_again,
    sessions_and_history_page_without_gap_or_repeat,
    a_limit_out_of_range_is_refused_here_too,
);

async fn history(store: &Store, name: &str) -> Vec<Snapshot> {
    let query = SnapshotQuery { limit: 1000, sources: true, ..SnapshotQuery::default() };
    let page = store.snapshots(TENANT, &session(name), query).await.expect("a good query");
    page.expect("the session exists").snapshots
}

async fn a_session_goes_from_heap_to_heap_and_its_history_tells(store: Store) {
    let name = session("notes");
    assert_eq!(head(&store, &name).await, None);
    let (first, second) = (heap_id(1), heap_id(2));
    let mut one = step(&name, None);
    one.heap.created_at = Timestamp(1_000);
    one.heap.lost = vec![Lost { name: "socket".to_owned(), reason: "open".to_owned() }];
    let moved = advance(&store, TENANT, first, one.clone()).await.expect("a new session");
    let values = CheckpointKind::Values;
    let expected = Head { heap: first, kind: values, run: 1, updated_at: Timestamp(1_000) };
    assert_eq!((moved, head(&store, &name).await), (expected, Some(expected)));

    let mut two = step(&name, Some(first));
    (two.heap.created_at, two.heap.kind) = (Timestamp(2_000), CheckpointKind::Heap);
    (two.heap.heap_bytes, two.heap.stored_bytes) = (9_000, 4_000);
    two.run.failure = Some(Code::ErrorScript);
    two.run.source = Some("x = 1;\u{0}".to_owned());
    advance(&store, TENANT, second, two.clone()).await.expect("from the head");

    let record = store.heap(TENANT, second).await.expect("no error").expect("it is stored");
    let expected = HeapRecord {
        id: second,
        tenant: TENANT.to_owned(),
        kind: CheckpointKind::Heap,
        parent: Some(first),
        engine: "engine-1".to_owned(),
        values_bytes: 300,
        heap_bytes: 9_000,
        stored_bytes: 4_000,
        created_at: Timestamp(2_000),
        used_at: Timestamp(2_000),
        lost: Vec::new(),
    };
    assert_eq!(record, expected);
    let record = store.heap(TENANT, first).await.expect("no error").expect("it is stored");
    assert_eq!((record.lost, record.used_at), (one.heap.lost, Timestamp(2_000)));

    let entries = history(&store, "notes").await;
    let newest = Snapshot {
        run: 2,
        execution: two.run.execution,
        heap: second,
        parent: Some(first),
        kind: CheckpointKind::Heap,
        at: Timestamp(2_000),
        bytes: 4_000,
        failure: Some(Code::ErrorScript),
        stored: true,
        source: Some(Source { text: "x = 1;\u{0}".to_owned(), bytes: 7 }),
    };
    assert_eq!(entries[0], newest);
    assert_eq!((entries[1].run, entries[1].parent, &entries[1].source), (1, None, &None));
    let plain = store.snapshots(TENANT, &name, SnapshotQuery::default()).await.expect("no error");
    assert_eq!(plain.expect("it exists").snapshots[0].source, None, "not asked for, not read");
}

async fn a_head_that_has_moved_on_is_a_conflict_and_stays(store: Store) {
    let name = session("s");
    for (expected, actual) in [(Some(heap_id(9)), None), (None, Some(heap_id(1)))] {
        let result = advance(&store, TENANT, heap_id(2), step(&name, expected)).await;
        let Err(error @ StorageError::Conflict { .. }) = result else { panic!("{result:?}") };
        assert_eq!(error.code(), Code::ErrorConflict);
        assert!(matches!(error, StorageError::Conflict { actual: a, .. } if a == actual));
        assert!(!exists(&store, heap_id(2)).await, "nothing of it is stored");
        if actual.is_none() {
            go(&store, &name, heap_id(1)).await;
        }
    }
    assert_eq!(head(&store, &name).await.map(|head| (head.heap, head.run)), Some((heap_id(1), 1)));
}

async fn of_callers_that_move_one_head_at_once_each_ack_is_in_the_history(store: Store) {
    const CALLERS: u32 = 20;
    let name = session("counter");
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let (store, name) = (store.clone(), name.clone());
        callers.spawn(async move {
            let (mut acked, mut conflicts) = (Vec::new(), 0);
            for number in 0.. {
                let id = heap_id(1 + caller * 10_000 + number);
                let expected = head(&store, &name).await.map(|head| head.heap);
                match advance(&store, TENANT, id, step(&name, expected)).await {
                    Ok(head) => acked.push((head.run, id)),
                    Err(StorageError::Conflict { .. }) => conflicts += 1,
                    Err(error) => panic!("{error}"),
                }
                if acked.len() == 5 {
                    break;
                }
            }
            (acked, conflicts)
        });
    }
    let ended = callers.join_all().await;
    assert!(ended.iter().any(|(_, conflicts)| *conflicts > 0), "they did get in each other's way");
    let mut acked: Vec<(u64, HeapId)> = ended.into_iter().flat_map(|(acked, _)| acked).collect();
    acked.sort_by_key(|(run, _)| std::cmp::Reverse(*run));
    let entries = history(&store, "counter").await;
    let stored: Vec<_> = entries.iter().map(|entry| (entry.run, entry.heap)).collect();
    assert_eq!(stored, acked);
    for pair in entries.windows(2) {
        assert_eq!(pair[0].parent, Some(pair[1].heap), "each run began where the last one ended");
    }
}

async fn a_save_with_an_end_ends_the_execution_and_names_the_heap(store: Store) {
    let id = starting(&store).await;
    store.append_output(id, "printed\n".to_owned());
    let mut with_end = step(&session("s"), None);
    (with_end.run.execution, with_end.end) = (id, Some(completed()));
    advance(&store, TENANT, heap_id(1), with_end).await.expect("it is running");
    let alone = starting(&store).await;
    let pin = store.pin(TENANT, heap_id(2)).await;
    let end = Some((alone, completed()));
    store.register(pin, new_heap(Some(heap_id(1))), end).await.expect("it is running");
    for (execution, heap) in [(id, heap_id(1)), (alone, heap_id(2))] {
        let record = record(&store, execution).await.expect("it is stored");
        assert_eq!(record.status, Status::Completed);
        assert_eq!(record.end.and_then(|end| end.heap), Some(heap));
    }
    assert_eq!(all_output(&store, id).await, "printed\n");
}

async fn a_save_that_is_refused_changes_nothing(store: Store) {
    let (name, done) = (session("s"), finished(&store, "").await);
    go(&store, &name, heap_id(1)).await;
    let running = starting(&store).await;
    store.append_output(running, "still mine".to_owned());
    let refused = async |execution: ExecutionId, expected| {
        let mut refused = step(&name, expected);
        (refused.run.execution, refused.end) = (execution, Some(completed()));
        advance(&store, TENANT, heap_id(2), refused).await.expect_err("it is refused")
    };
    let at = Some(heap_id(1));
    assert!(matches!(refused(done, at).await, StorageError::AlreadyFinished(_)));
    assert!(matches!(refused(ExecutionId::generate(), at).await, StorageError::Unknown(_)));
    assert!(matches!(refused(running, None).await, StorageError::Conflict { .. }));
    assert_eq!(head(&store, &name).await.map(|head| (head.heap, head.run)), Some((heap_id(1), 1)));
    assert!(!exists(&store, heap_id(2)).await);
    assert_eq!(history(&store, "s").await.len(), 1);
    store.finished(running, completed()).await.expect("the conflict did not end it");
    assert_eq!(all_output(&store, running).await, "still mine");
}

async fn equal_states_are_one_heap_and_two_runs(store: Store) {
    let name = session("s");
    go(&store, &name, heap_id(1)).await;
    let mut again = step(&name, Some(heap_id(1)));
    again.heap.engine = "engine-2".to_owned();
    let head = advance(&store, TENANT, heap_id(1), again).await.expect("from the head");
    assert_eq!((head.heap, head.run), (heap_id(1), 2));
    let record = store.heap(TENANT, heap_id(1)).await.expect("no error").expect("it is stored");
    assert_eq!(record.engine, "engine-1", "the blob is the first one's");
    assert_eq!(store.heap_bytes().await.expect("no error"), 100);
    assert_eq!(history(&store, "s").await.len(), 2);
}

async fn a_session_forks_from_any_heap(store: Store) {
    let (trunk, branch) = (session("trunk"), session("branch"));
    go(&store, &trunk, heap_id(1)).await;
    go(&store, &trunk, heap_id(2)).await;
    let mut fork = step(&branch, None);
    fork.heap.parent = Some(heap_id(1));
    advance(&store, TENANT, heap_id(3), fork).await.expect("a new session");
    assert_eq!(history(&store, "branch").await[0].parent, Some(heap_id(1)));
    assert_eq!(head(&store, &trunk).await.map(|head| head.heap), Some(heap_id(2)));
}

async fn a_save_of_many_runs_counts_them_all(store: Store) {
    let name = session("s");
    for (number, (runs, total)) in [(0, 1), (7, 8), (1, 9)].into_iter().enumerate() {
        let expected = head(&store, &name).await.map(|head| head.heap);
        let mut many = step(&name, expected);
        many.run = SessionRun { runs, ..many.run };
        let next = heap_id(1 + number as u32);
        assert_eq!(
            advance(&store, TENANT, next, many).await.map(|head| head.run).ok(),
            Some(total)
        );
    }
    let runs: Vec<_> = history(&store, "s").await.iter().map(|entry| entry.run).collect();
    assert_eq!(runs, [9, 8, 1]);
}

async fn a_long_source_is_cut_at_a_character_and_its_length_told(store: Store) {
    let source = format!("{}漢 and more", "x".repeat(SOURCE_KEPT_MAX - 1));
    let mut long = step(&session("s"), None);
    long.run.source = Some(source.clone());
    advance(&store, TENANT, heap_id(1), long).await.expect("a new session");
    let kept = history(&store, "s").await.swap_remove(0).source.expect("it was given");
    assert_eq!(kept.bytes, source.len() as u64);
    assert!(kept.text == source[..SOURCE_KEPT_MAX - 1]);
}

async fn a_deleted_session_is_unknown_and_can_begin_again(store: Store) {
    let (name, other) = (session("s"), session("t"));
    go(&store, &name, heap_id(1)).await;
    go(&store, &other, heap_id(2)).await;
    assert!(store.delete_session(TENANT, &name).await.expect("no error"));
    assert!(!store.delete_session(TENANT, &name).await.expect("no error"));
    assert_eq!(head(&store, &name).await, None);
    let gone = store.snapshots(TENANT, &name, SnapshotQuery::default()).await.expect("no error");
    assert_eq!(gone, None);
    assert!(head(&store, &other).await.is_some());
    assert_eq!(go(&store, &name, heap_id(3)).await.run, 1);
}

async fn sessions_and_history_page_without_gap_or_repeat(store: Store) {
    let mut names: Vec<_> = (0..23).map(|number| format!("S{}", number * 7919 % 101)).collect();
    for (number, name) in names.iter().enumerate() {
        go(&store, &session(name), heap_id(number as u32)).await;
    }
    names.sort();
    let long = session(&names[0]);
    for number in 100..150 {
        go(&store, &long, heap_id(number)).await;
    }
    for limit in [1, 7, 22, 23, 24, 1000] {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let page = store.sessions(TENANT, SessionQuery { limit, after }).await.expect("good");
            assert!(page.sessions.len() <= limit as usize);
            listed.extend(page.sessions);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(listed.iter().map(|session| session.name.as_str()).eq(&names), "limit {limit}");
        assert_eq!((listed[0].runs, listed[0].head, listed[0].bytes), (51, heap_id(149), 100));
        let (mut runs, mut before) = (Vec::new(), None);
        loop {
            let query = SnapshotQuery { limit, before, sources: false };
            let page = store.snapshots(TENANT, &long, query).await.expect("good").expect("there");
            runs.extend(page.snapshots.iter().map(|entry| entry.run));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert!(runs.into_iter().eq((1..=51).rev()), "limit {limit}");
        let (mut heaps, mut after) = (Vec::new(), None);
        loop {
            let page = store.heaps(TENANT, HeapQuery { limit, after }).await.expect("good");
            heaps.extend(page.heaps.iter().map(|heap| heap.id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(heaps.into_iter().eq((0..23).chain(100..150).map(heap_id)), "limit {limit}");
    }
}

async fn a_limit_out_of_range_is_refused_here_too(store: Store) {
    for limit in [0, 1001] {
        let query = SessionQuery { limit, after: None };
        assert!(matches!(store.sessions(TENANT, query).await, Err(StorageError::ListLimit(_))));
        let query = SnapshotQuery { limit, ..SnapshotQuery::default() };
        let page = store.snapshots(TENANT, &session("s"), query).await;
        assert!(matches!(page, Err(StorageError::ListLimit(_))));
        let heaps = store.heaps(TENANT, HeapQuery { limit, after: None }).await;
        assert!(matches!(heaps, Err(StorageError::ListLimit(_))));
        let claims = store.collectable(&keep_all(), limit).await;
        assert!(matches!(claims, Err(StorageError::ListLimit(_))));
    }
    assert!(store.sessions(TENANT, SessionQuery { limit: 1000, after: None }).await.is_ok());
}

#[tokio::test]
async fn history_outlives_its_executions_and_heaps() {
    in_memory(async |store: Store| {
        let name = session("s");
        let mut first = step(&name, None);
        let id = starting(&store).await;
        (first.run.execution, first.end) = (id, Some(completed()));
        advance(&store, TENANT, heap_id(1), first).await.expect("a new session");
        go(&store, &name, heap_id(2)).await;
        let nothing = mcp_v8_storage::Retention {
            max_executions: 0,
            max_age: Duration::ZERO,
            max_output_bytes_total: 0,
        };
        assert_eq!(store.prune(&nothing).await.map(|pruned| pruned.executions).ok(), Some(1));
        let crowded = mcp_v8_storage::HeapRetention { max_bytes_total: 0, ..keep_all() };
        assert_eq!(collect(&store, &crowded).await, [heap_id(1)]);
        let entries = history(&store, "s").await;
        assert_eq!(
            (entries[1].execution, entries[1].heap, entries[1].stored),
            (id, heap_id(1), false)
        );
        assert!(entries[0].stored);
    })
    .await;
}
