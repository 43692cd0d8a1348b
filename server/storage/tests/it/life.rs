//! An execution from submission to its end.

use crate::support::*;
use mcp_v8_sandbox::{
    ExecutionId, HeapId, Lost, Outcome, ScriptError, ScriptErrorKind, StopReason, Usage, Value,
};
use mcp_v8_storage::{Finished, NewExecution, Status, StorageError, Store, Timestamp};

everywhere!(
    a_record_says_where_an_execution_stands,
    every_way_to_end_reads_back_as_it_was,
    an_execution_cancelled_in_the_queue_never_started,
    finishing_twice_is_refused_and_the_first_end_stands,
    an_execution_nobody_submitted_cannot_finish,
    an_id_can_be_submitted_once,
    what_comes_after_the_end_changes_nothing,
    output_is_visible_while_the_run_goes_on,
    many_callers_at_once_all_get_their_answer,
    a_closed_store_says_so,
);

async fn a_record_says_where_an_execution_stands(store: Store) {
    let id = ExecutionId::generate();
    assert_eq!(record(&store, id).await, None);
    let name = session("notes");
    let new = NewExecution { session: Some(name.clone()), ..new(id) };
    store.submitted(new).await.expect("a new id");
    let queued = record(&store, id).await.expect("it is stored");
    assert_eq!((queued.status, queued.submitted_at), (Status::Queued, Timestamp(1_000)));
    assert_eq!((queued.tenant.as_str(), queued.session), (TENANT, Some(name)));
    assert_eq!((queued.started_at, queued.finished_at, queued.end), (None, None, None));

    store.started(id, Timestamp(2_000));
    eventually("it runs", async || {
        record(&store, id).await.is_some_and(|record| record.status == Status::Running)
    })
    .await;

    store.append_output(id, "one\ntwo".to_owned());
    let end = Finished { at: Timestamp(3_000), ..completed() };
    store.finished(id, end.clone()).await.expect("it is running");
    let done = record(&store, id).await.expect("it is stored");
    assert_eq!((done.status, done.started_at), (Status::Completed, Some(Timestamp(2_000))));
    assert_eq!((done.finished_at, done.end), (Some(Timestamp(3_000)), Some(end)));
    assert_eq!((done.output_bytes, done.output_lines), (7, 2));
}

fn every_outcome() -> Vec<(Outcome, Status)> {
    let error = ScriptError {
        kind: ScriptErrorKind::Thrown,
        message: "Error: \u{0}\u{2028}\"\\ 漢".to_owned(),
        stack: String::new(),
        line: Some(u32::MAX),
        column: None,
        source_line: Some("throw".to_owned()),
    };
    let how = "signal 11".to_owned();
    let stops = [
        (StopReason::Timeout { limit_ms: u64::MAX }, Status::TimedOut),
        (StopReason::Cpu { limit_ms: 1 }, Status::TimedOut),
        (StopReason::Memory { limit_bytes: 1 }, Status::Failed),
        (StopReason::Output { limit_bytes: 1 }, Status::Failed),
        (StopReason::Result { limit_bytes: 1 }, Status::Failed),
        (StopReason::Source { limit_bytes: 1 }, Status::Failed),
        (StopReason::Cancelled, Status::Cancelled),
        (StopReason::Draining, Status::Failed),
        (StopReason::WorkerLost { how }, Status::Failed),
    ];
    let mut all = vec![
        (Outcome::Completed(Value::Undefined), Status::Completed),
        (Outcome::Completed(Value::Json("{\"a\":[1,null]}".to_owned())), Status::Completed),
        (Outcome::Completed(Value::Text("Map(1) {\u{0}}".to_owned())), Status::Completed),
        (Outcome::Threw(error), Status::Failed),
    ];
    all.extend(stops.map(|(reason, status)| (Outcome::Stopped(reason), status)));
    all
}

