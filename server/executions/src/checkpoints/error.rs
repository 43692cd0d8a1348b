//! Why a state could not be had or kept. As an outcome of the run, because the caller has to know.

use mcp_v8_sandbox::{Code, HeapId, StopReason};
use mcp_v8_storage::{BlobError, EnvelopeError, StorageError};

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    #[error("there is no heap {0}: it was never stored here, or retention has removed it")]
    NotFound(HeapId),
    #[error("the bytes of heap {0} are missing from storage")]
    BlobMissing(HeapId),
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("a defect in the server, see its log")]
    Defect,
}

impl CheckpointError {
    /// The code programs read.
    pub fn code(&self) -> Code {
        match self {
            CheckpointError::NotFound(_) => Code::ErrorNotFound,
            CheckpointError::BlobMissing(_) | CheckpointError::Defect => Code::ErrorStorage,
            CheckpointError::Envelope(error) => error.code(),
            CheckpointError::Blob(error) => error.code(),
            CheckpointError::Storage(error) => error.code(),
        }
    }

    /// The end of a run whose state could not be had: nothing of it ran.
    pub fn not_loaded(&self) -> StopReason {
        let message = format!("the state to start from could not be loaded: {}", self.words());
        StopReason::State { code: self.code(), message }
    }

    /// The end of a run whose state could not be kept.
    pub fn not_kept(&self) -> StopReason {
        let message = format!(
            "the program ran, but the state after it could not be stored: {}; what was stored before is intact",
            self.words()
        );
        StopReason::State { code: self.code(), message }
    }

    /// The error and its causes on one line.
    pub fn words(&self) -> String {
        let mut words = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let text = error.to_string();
            if !words.contains(&text) {
                words.push_str(": ");
                words.push_str(&text);
            }
            cause = error.source();
        }
        words
    }
}
