//! Names are not capabilities (promise P8): what belongs to another tenant answers like what does not exist.

use crate::{states::*, support::*};
use mcp_v8_sandbox::ExecutionId;
use mcp_v8_storage::{ListQuery, NewExecution, Store};

everywhere!(
    a_foreign_execution_answers_like_an_unknown_one,
    a_list_shows_only_its_own_tenant,
    a_tenant_is_an_exact_name,
    what_is_stored_of_a_tenant_is_its_own_output_results_and_heaps,
);

async fn a_foreign_execution_answers_like_an_unknown_one(store: Store) {
    let (own, unknown) = (finished(&store, "secret").await, ExecutionId::generate());
    for id in [own, unknown] {
        assert_eq!(store.get("other", id).await.expect("no error"), None);
        let page = store.output("other", id, bytes(0, 10)).await.expect("no error");
        assert_eq!(page, None);
        let query = ListQuery { before: Some(id), ..ListQuery::default() };
        let list = store.list("other", query).await.expect("no error");
        assert_eq!((list.records, list.next), (Vec::new(), None));
    }
    assert!(record(&store, own).await.is_some());
    assert_eq!(all_output(&store, own).await, "secret");
}

async fn a_list_shows_only_its_own_tenant(store: Store) {
    let name = session("shared-name");
    for tenant in ["a", "b", "a"] {
        let id = ExecutionId::generate();
        let new =
            NewExecution { tenant: tenant.to_owned(), session: Some(name.clone()), ..new(id) };
        store.submitted(new).await.expect("a new id");
    }
    for (tenant, count) in [("a", 2), ("b", 1), ("c", 0)] {
        let query = ListQuery { session: Some(name.clone()), ..ListQuery::default() };
        let records = store.list(tenant, query).await.expect("no error").records;
        assert_eq!(records.len(), count);
        assert!(records.iter().all(|record| record.tenant == tenant));
    }
}

async fn a_tenant_is_an_exact_name(store: Store) {
    let id = ExecutionId::generate();
    let tenant = "a\u{0}b' OR 1=1 --";
    store.submitted(NewExecution { tenant: tenant.to_owned(), ..new(id) }).await.expect("a new id");
    for other in ["a", "a\u{0}", "A\u{0}b' OR 1=1 --", "", "%"] {
        assert_eq!(store.get(other, id).await.expect("no error"), None);
    }
    let own = store.get(tenant, id).await.expect("no error").expect("it is there");
    assert_eq!(own.tenant, tenant);
}

async fn what_is_stored_of_a_tenant_is_its_own_output_results_and_heaps(store: Store) {
    let stored = async |tenant: &str| store.stored_bytes(tenant).await.expect("no error");
    assert_eq!(stored(TENANT).await, 0);
    finished(&store, &"x".repeat(1000)).await;
    let runs = stored(TENANT).await;
    // And the result, which is short.
    assert!((1001..1100).contains(&runs), "{runs}");
    let heap = new_heap(None);
    let bytes = heap.stored_bytes;
    register(&store, TENANT, heap_id(1), heap).await;
    register(&store, "other", heap_id(1), new_heap(None)).await;
    assert!(bytes > 0);
    assert_eq!((stored(TENANT).await, stored("other").await), (runs + bytes, bytes));
}
