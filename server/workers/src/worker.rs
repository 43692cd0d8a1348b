//! A leased worker: one run at a time, one principal in its life.

use crate::deadline::Phase;
use crate::process::{Broken, Process, describe};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use mcp_v8_sandbox::wire::{FromWorker, ToWorker};
use mcp_v8_sandbox::{
    Artifact, Checkpoint, CheckpointKind, Host, HostAnswer, HostCall, HostError, Job, Limits, Lost,
    Outcome, Parts, Report, Saved, ScriptError, ScriptErrorKind, StopReason, Usage,
};
use std::time::Duration;
use tokio::sync::watch;

/// Exit code of a worker that ran out of memory; the engine's `EXIT_OUT_OF_MEMORY`.
const OUT_OF_MEMORY: i32 = 86;

/// Bytes of a checkpoint that one frame carries.
const PIECE: usize = 1 << 20;

/// Calls of one run under way at once; a worker that has more is out of its mind.
const CALLS_MAX: usize = 1024;

/// Bytes of calls of one run under way at once, all of them together; one more call fits, however large.
const HELD_MAX: usize = 32 << 20;

/// How a run ended, and the state it left.
#[derive(Debug)]
pub struct Ran {
    pub report: Report,
    /// False where the worker was killed from outside before it had parsed the source: nothing of the program has
    /// happened, and another worker can run it.
    pub begun: bool,
    /// Where the job asked for one: the checkpoint, and what it lacks.
    pub saved: Option<(Option<Checkpoint>, Saved)>,
}

/// Takes console output as it comes.
pub trait OutputSink: Send {
    /// The run has begun: its source parsed.
    fn parsed(&mut self) {}
    /// Some output, in order.
    fn output(&mut self, text: String);
    /// An artifact, checked by nobody yet.
    fn artifact(&mut self, artifact: Artifact);
}

/// Asks a run to stop, from outside. `None` until there is a reason.
pub type Stop = watch::Receiver<Option<StopReason>>;

/// A worker process in the hands of one run or one session.
#[derive(Debug)]
pub struct Worker {
    process: Process,
    grace: Duration,
    runs: u64,
    /// The tenant it belongs to for the rest of its life, once it has one.
    pub(crate) tenant: Option<String>,
    sound: bool,
    /// What [`Ran::begun`] says of the last run.
    begun: bool,
}

impl Worker {
    pub(crate) fn new(process: Process, grace: Duration) -> Self {
        Self { process, grace, runs: 0, tenant: None, sound: true, begun: false }
    }

    /// Process id; `None` once it has ended.
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Runs so far.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// It may serve another run.
    pub fn is_sound(&self) -> bool {
        self.sound
    }

    /// Its process is gone, and what it held with it.
    pub fn has_ended(&mut self) -> bool {
        self.process.has_ended()
    }

    /// Carries out a job, from `checkpoint` if there is one. Always answers, at the latest `limits.wall` plus the grace
    /// (workers.terminate_grace_ms) plus the time of a kill after it began, and `limits.save` later where a checkpoint
    /// is taken; a worker that had to be stopped is not sound afterwards.
    pub async fn run(
        &mut self,
        job: Job,
        checkpoint: Option<&Checkpoint>,
        host: Option<&dyn Host>,
        sink: &mut dyn OutputSink,
        stop: Stop,
    ) -> Ran {
        let (limits, save) = (job.limits.clone(), job.state.filter(|_| job.save));
        let report = self.carry_out(job, checkpoint, host, sink, stop).await;
        let saved = match save.filter(|_| self.sound) {
            Some(kind) => Some(self.receive_checkpoint(kind, &limits).await),
            None => None,
        };
        Ran { report, begun: self.begun, saved }
    }

    /// Takes a checkpoint of the live state, between runs.
    pub async fn save(
        &mut self,
        kind: CheckpointKind,
        limits: &Limits,
    ) -> (Option<Checkpoint>, Saved) {
        match self.process.queue(&ToWorker::Save(kind, limits.clone())) {
            Ok(()) => self.receive_checkpoint(kind, limits).await,
            Err(error) => {
                self.sound = false;
                (None, Saved { lost: Vec::new(), problem: Some(error.to_string()) })
            }
        }
    }

    /// Makes the worker forget its live state, so that it can serve its tenant's other runs. It is not sound afterwards
    /// when it cannot be told.
    pub async fn reset(&mut self) {
        let told = async {
            self.process.queue(&ToWorker::Reset)?;
            self.process.flush().await
        };
        let told = tokio::time::timeout(self.grace, told).await;
        self.sound = self.sound && matches!(told, Ok(Ok(())));
    }

