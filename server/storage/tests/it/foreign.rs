//! Sessions, heaps and tags of another tenant answer like those that do not exist (promise P8), through every call.

use crate::{states::*, support::*};
use mcp_v8_sandbox::{CheckpointKind, HeapId};
use mcp_v8_storage::{
    HeapQuery, SessionQuery, SnapshotQuery, StorageError, Store, TagQuery, Tags, Timestamp,
};

everywhere!(
    a_foreign_session_answers_like_an_unknown_one,
    a_foreign_heap_answers_like_an_unknown_one,
    equal_ids_and_names_of_two_tenants_are_two_of_each,
    a_tenant_of_sessions_is_an_exact_name,
);

const OTHER: &str = "other";

async fn a_foreign_session_answers_like_an_unknown_one(store: Store) {
    let (own, unknown) = (session("own"), session("unknown"));
    go(&store, &own, heap_id(1)).await;
    go(&store, &own, heap_id(2)).await;
    for name in [&own, &unknown] {
        assert_eq!(store.head(OTHER, name).await.expect("no error"), None);
        let page = store.snapshots(OTHER, name, SnapshotQuery::default()).await;
        assert_eq!(page.expect("no error"), None);
        assert!(!store.delete_session(OTHER, name).await.expect("no error"));
        let moved = advance(&store, OTHER, heap_id(3), step(name, Some(heap_id(2)))).await;
        assert!(matches!(moved, Err(StorageError::Conflict { actual: None, .. })), "{moved:?}");
    }
    let page = store.sessions(OTHER, SessionQuery::default()).await.expect("no error");
    assert_eq!((page.sessions, page.next), (Vec::new(), None));
    assert_eq!(head(&store, &own).await.map(|head| (head.heap, head.run)), Some((heap_id(2), 2)));
}

async fn a_foreign_heap_answers_like_an_unknown_one(store: Store) {
    let (own, unknown) = (heap_id(1), heap_id(404));
    register(&store, TENANT, own, new_heap(None)).await;
    tag(&store, own, &[("secret", "yes")]).await;
    let before = store.heap(TENANT, own).await.expect("no error").expect("it is there");
    for id in [own, unknown] {
        assert_eq!(store.heap(OTHER, id).await.expect("no error"), None);
        assert_eq!(store.tags(OTHER, id).await.expect("no error"), None);
        assert!(!store.set_tags(OTHER, id, tags(&[("a", "b")])).await.expect("no error"));
        assert!(!store.delete_tags(OTHER, id, None).await.expect("no error"));
        assert_eq!(store.unknown(OTHER, vec![id]).await.expect("no error"), [id]);
        // A child that names it as its parent learns nothing, and does not keep it young.
        register(&store, OTHER, heap_id(7), new_heap(Some(id))).await;
    }
    let query = TagQuery::of(tags(&[("secret", "yes")]));
    let page = store.heaps_by_tags(OTHER, query.clone()).await.expect("no error");
    assert_eq!((page.heaps, page.next), (Vec::new(), None));
    assert_eq!(store.heaps_by_tags(TENANT, query).await.expect("no error").heaps.len(), 1);
    let page = store.heaps(OTHER, HeapQuery::default()).await.expect("no error");
    assert!(page.heaps.iter().all(|heap| heap.id == heap_id(7)));
    assert_eq!(store.heap(TENANT, own).await.expect("no error"), Some(before));
    // Pins of one tenant do not show in another.
    let _pin = store.pin(OTHER, own).await;
    assert_eq!(store.orphans(TENANT, vec![unknown]).await.expect("no error").len(), 1);
}

async fn equal_ids_and_names_of_two_tenants_are_two_of_each(store: Store) {
    let (name, id) = (session("same"), heap_id(1));
    go(&store, &name, id).await;
    let mut other = step(&name, None);
    other.heap.kind = CheckpointKind::Heap;
    other.heap.tags = tags(&[("theirs", "1")]);
    advance(&store, OTHER, id, other).await.expect("a new session of another tenant");
    go(&store, &name, heap_id(2)).await;
    let theirs = store.head(OTHER, &name).await.expect("no error").expect("it is there");
    assert_eq!((theirs.heap, theirs.kind, theirs.run), (id, CheckpointKind::Heap, 1));
    let ours = store.heap(TENANT, id).await.expect("no error").expect("it is there");
    assert_eq!(ours.kind, CheckpointKind::Values);
    assert_eq!(store.tags(TENANT, id).await.expect("no error"), Some(Tags::new()));
    assert!(store.delete_session(OTHER, &name).await.expect("no error"));
    assert_eq!(head(&store, &name).await.map(|head| head.run), Some(2));
    assert_eq!(store.heap_tenants().await.expect("no error"), [TENANT, OTHER]);
}

async fn a_tenant_of_sessions_is_an_exact_name(store: Store) {
    let (tenant, name, id): (_, _, HeapId) = ("a\u{0}b' OR 1=1 --", session("s"), heap_id(1));
    let mut first = step(&name, None);
    first.heap.created_at = Timestamp(1);
    advance(&store, tenant, id, first).await.expect("a new session");
    for other in ["a", "a\u{0}", "A\u{0}b' OR 1=1 --", "", "%"] {
        assert_eq!(store.head(other, &name).await.expect("no error"), None);
        assert_eq!(store.heap(other, id).await.expect("no error"), None);
    }
    assert!(store.head(tenant, &name).await.expect("no error").is_some());
    let record = store.heap(tenant, id).await.expect("no error").expect("it is there");
    assert_eq!(record.tenant, tenant);
}
