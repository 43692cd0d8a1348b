//! Blobs in a bucket of S3 or of what speaks its protocol. Not a cache, and nothing from the surroundings: credentials
//! come from the files that the configuration names, and no proxy, profile or metadata service is asked.
//!
//! Only what every such server has is relied upon: a key that was put is read back (strong since 2020). No listing
//! needs to be fresh and no write of a blob is conditional: whoever puts a key puts the same state, so that the last one
//! may win. Whose the prefix is: `owner`.

mod credentials;
mod failure;
mod multipart;
mod owner;
mod read;
mod write;

pub use credentials::CredentialFileError;
pub use failure::{RemoteError, RemoteOperation};

use super::{BlobError, BlobKey};
use aws_sdk_s3::{
    Client,
    config::{
        BehaviorVersion, Builder, IdentityCache, Region, RequestChecksumCalculation,
        ResponseChecksumValidation, retry::RetryConfig, timeout::TimeoutConfig,
    },
};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use credentials::FileCredentials;
use std::{path::PathBuf, time::Duration};

/// First wait before another attempt; it doubles, with jitter, up to [`BACKOFF_MAX`].
const BACKOFF: Duration = Duration::from_millis(100);
const BACKOFF_MAX: Duration = Duration::from_secs(5);

/// Where the bucket is and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Options {
    pub bucket: String,
    /// In front of all keys, without slashes at its ends; empty for none.
    pub prefix: String,
    pub region: String,
    /// URL of a server that is not AWS.
    pub endpoint: Option<String>,
    /// `https://host/bucket/key` in place of `https://bucket.host/key`.
    pub force_path_style: bool,
    pub access_key_id_file: PathBuf,
    pub secret_access_key_file: PathBuf,
    pub session_token_file: Option<PathBuf>,
    pub connect_timeout: Duration,
    /// Of one attempt.
    pub attempt_timeout: Duration,
    /// Of all attempts at one request; a blob in several parts takes several requests.
    pub operation_timeout: Duration,
    /// At least 1.
    pub attempts: u32,
    /// Largest blob in one request, and size of a part of a larger one; S3 wants at least 5 MiB.
    pub part_bytes: u64,
}

pub(super) struct S3 {
    client: Client,
    options: S3Options,
}

impl S3 {
    /// Reads the credentials once, so that a bad file is found at the start. Asks nothing of the server yet. Blocks.
    pub fn open(options: S3Options) -> Result<Self, BlobError> {
        let credentials = FileCredentials::new(&options);
        credentials.read().map_err(|error| BlobError::Credentials(error.into()))?;
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .build_https();
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(options.connect_timeout)
            .read_timeout(options.attempt_timeout)
            .operation_attempt_timeout(options.attempt_timeout)
            .operation_timeout(options.operation_timeout);
        let retries = RetryConfig::standard()
            .with_max_attempts(options.attempts)
            .with_initial_backoff(BACKOFF)
            .with_max_backoff(BACKOFF_MAX);
        let mut config = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(options.region.clone()))
            .credentials_provider(credentials)
            .identity_cache(IdentityCache::no_cache())
            .http_client(http)
            .timeout_config(timeouts.build())
            .retry_config(retries)
            .force_path_style(options.force_path_style)
            // A body in memory carries its checksum in a header, which servers that do not know it ignore.
            .request_checksum_calculation(RequestChecksumCalculation::WhenSupported)
            .response_checksum_validation(ResponseChecksumValidation::WhenSupported);
        if let Some(endpoint) = &options.endpoint {
            config = config.endpoint_url(endpoint);
        }
        Ok(Self { client: Client::from_conf(config.build()), options })
    }

    /// Whether the bucket is there and lets these credentials in.
    pub async fn check(&self) -> Result<(), BlobError> {
        let sent = self.client.head_bucket().bucket(&self.options.bucket).send().await;
        sent.map(drop).map_err(|error| self.failed(RemoteOperation::Check, "", error))
    }

    /// `s3://bucket/prefix`
    pub fn name(&self) -> String {
        format!("s3://{}/{}", self.options.bucket, self.options.prefix)
    }

    fn name_of(&self, key: &BlobKey) -> String {
        self.prefixed(&key.to_string())
    }

    fn prefixed(&self, name: &str) -> String {
        match &*self.options.prefix {
            "" => name.to_owned(),
            prefix => format!("{prefix}/{name}"),
        }
    }
}
