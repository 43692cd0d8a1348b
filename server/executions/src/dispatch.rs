//! The dispatcher: gives queued runs their turn while there are places, and never dies with a run.

use crate::queue::Queued;
use crate::run;
use crate::service::Inner;
use mcp_v8_sandbox::StopReason;
use std::sync::Arc;

/// Runs until the service is dropped.
pub async fn dispatch(inner: Arc<Inner>) {
    loop {
        let Ok(place) = inner.places.clone().acquire_owned().await else { return };
        let next = loop {
            let changed = inner.changed.notified();
            if let Some(run) = inner.queue().pop() {
                break run;
            }
            changed.await;
        };
        let inner = inner.clone();
        tokio::spawn(async move {
            one(&inner, next).await;
            drop(place);
            inner.changed.notify_one();
        });
    }
}

/// One run, in a task of its own: a defect in it costs this run and nothing else.
async fn one(inner: &Arc<Inner>, queued: Queued) {
    let (id, session) = (queued.id, queued.session_key());
    let tenant = queued.principal.tenant().to_owned();
    let shared = inner.clone();
    let task = tokio::spawn(async move { run::carry_out(&shared, queued).await });
    if let Err(error) = task.await {
        tracing::error!(execution = %id, %error, "a run failed inside the server");
        let how = "a defect in the server, see its log".to_owned();
        run::finish(inner, id, run::stopped(StopReason::WorkerLost { how })).await;
    }
    inner.queue().ended(&tenant, session.as_ref());
}
