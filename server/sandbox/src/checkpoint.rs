//! State that outlives a worker, as both sides of the wall see it: already verified, not yet interpreted. Not the
//! envelope it is stored in, nor its id: those belong to `storage`.

use serde::{Deserialize, Serialize};

/// How a session's state is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CheckpointKind {
    /// A portable graph of the session's top-level bindings; runs at full speed and survives a change of the engine.
    #[default]
    Values,
    /// A V8 snapshot of the whole heap, closures and generators included, with the portable graph beside it.
    Heap,
}

impl CheckpointKind {
    /// `values` or `heap`, as in the configuration and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Values => "values",
            Self::Heap => "heap",
        }
    }
}

/// A session's state between two runs. On the wire its bytes go ahead, in frames of their own.
#[derive(Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub kind: CheckpointKind,
    /// The portable graph; equal states have equal bytes.
    pub values: Vec<u8>,
    /// The V8 snapshot; `None` for [`CheckpointKind::Values`], where none could be taken, and where the engine has
    /// changed since.
    pub heap: Option<Vec<u8>>,
}

/// Which part of a checkpoint some bytes belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Values,
    Heap,
}

/// The parts of a checkpoint as they arrive.
#[derive(Default)]
pub struct Parts {
    values: Vec<u8>,
    heap: Vec<u8>,
}

impl Parts {
    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.values.len() + self.heap.len()
    }

    /// Nothing has arrived.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends what arrived.
    pub fn push(&mut self, section: Section, bytes: &[u8]) {
        match section {
            Section::Values => self.values.extend_from_slice(bytes),
            Section::Heap => self.heap.extend_from_slice(bytes),
        }
    }

    /// The portable graph alone, which is complete when the snapshot after it is not.
    pub fn portable(self, kind: CheckpointKind) -> Checkpoint {
        Checkpoint { kind, values: self.values, heap: None }
    }

    /// All of it has arrived. `None` when there was nothing.
    pub fn finish(self, kind: CheckpointKind) -> Option<Checkpoint> {
        if self.is_empty() {
            return None;
        }
        let heap = (!self.heap.is_empty()).then_some(self.heap);
        Some(Checkpoint { kind, values: self.values, heap })
    }
}

impl Checkpoint {
    /// The bytes in pieces of at most `most`, each with its section.
    pub fn pieces(&self, most: usize) -> impl Iterator<Item = (Section, &[u8])> {
        let heap = self.heap.as_deref().unwrap_or_default();
        let values = self.values.chunks(most).map(|piece| (Section::Values, piece));
        values.chain(heap.chunks(most).map(|piece| (Section::Heap, piece)))
    }
}

impl std::fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let heap = self.heap.as_ref().map(Vec::len);
        let (kind, values) = (self.kind, self.values.len());
        write!(f, "Checkpoint({kind:?}, {values} bytes of values, {heap:?} of heap)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_of_a_checkpoint_put_together_are_the_checkpoint() {
        for heap in [None, Some(vec![9; 25])] {
            let kind = CheckpointKind::Heap;
            let checkpoint = Checkpoint { kind, values: (0..=99).collect(), heap };
            let mut parts = Parts::default();
            for (section, bytes) in checkpoint.pieces(7) {
                assert!(bytes.len() <= 7);
                parts.push(section, bytes);
            }
            assert_eq!(parts.finish(kind), Some(checkpoint));
        }
        assert_eq!(Parts::default().finish(CheckpointKind::Values), None);
    }

    #[test]
    fn a_snapshot_that_did_not_arrive_whole_is_left_out() {
        let mut parts = Parts::default();
        parts.push(Section::Values, b"graph");
        parts.push(Section::Heap, b"half of a snapsh");
        let kept = parts.portable(CheckpointKind::Heap);
        assert_eq!((kept.values.as_slice(), kept.heap), (&b"graph"[..], None));
    }
}
