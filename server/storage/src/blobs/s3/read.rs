//! Getting, finding, deleting and listing objects. Not putting them.

use super::{
    RemoteOperation, S3,
    failure::{Strange, is_missing},
};
use crate::{
    Timestamp,
    blobs::{BlobEntry, BlobError, BlobKey, BlobPage, LIST_MAX, TenantKey},
};
use aws_sdk_s3::primitives::ByteStream;
use bytes::{Bytes, BytesMut};
use std::sync::Arc;

impl S3 {
    /// The object. The client retries until an answer begins; a body that breaks off is asked for again here.
    pub async fn get(&self, key: &BlobKey, limit: u64) -> Result<Option<Bytes>, BlobError> {
        let name = self.name_of(key);
        let all = async {
            let mut attempt = 1;
            loop {
                match self.get_once(key, &name, limit).await {
                    Err(Broken::Body(_)) if attempt < self.options.attempts => attempt += 1,
                    Err(Broken::Body(error) | Broken::Final(error)) => return Err(error),
                    Ok(found) => return Ok(found),
                }
            }
        };
        let slow = |_| Err(self.strange(RemoteOperation::Get, &name, Strange::Slow));
        tokio::time::timeout(self.options.operation_timeout, all).await.unwrap_or_else(slow)
    }

    async fn get_once(
        &self,
        key: &BlobKey,
        name: &str,
        limit: u64,
    ) -> Result<Option<Bytes>, Broken> {
        let request = self.client.get_object().bucket(&self.options.bucket).key(name);
        let output = match request.send().await {
            Ok(output) => output,
            // Not every server tells a missing bucket from a missing object here.
            Err(error) if is_missing(&error) => {
                return self.check().await.map(|()| None).map_err(Broken::Final);
            }
            Err(error) => {
                return Err(Broken::Final(self.failed(RemoteOperation::Get, name, error)));
            }
        };
        let length = output.content_length().and_then(|length| u64::try_from(length).ok());
        let too_large = |bytes| Broken::Final(BlobError::TooLarge { key: *key, bytes, limit });
        if let Some(length) = length.filter(|length| *length > limit) {
            return Err(too_large(length));
        }
        let body = collect(output.body, length.unwrap_or_default(), limit).await;
        let body = body.map_err(|error| {
            Broken::Body(self.remote(RemoteOperation::Get, name, None, Arc::new(error)))
        })?;
        body.map(Some).ok_or_else(|| too_large(limit.saturating_add(1)))
    }

    pub async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        let name = self.name_of(key);
        match self.client.head_object().bucket(&self.options.bucket).key(&name).send().await {
            Ok(_) => Ok(true),
            // An answer to HEAD has no body that would tell an object from its bucket.
            Err(error) if is_missing(&error) => self.check().await.map(|()| false),
            Err(error) => Err(self.failed(RemoteOperation::Head, &name, error)),
        }
    }

    pub async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        let name = self.name_of(key);
        match self.client.delete_object().bucket(&self.options.bucket).key(&name).send().await {
            Err(error) if !is_missing(&error) => {
                Err(self.failed(RemoteOperation::Delete, &name, error))
            }
            _ => Ok(()),
        }
    }

    pub async fn list(
        &self,
        tenant: Option<TenantKey>,
        after: Option<BlobKey>,
    ) -> Result<BlobPage, BlobError> {
        let within = tenant.map(|tenant| format!("{tenant}/")).unwrap_or_default();
        let prefix = self.prefixed(&within);
        let mut entries: Vec<BlobEntry> = Vec::new();
        let mut start_after = after.map(|after| self.name_of(&after));
        loop {
            let request = self.client.list_objects_v2().bucket(&self.options.bucket);
            let request = request.prefix(&prefix).set_start_after(start_after);
            let sent = request.max_keys(LIST_MAX as i32).send().await;
            let page = sent.map_err(|error| self.failed(RemoteOperation::List, &prefix, error))?;
            start_after = page.contents().last().and_then(|object| object.key().map(str::to_owned));
            entries.extend(page.contents().iter().filter_map(|object| self.entry(object)));
            // A page of names that are not ours is no end.
            if entries.len() > LIST_MAX
                || page.is_truncated() != Some(true)
                || start_after.is_none()
            {
                return Ok(BlobPage::cut(entries));
            }
        }
    }

    fn entry(&self, object: &aws_sdk_s3::types::Object) -> Option<BlobEntry> {
        let name = object.key()?.strip_prefix(&self.prefixed(""))?;
        let modified = object.last_modified().and_then(|at| at.to_millis().ok());
        Some(BlobEntry {
            key: name.parse().ok()?,
            bytes: object.size().and_then(|size| u64::try_from(size).ok())?,
            modified: Timestamp(modified.unwrap_or_default()),
        })
    }
}

enum Broken {
    /// After a good beginning: to be tried again.
    Body(BlobError),
    Final(BlobError),
}

/// The body; `None` above the limit, whatever length was announced.
async fn collect(
    mut body: ByteStream,
    length: u64,
    limit: u64,
) -> Result<Option<Bytes>, aws_sdk_s3::primitives::ByteStreamError> {
    let mut bytes = BytesMut::with_capacity(length as usize);
    while let Some(part) = body.try_next().await? {
        if (bytes.len() + part.len()) as u64 > limit {
            return Ok(None);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(Some(bytes.freeze()))
}
