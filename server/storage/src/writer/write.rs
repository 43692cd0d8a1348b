//! What the writer can be asked to do.

use super::batch::Batch;
use crate::{
    Head, NewExecution, Pin, StorageError, Timestamp,
    reader::Read,
    record::EncodedEnd,
    sql::{Cutoff, Step},
    state::Save,
};
use mcp_v8_sandbox::{Artifact, ExecutionId};
use tokio::sync::oneshot;

/// Where an answer goes.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, StorageError>>;

/// A message to the writer.
pub(crate) enum ToWriter {
    Write(Write),
    /// Asked of the writer only when the database is in memory.
    Read(Read),
    /// End; the answer comes when the connection is closed and the lock released.
    Close(oneshot::Sender<()>),
}

/// A change, applied in the order of the queue.
pub(crate) enum Write {
    Submit {
        new: NewExecution,
        reply: Reply<()>,
    },
    Start {
        id: ExecutionId,
        at: Timestamp,
    },
    Append {
        id: ExecutionId,
        text: String,
    },
    HandOut {
        id: ExecutionId,
        artifact: Box<Artifact>,
        at: Timestamp,
    },
    /// In the place of output that was not admitted to the queue, and why.
    Dropped {
        id: ExecutionId,
        why: StorageError,
    },
    Finish {
        id: ExecutionId,
        end: EncodedEnd,
        reply: Reply<()>,
    },
    Prune {
        cutoff: Cutoff,
        reply: Reply<Step>,
    },
    /// The pin comes back with the answer: it must last until the commit.
    Save {
        pin: Pin,
        save: Box<Save>,
        reply: Reply<(Option<Head>, Pin)>,
    },
    /// A change of sessions, heaps or tags that concerns no output.
    State(StateChange),
}

/// Changes the database and answers, as a part of a batch.
pub(crate) type StateChange = Box<dyn FnOnce(&mut Batch<'_>) + Send>;

impl Write {
    /// Must survive a power loss once it is confirmed.
    pub fn is_durable(&self) -> bool {
        match self {
            Write::Save { .. } | Write::State(_) => true,
            Write::Submit { .. }
            | Write::Start { .. }
            | Write::Append { .. }
            | Write::HandOut { .. }
            | Write::Dropped { .. }
            | Write::Finish { .. }
            | Write::Prune { .. } => false,
        }
    }
}
