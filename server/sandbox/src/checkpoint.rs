//! State that outlives a worker. Only the seam: nothing makes a checkpoint yet, and a stateless run has none.

use serde::{Deserialize, Serialize};

/// A stored state of a session, verified by the server before a worker sees it.
///
/// There is no way to make one in this version, so `Option<Checkpoint>` is always `None`; the paths that carry it
/// are the same for stateless and stateful runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Checkpoint {}
