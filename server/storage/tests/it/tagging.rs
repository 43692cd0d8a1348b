//! Tags: bounds, replacing, taking away, searching.

use crate::{states::*, support::*};
use mcp_v8_sandbox::{Code, HeapId};
use mcp_v8_storage::{
    StorageError, Store, TAG_NAME_BYTES_MAX, TAG_VALUE_BYTES_MAX, TAGS_PER_HEAP_MAX, TagError,
    TagQuery, Tags,
};
use std::collections::BTreeSet;

everywhere!(
    tags_are_replaced_as_a_whole_and_taken_away_one_by_one,
    names_that_are_special_elsewhere_are_names_like_others,
    a_search_finds_exactly_the_heaps_that_have_every_tag,
    a_search_pages_without_gap_or_repeat,
    tags_beyond_their_bounds_are_refused_and_the_limit_is_named,
    tags_of_a_save_are_added_and_too_many_together_are_refused,
    tags_of_an_unknown_heap_are_no_tags,
);

async fn read(store: &Store, id: HeapId) -> Tags {
    store.tags(TENANT, id).await.expect("no error").expect("it is stored")
}

async fn found(store: &Store, pairs: &[(&str, &str)]) -> Vec<HeapId> {
    let page = store.heaps_by_tags(TENANT, TagQuery::of(tags(pairs))).await.expect("a good query");
    page.heaps.into_iter().map(|tagged| tagged.heap).collect()
}

async fn tags_are_replaced_as_a_whole_and_taken_away_one_by_one(store: Store) {
    let id = heap_id(1);
    register(&store, TENANT, id, new_heap(None)).await;
    assert_eq!(read(&store, id).await, Tags::new());
    tag(&store, id, &[("a", "1"), ("b", "2")]).await;
    tag(&store, id, &[("b", "3"), ("c", "4"), ("d", "")]).await;
    assert_eq!(read(&store, id).await, tags(&[("b", "3"), ("c", "4"), ("d", "")]));
    let names = BTreeSet::from(["b".to_owned(), "nowhere".to_owned()]);
    assert!(store.delete_tags(TENANT, id, Some(names)).await.expect("no error"));
    assert_eq!(read(&store, id).await, tags(&[("c", "4"), ("d", "")]));
    assert!(store.delete_tags(TENANT, id, None).await.expect("no error"));
    assert_eq!(read(&store, id).await, Tags::new());
}

async fn names_that_are_special_elsewhere_are_names_like_others(store: Store) {
    let odd =
        [("__proto__", "x"), ("constructor", "\u{0}"), ("a' OR 1=1 --", "%"), ("\u{0}", "漢")];
    register(&store, TENANT, heap_id(1), new_heap(None)).await;
    register(&store, TENANT, heap_id(2), new_heap(None)).await;
    tag(&store, heap_id(1), &odd).await;
    tag(&store, heap_id(2), &[("\u{0}\u{0}", "漢")]).await;
    assert_eq!(read(&store, heap_id(1)).await, tags(&odd));
    for pair in odd {
        assert_eq!(found(&store, &[pair]).await, [heap_id(1)], "{pair:?}");
    }
}

async fn a_search_finds_exactly_the_heaps_that_have_every_tag(store: Store) {
    for number in 0..12 {
        register(&store, TENANT, heap_id(number), new_heap(None)).await;
        let (two, three) = ((number % 2).to_string(), (number % 3).to_string());
        tag(&store, heap_id(number), &[("two", &two), ("three", &three), ("all", "x")]).await;
    }
    assert_eq!(found(&store, &[("two", "0"), ("three", "1")]).await, [heap_id(4), heap_id(10)]);
    assert_eq!(found(&store, &[("all", "x")]).await.len(), 12);
    for nobody in [("all", "X"), ("all", "x "), ("all", ""), ("All", "x"), ("two", "3")] {
        assert_eq!(found(&store, &[nobody]).await, [], "{nobody:?}");
        assert_eq!(found(&store, &[("three", "1"), nobody]).await, [], "{nobody:?}");
    }
    let page = store.heaps_by_tags(TENANT, TagQuery::of(tags(&[("two", "1")]))).await.expect("ok");
    assert_eq!(page.heaps[0].tags, tags(&[("two", "1"), ("three", "1"), ("all", "x")]));
}

