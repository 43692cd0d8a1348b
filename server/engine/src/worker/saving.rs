//! The checkpoint after a run, as the server gets it: the portable graph, then the V8 snapshot where the session is of
//! that kind. Not how either is taken.

use super::{Worker, WorkerError};
use crate::checkpoint::{self, CheckpointError, Portable};
use crate::heap::{self, Failure, Taken};
use crate::isolate::World;
use mcp_v8_sandbox::wire::FromWorker;
use mcp_v8_sandbox::{CheckpointKind, Limits, Lost, Saved, Section};

impl Worker {
    /// Sends a checkpoint of the isolate's state.
    pub(super) fn save(
        &mut self,
        kind: CheckpointKind,
        limits: &Limits,
    ) -> Result<(), WorkerError> {
        let Some(isolate) = self.isolate.as_mut() else {
            self.output.send(&FromWorker::Saved(no_checkpoint("there is no live state".into())));
            return Ok(());
        };
        let saved = match checkpoint::take(isolate, limits) {
            Ok(portable) => {
                checkpoint::send(&self.output, Section::Values, &portable.bytes);
                match kind {
                    CheckpointKind::Values => Saved { lost: portable.lost, problem: None },
                    CheckpointKind::Heap => self.save_heap(portable, limits)?,
                }
            }
            Err(error) => no_checkpoint(error.to_string()),
        };
        self.output.send(&FromWorker::Saved(saved));
        Ok(())
    }

    /// Sends the V8 snapshot after the portable graph. The session goes on in an isolate restored from it: a snapshot
    /// that cannot be restored ends this process before anybody takes it for one.
    fn save_heap(&mut self, portable: Portable, limits: &Limits) -> Result<Saved, WorkerError> {
        let Portable { bytes, mut lost, natives } = portable;
        self.output.send(&FromWorker::Portable(lost.clone()));
        // What callbacks of the collector print belongs to no run.
        self.output.begin(0);
        let Some(isolate) = self.isolate.take() else { return Ok(Saved::default()) };
        let bounds = isolate.bounds;
        let inside = self.tokio.enter();
        let taken = heap::take(isolate, self.base, &self.tokio);
        drop(inside);
        match taken {
            Ok(Taken { snapshot, carried }) => {
                let encoded = snapshot.encode();
                self.prepare(World::Heap(snapshot), bounds, carried)?;
                // It is the session's, whatever the next run asks for.
                self.isolate.iter_mut().for_each(|isolate| isolate.used = true);
                if (bytes.len() + encoded.len()) as u64 <= limits.checkpoint_bytes {
                    checkpoint::send(&self.output, Section::Heap, &encoded);
                    return Ok(Saved::default());
                }
                let limit = limits.checkpoint_bytes;
                lost.push(no_snapshot(&CheckpointError::TooLarge { limit }.to_string()));
            }
            Err(Failure::Refused(isolate, why)) => {
                self.isolate = Some(*isolate);
                lost.push(no_snapshot(&why));
                lost.extend(natives);
            }
            Err(Failure::Broken(error)) => return Err(error.into()),
        }
        Ok(Saved { lost, problem: None })
    }
}

fn no_checkpoint(why: String) -> Saved {
    Saved { lost: Vec::new(), problem: Some(why) }
}

/// Beside what the portable graph lacks: why there is nothing but the graph.
fn no_snapshot(why: &str) -> Lost {
    let reason = format!(
        "the V8 snapshot could not be taken: {why}; once it is not live any more, the session goes on from its variables as data and source"
    );
    Lost { name: "*".into(), reason }
}
