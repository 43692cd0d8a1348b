//! What a run starts from: the isolate it needs, with the state it goes on from.

use super::{Worker, WorkerError};
use crate::capabilities;
use crate::checkpoint::{self, CheckpointError};
use crate::heap::Snapshot;
use crate::isolate::{Bounds, Carried, Isolate, World};
use mcp_v8_sandbox::{
    Checkpoint, CheckpointKind, Code, Job, Lost, Outcome, Report, Scope, StopReason, Usage,
};

impl Worker {
    /// An isolate for the job, with the state it starts from; what of that state was lost, or why there is none.
    pub(super) fn ready(
        &mut self,
        job: &Job,
        checkpoint: Option<Checkpoint>,
    ) -> Result<Result<Vec<Lost>, Report>, WorkerError> {
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
        let Some(isolate) = self.isolate.as_mut() else { return Ok(Ok(Vec::new())) };
        isolate.used = true;
        let granted = capabilities::grant(isolate, &job.capabilities);
        let opened = granted
            .and_then(|()| if job.state.is_some() { checkpoint::open(isolate) } else { Ok(()) });
        let lost = opened.and_then(|()| match values {
            Some(values) => checkpoint::load(isolate, values),
            None => Ok(Vec::new()),
        });
        Ok(lost.map_err(|error| unrestored(&error.to_string())))
    }
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
fn unrestored(why: &str) -> Report {
    let message = format!("the session's stored state could not be restored: {why}");
    let outcome = Outcome::Stopped(StopReason::State { code: Code::ErrorStorage, message });
    Report { outcome, usage: Usage::default(), lost: Vec::new(), sound: false }
}
