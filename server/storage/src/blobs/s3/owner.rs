//! Whose the prefix is: an object under it names the one database whose server may write and delete there. Two of them
//! would each remove the other's blobs, which no row of its own names. Not a lease: it is never given back by itself,
//! because blobs without their database are of use to nobody.
//!
//! The object is made by a conditional write (Amazon S3 User Guide, "Prevent object overwrites with conditional
//! writes"), so that of two servers that start at once only one gets the prefix. A server that refuses conditions gets
//! an unconditional write and a second look, which leaves a gap of a request between two such starts.

use super::{
    RemoteOperation, S3,
    failure::{Strange, is_missing},
};
use crate::{DatabaseId, blobs::BlobError};
use aws_sdk_s3::{error::ProvideErrorMetadata, primitives::ByteStream};

const NAME: &str = "owner";

/// More than a name has: whatever is longer was not written by a server.
const BYTES_MAX: i64 = 256;

/// Looks before it is given up: somebody who is there first is seen in the second one.
const LOOKS: u32 = 3;

impl S3 {
    /// Takes the prefix for a database, for good; fine if it has it already.
    ///
    /// # Errors
    /// [`BlobError::NotOwner`] when another has it.
    pub async fn own(&self, database: DatabaseId) -> Result<(), BlobError> {
        for _ in 0..LOOKS {
            match self.owner().await? {
                Some(found) if found == database.to_string() => return Ok(()),
                Some(found) => return Err(self.not_owner(database, Some(found))),
                None => self.claim(database).await?,
            }
        }
        let name = self.prefixed(NAME);
        Err(self.strange(RemoteOperation::Put, &name, Strange::NoOwner))
    }

    /// Whether the prefix still is a database's. Takes nothing.
    ///
    /// # Errors
    /// [`BlobError::NotOwner`]
    pub async fn owned(&self, database: DatabaseId) -> Result<(), BlobError> {
        match self.owner().await? {
            Some(found) if found == database.to_string() => Ok(()),
            other => Err(self.not_owner(database, other)),
        }
    }

    async fn owner(&self) -> Result<Option<String>, BlobError> {
        let name = self.prefixed(NAME);
        let request = self.client.get_object().bucket(&self.options.bucket).key(&name);
        let output = match request.send().await {
            Ok(output) => output,
            Err(error) if is_missing(&error) => return self.check().await.map(|()| None),
            Err(error) => return Err(self.failed(RemoteOperation::Get, &name, error)),
        };
        if output.content_length().is_none_or(|length| length > BYTES_MAX) {
            return Err(self.strange(RemoteOperation::Get, &name, Strange::NoOwner));
        }
        let body = output.body.collect().await.map_err(|error| {
            self.remote(RemoteOperation::Get, &name, None, std::sync::Arc::new(error))
        })?;
        Ok(Some(String::from_utf8_lossy(&body.into_bytes()).trim().to_owned()))
    }

    /// Writes the name where there is none. Who has it then is for another look to say.
    async fn claim(&self, database: DatabaseId) -> Result<(), BlobError> {
        let name = self.prefixed(NAME);
        let put = || {
            let body = ByteStream::from(format!("{database}\n").into_bytes());
            let request = self.client.put_object().bucket(&self.options.bucket).key(&name);
            request.content_type("text/plain").body(body)
        };
        let Err(error) = put().if_none_match("*").send().await else { return Ok(()) };
        let status = error.raw_response().map(|response| response.status().as_u16());
        match (status, error.code()) {
            // Somebody was first, this server among them: an answer may have been lost.
            (Some(412 | 409), _) => Ok(()),
            (Some(501), _) | (_, Some("NotImplemented")) => {
                let sent = put().send().await.map(drop);
                sent.map_err(|error| self.failed(RemoteOperation::Put, &name, error))
            }
            _ => Err(self.failed(RemoteOperation::Put, &name, error)),
        }
    }

    fn not_owner(&self, database: DatabaseId, owner: Option<String>) -> BlobError {
        let object = format!("s3://{}/{}", self.options.bucket, self.prefixed(NAME));
        let owner = owner.unwrap_or_else(|| "nobody".to_owned());
        BlobError::NotOwner { object, owner, database }
    }
}
