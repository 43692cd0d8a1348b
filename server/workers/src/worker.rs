//! A leased worker: one run at a time, one principal in its life.

use crate::deadline::Phase;
use crate::process::{Broken, Process, describe};
use mcp_v8_sandbox::wire::{FromWorker, ToWorker};
use mcp_v8_sandbox::{
    Job, Limits, Outcome, Report, ScriptError, ScriptErrorKind, StopReason, Usage,
};
use std::time::Duration;
use tokio::sync::watch;

/// Exit code of a worker that ran out of memory; the engine's `EXIT_OUT_OF_MEMORY`.
const OUT_OF_MEMORY: i32 = 86;

/// Takes console output as it comes.
pub trait OutputSink: Send {
    /// The run has begun: its source parsed.
    fn parsed(&mut self) {}
    /// Some output, in order.
    fn output(&mut self, text: String);
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
}

impl Worker {
    pub(crate) fn new(process: Process, grace: Duration) -> Self {
        Self { process, grace, runs: 0, tenant: None, sound: true }
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

    /// Carries out a job. Always answers, at the latest `limits.wall` plus the grace (workers.terminate_grace_ms) plus
    /// the time of a kill after it began; a worker that had to be stopped is not sound afterwards.
    pub async fn run(&mut self, job: Job, sink: &mut dyn OutputSink, mut stop: Stop) -> Report {
        self.runs += 1;
        let limits = job.limits.clone();
        let mut phase = Phase::start(limits.wall);
        if let Err(broken) = self.process.send(&ToWorker::Start(Box::new(job))).await {
            return self.lost(&phase, &limits, false, Some(broken)).await;
        }
        let mut parsed = false;
        loop {
            tokio::select! {
                message = self.process.receive() => match message {
                    Ok(FromWorker::Output(text)) => sink.output(text),
                    Ok(FromWorker::Parsed) => {
                        parsed = true;
                        sink.parsed();
                    }
                    Ok(FromWorker::Done(report)) => return self.done(*report, &phase).await,
                    Ok(FromWorker::Ready(_)) => return self.lost(&phase, &limits, parsed, None).await,
                    Err(broken) => return self.lost(&phase, &limits, parsed, Some(broken)).await,
                },
                () = phase.passed() => {
                    if phase.reason().is_some() {
                        return self.lost(&phase, &limits, parsed, None).await;
                    }
                    let limit_ms = u64::try_from(limits.wall.as_millis()).unwrap_or(u64::MAX);
                    self.ask_to_stop(&mut phase, StopReason::Timeout { limit_ms }).await;
                }
                reason = wanted(&mut stop), if phase.reason().is_none() => {
                    self.ask_to_stop(&mut phase, reason).await;
                }
            }
        }
    }

    async fn ask_to_stop(&mut self, phase: &mut Phase, reason: StopReason) {
        phase.stop(reason, self.grace);
        // A worker that does not read is killed when the grace is over; so is one that is gone.
        let _ = tokio::time::timeout(self.grace, self.process.send(&ToWorker::Terminate)).await;
    }

    /// The worker reported. What it was told to stop for counts more than what it says.
    async fn done(&mut self, mut report: Report, phase: &Phase) -> Report {
        if let Some(reason) = phase.reason() {
            report.outcome = Outcome::Stopped(reason.clone());
        }
        self.sound = report.outcome.leaves_isolate_sound();
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
        if phase.reason().is_some() || !matches!(broken, Some(Broken::Io(_))) {
            self.process.kill().await;
        }
        let status = self.process.status().await;
        let outcome = match phase.reason() {
            Some(reason) => Outcome::Stopped(reason.clone()),
            None if status.and_then(|status| status.code()) == Some(OUT_OF_MEMORY) => {
                Outcome::Stopped(StopReason::Memory { limit_bytes: limits.heap_bytes })
            }
            None if let Some(limit_bytes) = self.process.killed_at() => {
                Outcome::Stopped(StopReason::WorkerMemory { limit_bytes })
            }
            // Only the parser has worked so far, and it overflows its stack on what nests too deeply.
            None if !parsed && matches!(broken, Some(Broken::Io(_))) => Outcome::Threw(too_deep()),
            None => {
                let how = self.process.autopsy().await;
                tracing::warn!(%how, "a worker was lost");
                Outcome::Stopped(StopReason::WorkerLost { how: describe(status) })
            }
        };
        Report { outcome, usage: Usage::default(), lost: Vec::new(), checkpoint: None }
    }
}

/// Waits for a reason to stop; for ever, when whoever could give one is gone.
async fn wanted(stop: &mut Stop) -> StopReason {
    match stop.wait_for(Option::is_some).await.map(|reason| reason.clone()) {
        Ok(Some(reason)) => reason,
        _ => std::future::pending().await,
    }
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
