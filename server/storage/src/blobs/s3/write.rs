//! Putting an object in one request. Larger ones: `multipart`.

use super::{RemoteOperation, S3, failure::Strange};
use crate::blobs::{BlobError, BlobKey};
use bytes::Bytes;
use std::sync::Arc;

impl S3 {
    /// Puts an object, whole or not at all. A retry after a lost answer puts the same bytes again.
    pub async fn put(self: &Arc<Self>, key: &BlobKey, bytes: Bytes) -> Result<(), BlobError> {
        let name = self.name_of(key);
        if bytes.len() as u64 <= self.options.part_bytes {
            return self.put_once(&name, bytes).await;
        }
        // On a task of its own: what was begun is completed or aborted even if nobody waits for it any more.
        let own = self.clone();
        match tokio::spawn(async move { own.put_parts(&name, bytes).await }).await {
            Ok(result) => result,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(BlobError::Closed),
        }
    }

    async fn put_once(&self, name: &str, bytes: Bytes) -> Result<(), BlobError> {
        let request = self.client.put_object().bucket(&self.options.bucket).key(name);
        let sent = request.content_type(CONTENT_TYPE).body(bytes.into()).send().await;
        let output = sent.map_err(|error| self.failed(RemoteOperation::Put, name, error))?;
        // Something between us and the bucket may answer 200 to anything.
        let confirmed = output.e_tag().is_some();
        confirmed
            .then_some(())
            .ok_or_else(|| self.strange(RemoteOperation::Put, name, Strange::NoETag))
    }
}

pub(super) const CONTENT_TYPE: &str = "application/octet-stream";
