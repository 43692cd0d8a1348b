//! Why a blob cannot be stored or read. Never that it is missing: that is an answer.

use super::{BlobKey, RemoteError, Step, s3::CredentialFileError};
use crate::DatabaseId;
use mcp_v8_sandbox::Code;
use std::{io, path::PathBuf, sync::Arc};

/// What went wrong. Cheap to clone.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BlobError {
    #[error("cannot {step} {}", path.display())]
    Disk { step: Step, path: PathBuf, source: Arc<io::Error> },
    #[error(
        "the store of checkpoints is read-only until the server is started again: earlier it said `{}`, and after that nothing is known to reach the disk", said(.0)
    )]
    ReadOnly(Box<BlobError>),
    #[error("checkpoint {} has {bytes} bytes, and at most {limit} are read", key.id)]
    TooLarge { key: BlobKey, bytes: u64, limit: u64 },
    #[error(transparent)]
    Remote(Box<RemoteError>),
    #[error("the credentials of S3 cannot be used")]
    Credentials(#[source] Arc<CredentialFileError>),
    #[error(
        "{object} names database {owner} as the one that may use this prefix, and this server's is {database}: each server needs a prefix of its own (storage.s3.prefix). Only if that other database is gone for good, with all its servers, delete that object: this server then takes the prefix, and removes the checkpoints in it"
    )]
    NotOwner { object: String, owner: String, database: DatabaseId },
    #[error("the store in memory holds at most {limit} bytes")]
    Full { limit: u64 },
    #[error("the store of checkpoints is closed")]
    Closed,
}

impl BlobError {
    /// The code programs read.
    pub fn code(&self) -> Code {
        match self {
            BlobError::TooLarge { .. } => Code::LimitSize,
            BlobError::Closed => Code::UnavailableDraining,
            BlobError::Disk { .. }
            | BlobError::ReadOnly(_)
            | BlobError::Remote(_)
            | BlobError::Credentials(_)
            | BlobError::NotOwner { .. }
            | BlobError::Full { .. } => Code::ErrorStorage,
        }
    }
}

/// An error and its cause in one line: the error that made a store read-only is long gone from any chain.
fn said(error: &BlobError) -> String {
    match error {
        BlobError::Disk { source, .. } => format!("{error}: {source}"),
        other => other.to_string(),
    }
}
