//! What a request to S3 failed with: which request, on which object, and the chain of causes. Never credentials: the
//! client shows signed headers nowhere, and files are named and not quoted.

use super::S3;
use crate::blobs::BlobError;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use std::{error::Error, sync::Arc};

/// A kind of request, as it reads in "cannot ...".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteOperation {
    Check,
    Put,
    BeginParts,
    PutPart,
    CompleteParts,
    Get,
    Head,
    Delete,
    List,
}

impl std::fmt::Display for RemoteOperation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            RemoteOperation::Check => "reach the bucket",
            RemoteOperation::Put => "put",
            RemoteOperation::BeginParts => "begin to put the parts of",
            RemoteOperation::PutPart => "put a part of",
            RemoteOperation::CompleteParts => "complete the parts of",
            RemoteOperation::Get => "get",
            RemoteOperation::Head => "look for",
            RemoteOperation::Delete => "delete",
            RemoteOperation::List => "list",
        })
    }
}

/// A request that failed after all its attempts.
#[derive(Clone, Debug, thiserror::Error)]
#[error("cannot {operation} s3://{bucket}/{name}{}", said(.code, .source.as_ref()))]
pub struct RemoteError {
    pub operation: RemoteOperation,
    pub bucket: String,
    /// The key of the object, with the prefix.
    pub name: String,
    /// The server's code, for example `SlowDown`.
    pub code: Option<String>,
    pub source: Arc<dyn Error + Send + Sync>,
}

/// The server answered, and not what it must answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Strange {
    #[error("the server confirmed without an ETag, which no S3 server does")]
    NoETag,
    #[error("the server gave no id for the upload")]
    NoUpload,
    #[error("the answer was not complete within the time of an operation")]
    Slow,
    #[error("the store has more parts than S3 allows; raise storage.s3.part_mb")]
    TooManyParts,
    #[error("it does not hold the name of a database, which the server wrote to it")]
    NoOwner,
}

/// The server's own code; or else the innermost cause, which says most of a connection that failed.
fn said(code: &Option<String>, source: &(dyn Error + Send + Sync + 'static)) -> String {
    if let Some(code) = code {
        return format!(": {code}");
    }
    let mut cause: &dyn Error = source;
    while let Some(next) = cause.source() {
        cause = next;
    }
    format!(": {cause}")
}

impl S3 {
    pub(super) fn failed<E>(
        &self,
        operation: RemoteOperation,
        name: &str,
        error: SdkError<E>,
    ) -> BlobError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let code = error.code().map(str::to_owned);
        self.remote(operation, name, code, Arc::new(error))
    }

    pub(super) fn strange(
        &self,
        operation: RemoteOperation,
        name: &str,
        strange: Strange,
    ) -> BlobError {
        self.remote(operation, name, None, Arc::new(strange))
    }

    pub(super) fn remote(
        &self,
        operation: RemoteOperation,
        name: &str,
        code: Option<String>,
        source: Arc<dyn Error + Send + Sync>,
    ) -> BlobError {
        let (bucket, name) = (self.options.bucket.clone(), name.to_owned());
        BlobError::Remote(Box::new(RemoteError { operation, bucket, name, code, source }))
    }
}

/// The server says that there is no such object, and not merely no such bucket.
pub(super) fn is_missing<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    let status = error.raw_response().map(|response| response.status().as_u16());
    status == Some(404) && error.code() != Some("NoSuchBucket")
}
