//! A store whose writer stands still: what the handle does on its own.

use super::*;

fn stalled(limit: u64) -> (Store, mpsc::Receiver<ToWriter>) {
    let (writer, queue) = mpsc::channel();
    (
        Store {
            writer,
            reader: None,
            backlog: Arc::new(Backlog::new(limit)),
            pins: Arc::default(),
            counters: Default::default(),
            health: Arc::default(),
        },
        queue,
    )
}

#[test]
fn output_that_a_stalled_writer_does_not_take_is_bounded_and_said_to_be_dropped() {
    let (store, queue) = stalled(10);
    let id = ExecutionId::generate();
    for text in ["12345678", "abcd", "90"] {
        store.append_output(id, text.to_owned());
    }
    let queued: Vec<_> = queue.try_iter().collect();
    assert!(
        matches!(&queued[0], ToWriter::Write(Write::Append { text, .. }) if text == "12345678")
    );
    assert!(matches!(
        &queued[1],
        ToWriter::Write(Write::Dropped { why: StorageError::Backlog { limit: 10 }, .. })
    ));
    assert!(matches!(&queued[2], ToWriter::Write(Write::Append { text, .. }) if text == "90"));
}

#[tokio::test]
async fn a_store_whose_threads_are_gone_answers_closed() {
    let (store, queue) = stalled(10);
    drop(queue);
    let id = ExecutionId::generate();
    assert!(matches!(store.get("local", id).await, Err(StorageError::Closed)));
    assert!(matches!(store.prune(&Retention::default()).await, Err(StorageError::Closed)));
    store.append_output(id, "x".to_owned());
    store.close().await;
}
