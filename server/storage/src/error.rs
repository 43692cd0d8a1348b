//! What can go wrong in storage. Not how a script ended: that is an outcome, and it is stored.

use crate::{Doing, LIST_LIMIT_MAX, TagError};
use mcp_v8_sandbox::{Code, ExecutionId, HeapId, SessionName};
use std::{io, path::PathBuf, sync::Arc};

/// Why storage could not do what it was asked. Cheap to clone: one failed commit has many waiters.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StorageError {
    #[error("cannot {action} {}", path.display())]
    Files { action: &'static str, path: PathBuf, source: Arc<io::Error> },
    #[error("{} is locked: another server already uses this directory", lock.display())]
    InUse { lock: PathBuf },
    #[error(
        "the database has schema {found}, this server knows up to {known}: a newer one wrote it"
    )]
    Newer { found: i64, known: i64 },
    #[error("cannot start the thread of the database")]
    Thread { source: Arc<io::Error> },
    #[error("the database failed while {doing}")]
    Database { doing: Doing, source: Arc<rusqlite::Error> },
    #[error(
        "the database is read-only until the server is started again: earlier it said `{}`, and after that nothing is known to reach the disk", said(.0)
    )]
    ReadOnly(Box<StorageError>),
    #[error("the {what} of an execution cannot be turned into JSON or back")]
    Json { what: &'static str, source: Arc<serde_json::Error> },
    #[error("the stored output of execution {0} is damaged")]
    Damaged(ExecutionId),
    #[error("execution {0} is unknown")]
    Unknown(ExecutionId),
    #[error("execution {0} was already submitted")]
    Duplicate(ExecutionId),
    #[error("execution {0} has already finished")]
    AlreadyFinished(ExecutionId),
    #[error("the start of execution {id}, or a part of its output, could not be stored")]
    Incomplete { id: ExecutionId, source: Box<StorageError> },
    #[error("more than {limit} bytes of output wait for the database; what came after was dropped")]
    Backlog { limit: u64 },
    #[error("a list has a limit of 1 to {LIST_LIMIT_MAX}, not {0}")]
    ListLimit(u32),
    #[error("session {session} has moved on: {}", at(actual.as_ref()))]
    Conflict { session: SessionName, actual: Option<HeapId> },
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error("storage is closed")]
    Closed,
}

impl StorageError {
    /// The code programs read.
    pub fn code(&self) -> Code {
        match self {
            StorageError::Unknown(_) => Code::ErrorNotFound,
            StorageError::Duplicate(_)
            | StorageError::AlreadyFinished(_)
            | StorageError::Conflict { .. } => Code::ErrorConflict,
            StorageError::Tags(error) => error.code(),
            StorageError::ListLimit(_) => Code::ErrorRequest,
            StorageError::Closed => Code::UnavailableDraining,
            StorageError::Files { .. }
            | StorageError::InUse { .. }
            | StorageError::Newer { .. }
            | StorageError::Thread { .. }
            | StorageError::Database { .. }
            | StorageError::ReadOnly(_)
            | StorageError::Json { .. }
            | StorageError::Damaged(_)
            | StorageError::Incomplete { .. }
            | StorageError::Backlog { .. } => Code::ErrorStorage,
        }
    }

    /// The database itself failed, so that nothing of the transaction can be kept.
    pub(crate) fn is_database(&self) -> bool {
        matches!(self, StorageError::Database { .. } | StorageError::ReadOnly(_))
    }

    pub(crate) fn json(what: &'static str) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| StorageError::Json { what, source: Arc::new(source) }
    }

    pub(crate) fn files(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| StorageError::Files { action, path, source: Arc::new(source) }
    }
}

fn at(actual: Option<&HeapId>) -> String {
    actual.map_or("it does not exist".to_owned(), |heap| format!("its head is {heap}"))
}

/// An error and its cause in one line: the error that made the database read-only is long gone from any chain.
fn said(error: &StorageError) -> String {
    match error {
        StorageError::Database { source, .. } => format!("{error}: {source}"),
        other => other.to_string(),
    }
}

/// Says of a database error what it interrupted.
pub(crate) trait During<T> {
    fn during(self, doing: Doing) -> Result<T, StorageError>;
}

impl<T> During<T> for rusqlite::Result<T> {
    fn during(self, doing: Doing) -> Result<T, StorageError> {
        self.map_err(|source| StorageError::Database { doing, source: Arc::new(source) })
    }
}
