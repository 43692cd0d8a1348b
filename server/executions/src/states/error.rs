//! Why a session or a heap cannot be shown or changed. A foreign one answers exactly like an unknown one.

use mcp_v8_sandbox::{Code, HeapId, SessionName};
use mcp_v8_storage::{StorageError, TagError};

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("this server keeps no heaps (storage.kind = \"none\", or sessions.enabled = false)")]
    NoHeaps,
    #[error(
        "there is no session {0}, or nothing of it was saved yet: list_sessions names those there are"
    )]
    NoSession(SessionName),
    #[error(
        "there is no heap {0}: ids come from run_js, and unused heaps are removed after a while (storage.max_heap_age_hours)"
    )]
    NoHeap(HeapId),
    #[error(
        "session {0} is in use: a run of it is queued or running, or it is just being saved; wait for it or cancel it, then delete the session"
    )]
    InUse(SessionName),
    #[error(transparent)]
    Tags(TagError),
    #[error("the server ended before the session was deleted")]
    Ended,
    #[error("the state could not be read or changed")]
    Storage(#[source] StorageError),
}

impl StateError {
    /// The code programs read.
    pub fn code(&self) -> Code {
        match self {
            StateError::NoHeaps => Code::ErrorRequest,
            StateError::NoSession(_) | StateError::NoHeap(_) => Code::ErrorNotFound,
            StateError::InUse(_) => Code::ErrorConflict,
            StateError::Tags(error) => error.code(),
            StateError::Ended => Code::UnavailableDraining,
            StateError::Storage(error) => error.code(),
        }
    }
}

impl From<StorageError> for StateError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Tags(error) => Self::Tags(error),
            other => Self::Storage(other),
        }
    }
}
