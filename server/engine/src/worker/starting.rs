//! What a run starts from: the isolate it needs, with the state it goes on from.

use super::{Worker, WorkerError};
use crate::capabilities;
use crate::checkpoint::{self, CheckpointError, Payload};
use crate::heap::Snapshot;
use crate::isolate::{Bounds, Carried, Isolate, World};
use mcp_v8_sandbox::{
    Checkpoint, CheckpointKind, Code, Job, Lost, Outcome, Report, Scope, StopReason, Usage,
};

impl Worker {
    /// An isolate for the job, with the state it starts from, or why there is none.
    pub(super) fn ready(
        &mut self,
        job: &Job,
        checkpoint: Option<Checkpoint>,
    ) -> Result<Result<Started, Report>, WorkerError> {
        let bounds = Bounds { heap: job.limits.heap_bytes, buffers: job.limits.buffer_bytes };
        let creator = job.state == Some(CheckpointKind::Heap);
        let goes_on = checkpoint.is_none() && job.scope == Scope::Live;
        let start = match Start::of(checkpoint, creator, bounds) {
            Ok(start) => start,
            Err(error) => return Ok(Err(unrestored(&error.to_string()))),
        };
        let values = match start {
            Start::Snapshot(snapshot) => {
                self.prepare(World::Heap(snapshot), bounds, Carried::default())?;
                None
            }
            Start::Values(values) => {
                let fits = |isolate: &Isolate| {
                    let fresh = !isolate.used
                        && isolate.bounds == bounds
                        && isolate.runtime.is_creator() == creator;
                    fresh || (goes_on && isolate.used)
                };
                if !self.isolate.as_ref().is_some_and(fits) {
                    let world = if creator { World::Creator } else { World::Plain };
                    self.prepare(world, bounds, Carried::default())?;
                }
                values
            }
        };
        let Some(isolate) = self.isolate.as_mut() else { return Ok(Ok(Started::default())) };
        isolate.used = true;
        isolate.loader.begin(&job.capabilities);
        let granted = capabilities::grant(isolate, &job.capabilities);
        capabilities::give_wasm(isolate, &job.wasm);
        let opened = granted
            .and_then(|()| if job.state.is_some() { checkpoint::open(isolate) } else { Ok(()) });
        let started = opened.and_then(|()| {
            let payload = values.map(Payload::parse).transpose()?;
            match payload {
                Some(payload) if !payload.modules.is_empty() => {
                    Ok(Started { lost: Vec::new(), later: Some(payload) })
                }
                Some(payload) => {
                    Ok(Started { lost: checkpoint::load(isolate, payload)?, later: None })
                }
                None => Ok(Started::default()),
            }
        });
        Ok(started.map_err(|error| unrestored(&error.to_string())))
    }
}

/// The state is there, but for what the run itself must bring.
#[derive(Default)]
pub struct Started {
    /// What of it was lost.
    pub lost: Vec<Lost>,
    /// A graph that names modules: importing them is code of the script's, and so the run's.
    pub later: Option<Payload>,
}

/// What a job starts from.
enum Start {
    Snapshot(Snapshot),
    /// A portable graph, or nothing.
    Values(Option<Vec<u8>>),
}

impl Start {
    /// A snapshot is for a creator only; without one, or elsewhere, the values beside it are what there is.
    fn of(
        checkpoint: Option<Checkpoint>,
        creator: bool,
        bounds: Bounds,
    ) -> Result<Self, CheckpointError> {
        let Some(Checkpoint { values, heap, .. }) = checkpoint else {
            return Ok(Self::Values(None));
        };
        let Some(heap) = heap.filter(|_| creator) else { return Ok(Self::Values(Some(values))) };
        let snapshot = Snapshot::parse(&heap)?;
        checkpoint::fits(snapshot.buffers(), bounds)?;
        Ok(Self::Snapshot(snapshot))
    }
}

/// The report of a run whose state could not be brought back: nothing of it ran.
pub fn unrestored(why: &str) -> Report {
    let message = format!("the session's stored state could not be restored: {why}");
    let outcome = Outcome::Stopped(StopReason::State { code: Code::ErrorStorage, message });
    Report { outcome, usage: Usage::default(), lost: Vec::new(), sound: false }
}
