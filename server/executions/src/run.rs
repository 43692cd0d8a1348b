//! One execution from its turn to its end: worker, output, outcome, session.

use crate::queue::{Queued, SessionKey};
use crate::service::Inner;
use crate::sessions::everything;
use mcp_v8_sandbox::{ExecutionId, Job, Lost, Outcome, Report, Scope, StopReason, Usage};
use mcp_v8_storage::{Finished, Store, Timestamp};
use mcp_v8_workers::{LeaseError, OutputSink, Stop, Worker};

/// Carries a run out and stores how it ended.
pub async fn carry_out(inner: &Inner, run: Queued) {
    let id = run.id;
    inner.store.started(id, Timestamp::now());
    let Some(stop) = inner.active.stop_wish(id) else { return };
    let report = match run.session_key() {
        None => fresh(inner, run, stop).await,
        Some(key) => live(inner, run, key, stop).await,
    };
    finish(inner, id, report).await;
}

/// Stores the end, or knows that it cannot be stored yet; only then is the execution over for those who wait.
pub async fn finish(inner: &Inner, id: ExecutionId, report: Report) {
    let end = Finished {
        at: Timestamp::now(),
        outcome: report.outcome,
        usage: report.usage,
        lost: report.lost,
    };
    inner.ends.store(id, end).await;
    inner.active.finished(id);
}

/// A report for a run that never reached a worker.
pub fn stopped(reason: StopReason) -> Report {
    Report {
        outcome: Outcome::Stopped(reason),
        usage: Usage::default(),
        lost: Vec::new(),
        checkpoint: None,
    }
}

async fn fresh(inner: &Inner, run: Queued, stop: Stop) -> Report {
    let mut worker = match lease(inner, &run).await {
        Ok(worker) => worker,
        Err(error) => return no_worker(&error),
    };
    let report = execute(inner, &mut worker, run, "script.ts".into(), Scope::Fresh, stop).await;
    inner.pool.give_back(worker);
    report
}

async fn live(inner: &Inner, run: Queued, key: SessionKey, stop: Stop) -> Report {
    let checkout = inner.sessions.checkout(&key);
    let mut worker = match checkout.worker {
        Some(worker) => worker,
        None => match lease(inner, &run).await {
            Ok(worker) => worker,
            Err(error) => {
                inner.sessions.ended(&key, "no worker could be had");
                return Report { lost: checkout.lost, ..no_worker(&error) };
            }
        },
    };
    let name = format!("run-{}.ts", checkout.run);
    let mut report = execute(inner, &mut worker, run, name, Scope::Live, stop).await;
    report.lost.splice(0..0, checkout.lost);
    if worker.is_sound() {
        let evicted = inner.sessions.rest(&key, worker, report.usage.heap_bytes);
        evicted.into_iter().for_each(|worker| inner.pool.discard(worker));
    } else {
        inner.pool.discard(worker);
        // Said now; the next run starts from nothing and has nothing to add.
        report.lost.push(ended_with_this_run());
        inner.sessions.forget(&key);
    }
    report
}

fn ended_with_this_run() -> Lost {
    everything("this run was stopped by force, and its isolate with it")
}

/// A worker from the pool; if all are in use, a resting session gives up its own.
async fn lease(inner: &Inner, run: &Queued) -> Result<Worker, LeaseError> {
    loop {
        match inner.pool.lease(&run.principal).await {
            Err(LeaseError::Exhausted { max }) => match inner.sessions.evict_one() {
                Some(worker) => inner.pool.discard(worker),
                None => return Err(LeaseError::Exhausted { max }),
            },
            other => return other,
        }
    }
}

fn no_worker(error: &LeaseError) -> Report {
    tracing::error!(%error, "no worker for a run");
    stopped(StopReason::WorkerLost { how: error.to_string() })
}

async fn execute(
    inner: &Inner,
    worker: &mut Worker,
    run: Queued,
    name: String,
    scope: Scope,
    stop: Stop,
) -> Report {
    let id = run.id;
    let job = Job {
        execution: id,
        source: run.source,
        name,
        scope,
        limits: run.limits,
        checkpoint: None,
    };
    let mut sink = ToStore { store: inner.store.clone(), id, room: job.limits.output_bytes };
    worker.run(job, &mut sink, stop).await
}

/// Output goes to storage as it comes. The worker keeps the limit; so does the server, because a worker may lie.
struct ToStore {
    store: Store,
    id: ExecutionId,
    room: u64,
}

impl OutputSink for ToStore {
    fn output(&mut self, mut text: String) {
        let room = usize::try_from(self.room).unwrap_or(usize::MAX);
        if text.len() > room {
            text.truncate(text.floor_char_boundary(room));
        }
        self.room -= text.len() as u64;
        if !text.is_empty() {
            self.store.append_output(self.id, text);
        }
    }
}
