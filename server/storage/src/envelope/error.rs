//! Why a checkpoint cannot be sealed, or is not trusted. Not that it is missing: that is for `blobs` to say.

use crate::KeyringError;
use mcp_v8_sandbox::Code;
use std::{io, sync::Arc};

/// Why there is no envelope, or no checkpoint out of one.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EnvelopeError {
    #[error("the stored checkpoint is not trusted: {why}")]
    Untrusted { why: Why },
    #[error("the state has {bytes} bytes and storage.max_checkpoint_mb allows {limit}")]
    TooLarge { bytes: u64, limit: u64 },
    #[error("the name of the tenant is longer than {} bytes", super::TENANT_BYTES_MAX)]
    TenantTooLong,
    #[error("the state cannot be compressed")]
    Compress { source: Arc<io::Error> },
    #[error("the state cannot be encrypted")]
    Encrypt,
    #[error(transparent)]
    Keys(Arc<KeyringError>),
}

/// What is wrong with bytes that claim to be a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error("it is no checkpoint")]
    Magic,
    #[error("its format is {found}, this server knows {known}")]
    Format { found: u16, known: u16 },
    #[error("it is cut off, or has something behind its end")]
    Length,
    #[error("its header says what no header says")]
    Header,
    #[error("no key of the key file sealed it (it names {0})")]
    UnknownKey(String),
    #[error("it was changed after it was sealed")]
    Mac,
    #[error("it belongs to another tenant")]
    Tenant,
    #[error("it is another checkpoint than the one that was asked for")]
    Id,
    #[error("its content is not what its header says")]
    Content,
}

impl EnvelopeError {
    /// The code programs read.
    pub fn code(&self) -> Code {
        match self {
            EnvelopeError::Untrusted { .. } => Code::ErrorSnapshotUntrusted,
            EnvelopeError::TooLarge { .. } => Code::LimitSize,
            EnvelopeError::TenantTooLong => Code::ErrorRequest,
            EnvelopeError::Compress { .. } | EnvelopeError::Encrypt | EnvelopeError::Keys(_) => {
                Code::ErrorStorage
            }
        }
    }
}

impl From<Why> for EnvelopeError {
    fn from(why: Why) -> Self {
        Self::Untrusted { why }
    }
}

impl From<KeyringError> for EnvelopeError {
    fn from(error: KeyringError) -> Self {
        Self::Keys(Arc::new(error))
    }
}