    /// Waits for a checkpoint. A worker that does not send it in time, or dies over it, is not sound afterwards; what
    /// was complete by then is kept.
    async fn receive_checkpoint(
        &mut self,
        kind: CheckpointKind,
        limits: &Limits,
    ) -> (Option<Checkpoint>, Saved) {
        let mut incoming = Incoming::default();
        let problem =
            match tokio::time::timeout(limits.save, self.saved(&mut incoming, limits)).await {
                Ok(Ok(saved)) if saved.problem.is_none() => {
                    return (incoming.parts.finish(kind), saved);
                }
                Ok(Ok(saved)) => return (None, saved),
                Ok(Err(problem)) => problem,
                Err(_) => {
                    format!("it took longer than {:?} (sessions.save_timeout_secs)", limits.save)
                }
            };
        self.sound = false;
        self.process.kill().await;
        incoming.rescue(kind, problem)
    }

    /// Receives a checkpoint; an error says in words why there is none, and the worker is of no more use.
    async fn saved(&mut self, incoming: &mut Incoming, limits: &Limits) -> Result<Saved, String> {
        loop {
            match self.process.receive().await {
                Ok(FromWorker::State(section, bytes)) => {
                    incoming.parts.push(section, &bytes);
                    // The worker keeps the limit; so does the server, because a worker may lie.
                    if incoming.parts.len() as u64 > limits.checkpoint_bytes {
                        return Err(too_large(limits));
                    }
                }
                Ok(FromWorker::Portable(lost)) => incoming.portable = Some(lost),
                Ok(FromWorker::Saved(saved)) => return Ok(saved),
                Ok(_) => return Err("the worker broke the protocol".to_owned()),
                Err(_) => {
                    let how = self.process.autopsy().await;
                    tracing::warn!(%how, "a worker was lost while it saved a session");
                    let status = self.process.status().await;
                    return Err(format!("the worker process ended ({})", describe(status)));
                }
            }
        }
    }

    async fn start(&mut self, job: Job, checkpoint: Option<&Checkpoint>) -> Result<(), Broken> {
        if let Some(checkpoint) = checkpoint {
            for (section, bytes) in checkpoint.pieces(PIECE) {
                self.process.queue(&ToWorker::State(section, bytes.to_vec()))?;
                // Piece by piece: a second copy of the whole would be as large as the state.
                self.process.flush().await?;
            }
        }
        self.process.queue(&ToWorker::Start(Box::new(job)))?;
        self.process.flush().await
    }

    async fn carry_out(
        &mut self,
        job: Job,
        checkpoint: Option<&Checkpoint>,
        host: Option<&dyn Host>,
        sink: &mut dyn OutputSink,
        mut stop: Stop,
    ) -> Report {
        self.runs += 1;
        self.begun = true;
        let limits = job.limits.clone();
        let mut phase = Phase::start(limits.wall);
        let limit_ms = u64::try_from(limits.wall.as_millis()).unwrap_or(u64::MAX);
        // A worker that does not even take its job is held to the same deadline.
        let stopped = tokio::select! {
            started = self.start(job, checkpoint) => match started {
                Ok(()) => None,
                Err(broken) => return self.lost(&phase, &limits, false, Some(broken)).await,
            },
            () = phase.passed() => Some(StopReason::Timeout { limit_ms }),
            reason = wanted(&mut stop) => Some(reason),
        };
        if let Some(reason) = stopped {
            phase.stop(reason, self.grace);
            return self.lost(&phase, &limits, false, None).await;
        }
        let mut parsed = false;
        let mut calls = FuturesUnordered::new();
        // Bytes of the calls that are under way.
        let mut held = 0;
        loop {
            tokio::select! {
                // What is not read stays with the worker, which then waits.
                message = self.process.exchange(held < HELD_MAX) => match message {
                    Ok(Some(FromWorker::Output(text))) => sink.output(text),
                    Ok(Some(FromWorker::Artifact(artifact))) => sink.artifact(*artifact),
                    Ok(Some(FromWorker::Parsed)) => {
                        parsed = true;
                        sink.parsed();
                    }
                    Ok(Some(FromWorker::Call(id, call))) if calls.len() < CALLS_MAX => {
                        let bytes = self.process.length();
                        held += bytes;
                        calls.push(async move { (bytes, perform(host, id, *call).await) });
                    }
                    Ok(Some(FromWorker::Done(report))) => return self.done(*report, &phase).await,
                    Ok(None) => {}
                    Ok(Some(_)) => {
                        return self.lost(&phase, &limits, parsed, None).await;
                    }
                    Err(broken) => return self.lost(&phase, &limits, parsed, Some(broken)).await,
                },
                Some((bytes, (id, answer))) = calls.next(), if self.process.has_room() => {
                    held -= bytes;
                    if let Err(broken) = self.process.queue(&ToWorker::Answer(id, answer)) {
                        return self.lost(&phase, &limits, parsed, Some(broken)).await;
                    }
                }
                () = phase.passed() => {
                    if phase.reason().is_some() {
                        return self.lost(&phase, &limits, parsed, None).await;
                    }
                    self.ask_to_stop(&mut phase, StopReason::Timeout { limit_ms });
                }
                reason = wanted(&mut stop), if phase.reason().is_none() => {
                    self.ask_to_stop(&mut phase, reason);
                }
            }
        }
    }

