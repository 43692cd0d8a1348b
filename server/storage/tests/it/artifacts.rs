//! Artifacts: kept with their execution, seen by their tenant, gone with both.

use crate::support::*;
use mcp_v8_sandbox::{Artifact, ExecutionId};
use mcp_v8_storage::{ArtifactQuery, Retention, Store};
use std::time::Duration;

everywhere!(
    an_artifact_is_there_when_its_execution_has_ended_and_the_later_of_two_counts,
    a_list_pages_without_gap_or_repeat_and_knows_one_execution,
    another_tenant_sees_none_of_it,
    artifacts_count_for_retention_and_go_with_their_execution,
);

fn made(key: &str, bytes: &[u8]) -> Artifact {
    Artifact::new(key.into(), "application/x-test".into(), bytes.to_vec()).expect("a good name")
}

fn all(limit: u32, before: Option<u64>) -> ArtifactQuery {
    ArtifactQuery { limit, before, execution: None }
}

/// An execution that handed these out.
async fn ran(store: &Store, artifacts: &[(&str, &[u8])]) -> ExecutionId {
    let id = ExecutionId::generate();
    store.submitted(new(id)).await.expect("a new id");
    for (key, bytes) in artifacts {
        store.hand_out(id, made(key, bytes));
    }
    store.finished(id, completed()).await.expect("it was unfinished");
    id
}

async fn an_artifact_is_there_when_its_execution_has_ended_and_the_later_of_two_counts(
    store: Store,
) {
    let id = ran(&store, &[("a", b"one"), ("b", &[0, 255]), ("a", b"two!")]).await;
    let (record, bytes) =
        store.artifact(TENANT, Some(id), "a").await.expect("reads").expect("is there");
    assert_eq!((bytes.as_slice(), record.size, record.key.as_str()), (&b"two!"[..], 4, "a"));
    assert_eq!((record.mime.as_str(), record.execution), ("application/x-test", id));
    let execution = store.get(TENANT, id).await.expect("reads").expect("is there");
    assert_eq!(execution.artifacts, 2);
    // Without an execution: the newest of this key.
    let newer = ran(&store, &[("a", b"three")]).await;
    let (record, bytes) =
        store.artifact(TENANT, None, "a").await.expect("reads").expect("is there");
    assert_eq!((record.execution, bytes.as_slice()), (newer, &b"three"[..]));
    // One that comes after the end is nobody's.
    store.hand_out(id, made("late", b"x"));
    ran(&store, &[]).await;
    assert!(store.artifact(TENANT, Some(id), "late").await.expect("reads").is_none());
}

async fn a_list_pages_without_gap_or_repeat_and_knows_one_execution(store: Store) {
    let first = ran(&store, &[("a", b"1"), ("b", b"2"), ("c", b"3")]).await;
    ran(&store, &[("d", b"4"), ("e", b"5")]).await;
    let (mut keys, mut before) = (Vec::new(), None);
    loop {
        let page = store.artifacts(TENANT, all(2, before)).await.expect("reads");
        keys.extend(page.artifacts.into_iter().map(|record| record.key));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(keys, ["e", "d", "c", "b", "a"]);
    let beyond =
        store.artifacts(TENANT, all(2, Some(u64::MAX))).await.expect("a place like any other");
    assert_eq!(beyond.artifacts.len(), 2);
    let one = ArtifactQuery { execution: Some(first), ..all(10, None) };
    let page = store.artifacts(TENANT, one).await.expect("reads");
    assert!(page.artifacts.iter().all(|record| record.execution == first));
    assert_eq!((page.artifacts.len(), page.next), (3, None));
}

async fn another_tenant_sees_none_of_it(store: Store) {
    let id = ran(&store, &[("a", b"1")]).await;
    assert!(store.artifact("other", Some(id), "a").await.expect("reads").is_none());
    assert!(store.artifact("other", None, "a").await.expect("reads").is_none());
    assert!(store.artifacts("other", all(10, None)).await.expect("reads").artifacts.is_empty());
    assert!(store.artifact(TENANT, None, "a").await.expect("reads").is_some(), "positive control");
}

async fn artifacts_count_for_retention_and_go_with_their_execution(store: Store) {
    let old = ran(&store, &[("a", &[1; 600])]).await;
    let young = ran(&store, &[("a", &[2; 600])]).await;
    let keep = Retention {
        max_executions: 100,
        max_age: Duration::from_secs(1 << 40),
        max_output_bytes_total: 1000,
    };
    store.prune(&keep).await.expect("prunes");
    assert!(store.get(TENANT, old).await.expect("reads").is_none());
    assert!(store.artifact(TENANT, Some(old), "a").await.expect("reads").is_none());
    assert!(store.artifact(TENANT, Some(young), "a").await.expect("reads").is_some());
}
