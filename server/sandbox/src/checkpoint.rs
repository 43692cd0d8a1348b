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

/// A session's state between two runs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub kind: CheckpointKind,
    /// The portable graph; equal states have equal bytes.
    pub values: Vec<u8>,
    /// The V8 snapshot; `None` for [`CheckpointKind::Values`], and where the engine has changed since.
    pub heap: Option<Vec<u8>>,
}

impl std::fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let heap = self.heap.as_ref().map(Vec::len);
        let (kind, values) = (self.kind, self.values.len());
        write!(f, "Checkpoint({kind:?}, {values} bytes of values, {heap:?} of heap)")
    }
}
