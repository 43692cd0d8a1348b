//! One execution from its turn to its end: worker, output, outcome. How a session's state is found and kept is in
//! `live` and `fork`.

use crate::active::Active;
use crate::artifacts::Artifacts;
use crate::checkpoints::CheckpointError;
use crate::queue::Queued;
use crate::service::Inner;
use crate::{fork, live};
use mcp_v8_sandbox::{
    Artifact, Caller, Checkpoint, CheckpointKind, ExecutionId, HeapId, Job, Outcome, Report, Scope,
    StopReason, Usage,
};
use mcp_v8_storage::{Finished, Store, Timestamp};
use mcp_v8_workers::{LeaseError, OutputSink, Ran, Stop, Worker};
use std::time::{Duration, Instant};

/// How an execution ended, and whether that is stored already.
#[derive(Debug)]
pub enum End {
    /// To be stored.
    Open(Report),
    /// Stored together with the checkpoint after it.
    Stored(Outcome),
}

/// Carries a run out and stores how it ended.
pub async fn carry_out(inner: &Inner, run: Queued) {
    let (id, begun) = (run.id, Instant::now());
    inner.counters.waited.took(run.since.elapsed());
    inner.store.started(id, Timestamp::now());
    let Some(stop) = inner.active.stop_wish(id) else { return };
    let end = match run.session_key() {
        None if run.heap.is_some() => fork::run(inner, run, stop).await,
        None => End::Open(fresh(inner, run, stop).await),
        Some(key) => live::run(inner, run, key, stop).await,
    };
    match end {
        End::Open(report) => finish(inner, id, report).await,
        End::Stored(outcome) => {
            inner.counters.ended(&outcome);
            inner.active.finished(id);
        }
    }
    inner.counters.ran.took(begun.elapsed());
}

/// Stores the end, or knows that it cannot be stored yet; only then is the execution over for those who wait.
pub async fn finish(inner: &Inner, id: ExecutionId, report: Report) {
    inner.counters.ended(&report.outcome);
    inner.ends.store(id, finished(report, None)).await;
    inner.active.finished(id);
}

/// The end of an execution as storage takes it.
pub fn finished(report: Report, heap: Option<HeapId>) -> Finished {
    Finished {
        at: Timestamp::now(),
        outcome: report.outcome,
        usage: report.usage,
        lost: report.lost,
        heap,
    }
}

/// A report for a run that never reached a worker.
pub fn stopped(reason: StopReason) -> Report {
    Report {
        outcome: Outcome::Stopped(reason),
        usage: Usage::default(),
        lost: Vec::new(),
        sound: false,
    }
}

/// The run's state could not be had: nothing of it ran.
pub fn not_loaded(error: &CheckpointError) -> Report {
    tracing::warn!(error = %error.words(), "a stored state could not be loaded");
    stopped(error.not_loaded())
}

/// The state after a run could not be kept: that is how the run ended, whatever its program did.
pub fn not_kept(mut report: Report, error: &CheckpointError) -> Report {
    tracing::error!(error = %error.words(), "a state could not be stored");
    report.outcome = Outcome::Stopped(error.not_kept());
    report
}

async fn fresh(inner: &Inner, run: Queued, stop: Stop) -> Report {
    let how = || How {
        caller: run.caller(),
        name: "script.ts".into(),
        scope: Scope::Fresh,
        checkpoint: None,
        state: None,
        save: false,
    };
    match execute_anew(inner, &run, how, stop).await {
        Ok((worker, ran)) => {
            inner.pool.give_back(worker);
            ran.report
        }
        Err(report) => report,
    }
}

/// Runs in a worker of the pool. One that was killed from outside before the program began is replaced, as often as
/// there were workers when the run came.
pub async fn execute_anew<'c>(
    inner: &Inner,
    run: &Queued,
    how: impl Fn() -> How<'c>,
    stop: Stop,
) -> Result<(Worker, Ran), Report> {
    let mut others = inner.pool.size();
    loop {
        let mut worker = lease(inner, run).await.map_err(|error| no_worker(&error))?;
        let ran = execute(inner, &mut worker, run, how(), stop.clone()).await;
        if ran.begun || others == 0 {
            return Ok((worker, ran));
        }
        inner.pool.discard(worker);
        others -= 1;
    }
}