async fn a_search_pages_without_gap_or_repeat(store: Store) {
    for number in 0..40 {
        register(&store, TENANT, heap_id(number), new_heap(None)).await;
        tag(&store, heap_id(number), &[("odd", if number % 2 == 1 { "yes" } else { "no" })]).await;
    }
    for limit in [1, 7, 19, 20, 21] {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let query = TagQuery { limit, after, ..TagQuery::of(tags(&[("odd", "yes")])) };
            let page = store.heaps_by_tags(TENANT, query).await.expect("a good query");
            assert!(page.heaps.len() <= limit as usize);
            listed.extend(page.heaps.into_iter().map(|tagged| tagged.heap));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(listed.into_iter().eq((1..40).step_by(2).map(heap_id)), "limit {limit}");
    }
}

async fn tags_beyond_their_bounds_are_refused_and_the_limit_is_named(store: Store) {
    let id = heap_id(1);
    register(&store, TENANT, id, new_heap(None)).await;
    let many = |count: usize| (0..count).map(|n| (n.to_string(), String::new())).collect::<Tags>();
    let one = |name: usize, value: usize| Tags::from([("n".repeat(name), "v".repeat(value))]);
    for good in [many(TAGS_PER_HEAP_MAX), one(TAG_NAME_BYTES_MAX, TAG_VALUE_BYTES_MAX), many(0)] {
        assert!(store.set_tags(TENANT, id, good.clone()).await.expect("within bounds"));
        assert_eq!(read(&store, id).await, good);
    }
    tag(&store, id, &[("kept", "1")]).await;
    for (bad, limit, code) in [
        (many(TAGS_PER_HEAP_MAX + 1), "64", Code::LimitSize),
        (many(100_000), "64", Code::LimitSize),
        (one(TAG_NAME_BYTES_MAX + 1, 1), "128", Code::LimitSize),
        (one(1, TAG_VALUE_BYTES_MAX + 1), "1024", Code::LimitSize),
        (one(1, 1 << 20), "1024", Code::LimitSize),
        (one(0, 1), "not empty", Code::ErrorRequest),
    ] {
        let mut save = step(&session("s"), None);
        save.heap.tags = bad.clone();
        let query = TagQuery::of(bad.clone());
        let errors = [
            store.set_tags(TENANT, id, bad).await.expect_err("out of bounds"),
            store.heaps_by_tags(TENANT, query).await.expect_err("out of bounds"),
            advance(&store, TENANT, heap_id(2), save).await.expect_err("out of bounds"),
        ];
        for error in errors {
            assert!(error.to_string().contains(limit), "{error}");
            assert_eq!(error.code(), code, "{error}");
        }
    }
    let none = store.heaps_by_tags(TENANT, TagQuery::of(Tags::new())).await;
    assert!(matches!(none, Err(StorageError::Tags(TagError::NothingAsked))));
    assert_eq!(read(&store, id).await, tags(&[("kept", "1")]));
    assert!(!exists(&store, heap_id(2)).await);
}

async fn tags_of_a_save_are_added_and_too_many_together_are_refused(store: Store) {
    let (name, id) = (session("s"), heap_id(1));
    go(&store, &name, id).await;
    tag(&store, id, &[("mine", "1"), ("both", "1")]).await;
    let mut same_state = step(&name, Some(id));
    same_state.heap.tags = tags(&[("both", "2"), ("run", "2")]);
    advance(&store, TENANT, id, same_state.clone()).await.expect("from the head");
    assert_eq!(read(&store, id).await, tags(&[("mine", "1"), ("both", "2"), ("run", "2")]));
    same_state.heap.tags =
        (0..TAGS_PER_HEAP_MAX).map(|number| (number.to_string(), String::new())).collect();
    let error = advance(&store, TENANT, id, same_state).await.expect_err("67 together");
    assert!(matches!(error, StorageError::Tags(TagError::TooMany { count: 67 })), "{error}");
    assert_eq!(head(&store, &name).await.map(|head| head.run), Some(2));
}

async fn tags_of_an_unknown_heap_are_no_tags(store: Store) {
    let unknown = heap_id(404);
    assert_eq!(store.tags(TENANT, unknown).await.expect("no error"), None);
    assert!(!store.set_tags(TENANT, unknown, tags(&[("a", "b")])).await.expect("no error"));
    assert!(!store.delete_tags(TENANT, unknown, None).await.expect("no error"));
    assert_eq!(found(&store, &[("a", "b")]).await, []);
}
