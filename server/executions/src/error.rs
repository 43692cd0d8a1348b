//! Why there is no execution: it was not admitted, or it is not there.

use mcp_v8_sandbox::{Code, HeapId};
use mcp_v8_storage::{StorageError, TagError};
use std::time::Duration;

/// A request that was not admitted. Nothing was stored and nothing runs.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    #[error("the source is {size} bytes; the limit is {limit} (limits.source_bytes)")]
    SourceTooLarge { size: usize, limit: u64 },
    #[error("the source is empty: pass JavaScript or TypeScript in `code`")]
    SourceEmpty,
    #[error("pass either `code` or `file`, not both")]
    CodeAndFile,
    #[error(
        "this server runs no files (its configuration has no [policies.run_js_file]): pass the program in `code`"
    )]
    NoFiles,
    #[error("{message}")]
    File { code: Code, message: String },
    #[error("{name} is {value}; it must be at least {least}")]
    TooSmall { name: &'static str, value: u64, least: u64 },
    #[error("this server is stateless (sessions.enabled = false): it has no sessions")]
    Stateless,
    #[error("{queued} runs are waiting already ({limit_name} = {limit}); try again in a second")]
    Busy { queued: usize, limit: usize, limit_name: &'static str },
    #[error(
        "this tenant has used what it may use of the server ({quota} = {limit}); try again in {} s", .wait.as_secs()
    )]
    Quota { quota: &'static str, limit: u64, wait: Duration },
    #[error(
        "{stored} bytes are stored of this tenant, more than {limit} (quotas.stored_mb); delete sessions, or wait until old executions are removed"
    )]
    StoredQuota { stored: u64, limit: u64 },
    #[error("the server is shutting down and takes no new runs")]
    Draining,
    #[error("this server keeps no heaps (storage.kind = \"none\", or sessions.enabled = false)")]
    NoHeaps,
    #[error(
        "there is no heap {0}: ids come from run_js, and unused heaps are removed after a while (storage.max_heap_age_hours)"
    )]
    NoSuchHeap(HeapId),
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(
        "tags are for the state after a run, and this run keeps none (persist: false): leave out one of the two"
    )]
    NothingToTag,
    #[error(
        "storage fails: {waiting} executions have ended and are not stored yet (limits.queued_runs); try again later, and see the server's log"
    )]
    StorageBehind { waiting: usize },
    #[error("the execution could not be stored")]
    Storage(#[from] StorageError),
}

impl SubmitError {
    /// The code programs read.
    pub fn code(&self) -> Code {
        match self {
            SubmitError::SourceTooLarge { .. } => Code::LimitSize,
            SubmitError::File { code, .. } => *code,
            SubmitError::SourceEmpty
            | SubmitError::CodeAndFile
            | SubmitError::NoFiles
            | SubmitError::TooSmall { .. }
            | SubmitError::Stateless
            | SubmitError::NoHeaps
            | SubmitError::NothingToTag => Code::ErrorRequest,
            SubmitError::NoSuchHeap(_) => Code::ErrorNotFound,
            SubmitError::Tags(error) => error.code(),
            SubmitError::Busy { .. } => Code::UnavailableBusy,
            SubmitError::Quota { .. } => Code::LimitRate,
            SubmitError::StoredQuota { .. } => Code::LimitSize,
            SubmitError::Draining => Code::UnavailableDraining,
            SubmitError::StorageBehind { .. } => Code::ErrorStorage,
            SubmitError::Storage(error) => error.code(),
        }
    }

    /// When a client that was refused for load may try again.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            SubmitError::Busy { .. } => Some(Duration::from_secs(1)),
            SubmitError::Quota { wait, .. } => Some(*wait),
            // What is not needed any more goes once a minute.
            SubmitError::StoredQuota { .. } => Some(Duration::from_secs(60)),
            SubmitError::Draining => Some(Duration::from_secs(5)),
            _ => None,
        }
    }
}

/// An execution that cannot be shown. A foreign one answers exactly like an unknown one.
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    #[error(
        "no such execution; ids come from run_js, and finished executions are removed after a while (storage.max_executions, storage.max_age_hours)"
    )]
    NotFound,
    #[error(
        "no such artifact; they go with their execution (storage.max_executions, storage.max_age_hours)"
    )]
    NoArtifact,
    #[error("the execution could not be read")]
    Storage(#[from] StorageError),
}

impl LookupError {
    /// The code programs read.
    pub fn code(&self) -> Code {
        match self {
            LookupError::NotFound | LookupError::NoArtifact => Code::ErrorNotFound,
            LookupError::Storage(error) => error.code(),
        }
    }
}