async fn every_way_to_end_reads_back_as_it_was(store: Store) {
    for (outcome, status) in every_outcome() {
        let id = running(&store).await;
        let usage = Usage { cpu_us: u64::MAX, heap_bytes: 7 };
        let lost = vec![Lost { name: "socket".to_owned(), reason: "not data".to_owned() }];
        let heap = Some(HeapId([0xa5; 32]));
        let end = Finished { at: Timestamp(3_000), outcome, usage, lost, heap };
        store.finished(id, end.clone()).await.expect("it is running");
        let record = record(&store, id).await.expect("it is stored");
        assert_eq!((record.status, record.end), (status, Some(end)));
    }
}

async fn an_execution_cancelled_in_the_queue_never_started(store: Store) {
    let id = ExecutionId::generate();
    store.submitted(new(id)).await.expect("a new id");
    store.finished(id, cancelled()).await.expect("a queued one can end");
    let record = record(&store, id).await.expect("it is stored");
    assert_eq!((record.status, record.started_at), (Status::Cancelled, None));
}

async fn finishing_twice_is_refused_and_the_first_end_stands(store: Store) {
    let id = running(&store).await;
    store.finished(id, completed()).await.expect("it is running");
    let again = store.finished(id, cancelled()).await;
    assert!(matches!(again, Err(StorageError::AlreadyFinished(other)) if other == id));
    assert_eq!(record(&store, id).await.map(|record| record.status), Some(Status::Completed));
}

async fn an_execution_nobody_submitted_cannot_finish(store: Store) {
    let id = ExecutionId::generate();
    store.started(id, Timestamp(1));
    store.append_output(id, "ghost".to_owned());
    let result = store.finished(id, completed()).await;
    assert!(matches!(result, Err(StorageError::Unknown(other)) if other == id));
    assert_eq!(record(&store, id).await, None);
}

async fn an_id_can_be_submitted_once(store: Store) {
    let id = running(&store).await;
    let other_tenant = NewExecution { tenant: "other".to_owned(), ..new(id) };
    for again in [new(id), other_tenant] {
        let result = store.submitted(again).await;
        assert!(matches!(result, Err(StorageError::Duplicate(other)) if other == id));
    }
    assert_eq!(store.get("other", id).await.expect("the database works"), None);
}

async fn what_comes_after_the_end_changes_nothing(store: Store) {
    let id = finished(&store, "before\n").await;
    let before = record(&store, id).await;
    store.append_output(id, "after\n".to_owned());
    store.started(id, Timestamp(9_000));
    // Once a later execution's output is visible, what was appended above has had its turn, too.
    let later = running(&store).await;
    store.append_output(later, "x".to_owned());
    printed(&store, later, 1).await;
    assert_eq!(record(&store, id).await, before);
    assert_eq!(all_output(&store, id).await, "before\n");
}

async fn output_is_visible_while_the_run_goes_on(store: Store) {
    let id = running(&store).await;
    store.append_output(id, "first\n".to_owned());
    printed(&store, id, 6).await;
    store.append_output(id, "second\n".to_owned());
    printed(&store, id, 13).await;
    let page = page(&store, id, lines(2, 10)).await;
    assert_eq!((page.data.as_str(), page.status), ("second\n", Status::Running));
}

async fn many_callers_at_once_all_get_their_answer(store: Store) {
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..200 {
        let store = store.clone();
        callers.spawn(async move {
            let text = format!("line of {number}\n").repeat(50);
            let id = finished(&store, &text).await;
            all_output(&store, id).await == text
        });
    }
    let answers = callers.join_all().await;
    assert!(answers.len() == 200 && answers.into_iter().all(|right| right));
}

async fn a_closed_store_says_so(store: Store) {
    let id = finished(&store, "x").await;
    store.clone().close().await;
    assert!(matches!(store.get(TENANT, id).await, Err(StorageError::Closed)));
    let new = new(ExecutionId::generate());
    assert!(matches!(store.submitted(new).await, Err(StorageError::Closed)));
    assert!(matches!(store.finished(id, completed()).await, Err(StorageError::Closed)));
    store.append_output(id, "nobody hears it".to_owned());
}
