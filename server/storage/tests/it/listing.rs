//! Lists: order, pages, filters, limits.

use crate::support::*;
use mcp_v8_sandbox::ExecutionId;
use mcp_v8_storage::{
    LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX, ListQuery, NewExecution, Record, Status, StorageError,
    Store,
};

everywhere!(
    ten_thousand_executions_are_listed_without_gap_or_repeat,
    executions_submitted_while_listing_do_not_disturb_it,
    a_list_can_be_narrowed_to_a_status_and_a_session,
    a_page_that_ends_with_the_last_execution_has_no_next,
    a_limit_out_of_range_is_refused,
);

fn query(limit: u32) -> ListQuery {
    ListQuery { limit, ..ListQuery::default() }
}

/// Every execution that the query finds, by pages.
async fn all(store: &Store, mut query: ListQuery) -> Vec<Record> {
    let mut records = Vec::new();
    loop {
        let page = store.list(TENANT, query.clone()).await.expect("a good query");
        assert!(page.records.len() <= query.limit as usize);
        records.extend(page.records);
        match page.next {
            Some(next) => query.before = Some(next),
            None => return records,
        }
    }
}

async fn ten_thousand_executions_are_listed_without_gap_or_repeat(store: Store) {
    let ids: Vec<_> = (0..10_000).map(|_| ExecutionId::generate()).collect();
    let mut callers = tokio::task::JoinSet::new();
    for id in ids.clone() {
        let store = store.clone();
        callers.spawn(async move { store.submitted(new(id)).await });
    }
    assert!(callers.join_all().await.iter().all(Result::is_ok));
    for limit in [LIST_LIMIT_MAX, 997] {
        let listed: Vec<_> = all(&store, query(limit)).await.iter().map(|r| r.id).collect();
        assert!(listed.iter().eq(ids.iter().rev()), "newest first, each once");
    }
}

async fn executions_submitted_while_listing_do_not_disturb_it(store: Store) {
    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(running(&store).await);
    }
    let first = store.list(TENANT, query(4)).await.expect("a good query");
    running(&store).await;
    let rest = all(&store, ListQuery { before: first.next, ..query(4) }).await;
    let listed: Vec<_> = first.records.iter().chain(&rest).map(|record| record.id).collect();
    assert!(listed.iter().eq(ids.iter().rev()));
}

async fn a_list_can_be_narrowed_to_a_status_and_a_session(store: Store) {
    for number in 0..12 {
        let id = ExecutionId::generate();
        let name = ["left", "right", "left"].map(session)[number % 3].clone();
        store.submitted(NewExecution { session: Some(name), ..new(id) }).await.expect("new");
        if number % 2 == 0 {
            store.finished(id, cancelled()).await.expect("it is queued");
        }
    }
    running(&store).await;
    let count = async |status, name: Option<&str>| {
        let session = name.map(session);
        let query = ListQuery { status, session: session.clone(), ..query(2) };
        let records = all(&store, query).await;
        assert!(records.iter().all(|record| status.is_none_or(|s| record.status == s)));
        assert!(records.iter().all(|r| session.is_none() || r.session == session));
        assert!(records.iter().is_sorted_by(|a, b| a.id > b.id));
        records.len()
    };
    assert_eq!(count(None, None).await, 13);
    assert_eq!(count(Some(Status::Cancelled), None).await, 6);
    assert_eq!(count(None, Some("left")).await, 8);
    assert_eq!(count(None, Some("right")).await, 4);
    assert_eq!(count(Some(Status::Cancelled), Some("left")).await, 4);
    assert_eq!(count(Some(Status::TimedOut), Some("left")).await, 0);
    assert_eq!(count(None, Some("nowhere")).await, 0);
}

async fn a_page_that_ends_with_the_last_execution_has_no_next(store: Store) {
    for _ in 0..4 {
        running(&store).await;
    }
    for (limit, more) in [(3, true), (4, false), (5, false)] {
        let page = store.list(TENANT, query(limit)).await.expect("a good query");
        assert_eq!(page.next.is_some(), more);
    }
}

async fn a_limit_out_of_range_is_refused(store: Store) {
    for bad in [0, LIST_LIMIT_MAX + 1, u32::MAX] {
        let result = store.list(TENANT, query(bad)).await;
        assert!(matches!(result, Err(StorageError::ListLimit(limit)) if limit == bad));
    }
    for good in [1, LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX] {
        assert!(store.list(TENANT, query(good)).await.is_ok());
    }
}
