//! Putting a large object in parts, which appears whole when the last request succeeds. Parts of an upload that was
//! neither completed nor aborted (the server died) are invisible and cost money: buckets have a lifecycle rule for them
//! (AbortIncompleteMultipartUpload).

use super::{RemoteOperation, S3, failure::Strange, write::CONTENT_TYPE};
use crate::blobs::BlobError;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};

/// Parts on their way at once.
const AT_ONCE: usize = 4;
/// S3's own bound.
const PARTS_MAX: usize = 10_000;

impl S3 {
    pub(super) async fn put_parts(&self, name: &str, bytes: Bytes) -> Result<(), BlobError> {
        let size = usize::try_from(self.options.part_bytes).unwrap_or(usize::MAX);
        if bytes.len().div_ceil(size) > PARTS_MAX {
            return Err(self.strange(RemoteOperation::BeginParts, name, Strange::TooManyParts));
        }
        let request = self.client.create_multipart_upload().bucket(&self.options.bucket);
        let begun = request.key(name).content_type(CONTENT_TYPE).send().await;
        let begun = begun.map_err(|error| self.failed(RemoteOperation::BeginParts, name, error))?;
        let no_upload = || self.strange(RemoteOperation::BeginParts, name, Strange::NoUpload);
        let upload = begun.upload_id().ok_or_else(no_upload)?;
        let done = self.put_all(name, upload, bytes, size).await;
        if done.is_err() {
            self.abort(name, upload).await;
        }
        done
    }

    async fn put_all(
        &self,
        name: &str,
        upload: &str,
        bytes: Bytes,
        size: usize,
    ) -> Result<(), BlobError> {
        let starts = (0..bytes.len()).step_by(size);
        let parts = starts.zip(1..).map(|(start, number)| {
            let end = bytes.len().min(start + size);
            self.put_part(name, upload, number, bytes.slice(start..end))
        });
        let parts = stream::iter(parts).buffered(AT_ONCE).try_collect().await?;
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let request = self.client.complete_multipart_upload().bucket(&self.options.bucket);
        let request = request.key(name).upload_id(upload).multipart_upload(parts);
        let operation = RemoteOperation::CompleteParts;
        let output = request.send().await.map_err(|error| self.failed(operation, name, error))?;
        let confirmed = output.e_tag().is_some();
        confirmed.then_some(()).ok_or_else(|| self.strange(operation, name, Strange::NoETag))
    }

    async fn put_part(
        &self,
        name: &str,
        upload: &str,
        number: i32,
        bytes: Bytes,
    ) -> Result<CompletedPart, BlobError> {
        let request = self.client.upload_part().bucket(&self.options.bucket).key(name);
        let request = request.upload_id(upload).part_number(number).body(bytes.into());
        let operation = RemoteOperation::PutPart;
        let output = request.send().await.map_err(|error| self.failed(operation, name, error))?;
        let tag = output.e_tag().ok_or_else(|| self.strange(operation, name, Strange::NoETag))?;
        let part = CompletedPart::builder().part_number(number).e_tag(tag);
        // S3 compares these with the parts it has, if they were sent with them.
        Ok(part
            .set_checksum_crc32(output.checksum_crc32().map(str::to_owned))
            .set_checksum_crc64_nvme(output.checksum_crc64_nvme().map(str::to_owned))
            .build())
    }

    async fn abort(&self, name: &str, upload: &str) {
        let request = self.client.abort_multipart_upload().bucket(&self.options.bucket);
        if let Err(error) = request.key(name).upload_id(upload).send().await {
            tracing::warn!(
                object = name, %upload, error = %aws_sdk_s3::error::DisplayErrorContext(&error),
                "an upload in parts could not be aborted; its parts stay until the bucket's lifecycle rule removes them"
            );
        }
    }
}