    fn ask_to_stop(&mut self, phase: &mut Phase, reason: StopReason) {
        phase.stop(reason, self.grace);
        // A worker that does not read is killed when the grace is over. The word itself is always a frame.
        let _ = self.process.queue(&ToWorker::Terminate);
    }

    /// The worker reported. What it was told to stop for counts more than what it says.
    async fn done(&mut self, mut report: Report, phase: &Phase) -> Report {
        if let Some(reason) = phase.reason() {
            report.outcome = Outcome::Stopped(reason.clone());
        }
        self.sound = report.sound && report.outcome.leaves_isolate_sound();
        if !self.sound {
            self.process.kill().await;
        }
        report
    }

    /// The worker did not report: it is killed, and its end explained.
    async fn lost(
        &mut self,
        phase: &Phase,
        limits: &Limits,
        parsed: bool,
        broken: Option<Broken>,
    ) -> Report {
        self.sound = false;
        let ended_by_itself = phase.reason().is_none() && matches!(broken, Some(Broken::Io(_)));
        if !ended_by_itself {
            self.process.kill().await;
        }
        let status = self.process.status().await;
        self.begun =
            parsed || !ended_by_itself || !was_killed(status) || self.process.killed_at().is_some();
        let outcome = match phase.reason() {
            Some(reason) => Outcome::Stopped(reason.clone()),
            None if status.and_then(|status| status.code()) == Some(OUT_OF_MEMORY) => {
                Outcome::Stopped(StopReason::Memory { limit_bytes: limits.heap_bytes })
            }
            None if let Some(limit_bytes) = self.process.killed_at() => {
                Outcome::Stopped(StopReason::WorkerMemory { limit_bytes })
            }
            // Only the parser has worked so far, and it overflows its stack on what nests too deeply; a worker that
            // somebody killed is no sign of that.
            None if !parsed && ended_by_itself && !was_killed(status) => Outcome::Threw(too_deep()),
            None => {
                let how = self.process.autopsy().await;
                tracing::warn!(%how, "a worker was lost");
                Outcome::Stopped(StopReason::WorkerLost { how: describe(status) })
            }
        };
        Report { outcome, usage: Usage::default(), lost: Vec::new(), sound: false }
    }
}

/// A checkpoint that is on its way.
#[derive(Default)]
struct Incoming {
    parts: Parts,
    /// What the portable graph lacks, once it is complete.
    portable: Option<Vec<Lost>>,
}

impl Incoming {
    /// What can be kept although the rest will not come: the portable graph, if it is complete.
    fn rescue(self, kind: CheckpointKind, problem: String) -> (Option<Checkpoint>, Saved) {
        let Some(mut lost) = self.portable else {
            return (None, Saved { lost: Vec::new(), problem: Some(problem) });
        };
        let reason = format!(
            "the V8 snapshot could not be taken: {problem}; the session goes on from its variables as data and source"
        );
        lost.push(Lost { name: "*".into(), reason });
        (Some(self.parts.portable(kind)), Saved { lost, problem: None })
    }
}

fn too_large(limits: &Limits) -> String {
    let mb = limits.checkpoint_bytes >> 20;
    format!("the state is larger than {mb} MB (storage.max_checkpoint_mb)")
}

/// One call of a run, performed by the server.
async fn perform(
    host: Option<&dyn Host>,
    id: u32,
    call: HostCall,
) -> (u32, Result<HostAnswer, HostError>) {
    let answer = match host {
        Some(host) => host.call(call).await,
        None => Err(HostError::new("Error", "this run may not ask the server for anything")),
    };
    (id, answer)
}

/// Waits for a reason to stop; for ever, when whoever could give one is gone.
async fn wanted(stop: &mut Stop) -> StopReason {
    match stop.wait_for(Option::is_some).await.map(|reason| reason.clone()) {
        Ok(Some(reason)) => reason,
        _ => std::future::pending().await,
    }
}

fn was_killed(status: Option<std::process::ExitStatus>) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGKILL: i32 = 9;
    status.and_then(|status| status.signal()) == Some(SIGKILL)
}

fn too_deep() -> ScriptError {
    ScriptError {
        kind: ScriptErrorKind::Syntax,
        message: "SyntaxError: the source is nested too deeply to parse".into(),
        stack: String::new(),
        line: None,
        column: None,
        source_line: None,
    }
}