/// A worker from the pool; if all are in use, a resting session gives up its own.
pub async fn lease(inner: &Inner, run: &Queued) -> Result<Worker, LeaseError> {
    loop {
        match inner.pool.lease(&run.principal).await {
            Err(LeaseError::Exhausted { max }) => {
                let evicted = {
                    let mut queue = inner.queue();
                    inner.sessions.evict_one(&mut queue)
                };
                match evicted {
                    Some(evicted) => live::put_away(inner, evicted).await,
                    None => return Err(LeaseError::Exhausted { max }),
                }
            }
            other => return other,
        }
    }
}

pub fn no_worker(error: &LeaseError) -> Report {
    tracing::error!(%error, "no worker for a run");
    stopped(StopReason::WorkerLost { how: error.to_string() })
}

/// How a source is run.
pub struct How<'c> {
    /// Whose run it is.
    pub caller: Caller,
    /// The script's name in stack traces.
    pub name: String,
    pub scope: Scope,
    /// The state to start from.
    pub checkpoint: Option<&'c Checkpoint>,
    /// How checkpoints of the state are taken, now or later; `None`: they are not.
    pub state: Option<CheckpointKind>,
    /// Take one after the run.
    pub save: bool,
}

pub async fn execute(
    inner: &Inner,
    worker: &mut Worker,
    run: &Queued,
    how: How<'_>,
    stop: Stop,
) -> Ran {
    let (id, room) = (run.id, run.limits.output_bytes);
    let tenant = how.caller.principal.tenant().to_owned();
    let begun = Instant::now();
    let job = Job {
        execution: id,
        source: run.source.clone(),
        name: how.name,
        scope: how.scope,
        limits: run.limits.clone(),
        capabilities: inner.hosts.as_ref().map_or_else(Vec::new, |hosts| hosts.capabilities()),
        wasm: inner.hosts.as_ref().map_or_else(Vec::new, |hosts| hosts.wasm()),
        restore: how.checkpoint.map(|checkpoint| checkpoint.kind),
        state: how.state,
        save: how.save,
    };
    let artifacts = Artifacts::new(&run.limits);
    let (store, active) = (inner.store.clone(), &inner.active);
    let mut sink = ToStore { store, active, id, room, artifacts };
    let host = inner.hosts.as_ref().map(|hosts| hosts.open(how.caller));
    let ran = worker.run(job, how.checkpoint, host.as_deref(), &mut sink, stop).await;
    inner.meter.charge(&tenant, used(&ran.report, begun.elapsed()));
    ran
}

/// Processor time of a run. A worker that was killed cannot say: then all of the time counts.
fn used(report: &Report, wall: Duration) -> Duration {
    match report.usage.cpu_us {
        0 if !report.sound => wall,
        cpu => Duration::from_micros(cpu),
    }
}

/// Output and artifacts go to storage as they come. The worker keeps the limit; so does the server, because a worker may lie.
struct ToStore<'i> {
    store: Store,
    active: &'i Active,
    id: ExecutionId,
    room: u64,
    artifacts: Artifacts,
}

impl OutputSink for ToStore<'_> {
    fn output(&mut self, mut text: String) {
        let room = usize::try_from(self.room).unwrap_or(usize::MAX);
        if text.len() > room {
            text.truncate(text.floor_char_boundary(room));
        }
        let bytes = text.len() as u64;
        self.room -= bytes;
        if !text.is_empty() {
            self.store.append_output(self.id, text);
            self.active.wrote(self.id, bytes);
        }
    }
    fn artifact(&mut self, artifact: Artifact) {
        if self.artifacts.admit(&artifact) {
            self.store.hand_out(self.id, artifact);
        } else {
            tracing::warn!(execution = %self.id, ?artifact, "an artifact beyond the limits was dropped: its worker lies");
        }
    }
}
