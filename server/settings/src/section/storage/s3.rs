//! `[storage.s3]`: the bucket of checkpoints. Not the client: that is the storage crate's.

use super::{checked, needs};
use crate::measure::{Measure, Unit};
use crate::problem::Problem;
use crate::resolver::Resolver;
use crate::section::http::is_origin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct S3Table {
    /// The bucket. It must exist; a lifecycle rule that removes incomplete multipart uploads is advised.
    #[schemars(example = "mcp-v8-heaps")]
    bucket: Option<String>,
    /// What the name of every object starts with, for example prod/heaps, so that a bucket can be shared. Empty:
    /// nothing. It belongs to one server: the object owner below it names the database in storage.path, and a server
    /// with another database does not start.
    prefix: String,
    /// The region. us-east-1: what servers that have no regions expect.
    region: String,
    /// URL of a server other than AWS, scheme, host and port. Left out: AWS in that region.
    #[schemars(example = "https://s3.example.org:3900")]
    endpoint: Option<String>,
    /// Whether the bucket stands in the path of a URL and not in the name of the host. false: as AWS wants it; most
    /// other servers need true.
    force_path_style: bool,
    /// File with the access key id. Nothing else is asked for credentials: no environment, profile or metadata service.
    #[schemars(example = "/run/credentials/mcp-v8.service/s3_access_key_id")]
    access_key_id_file: Option<PathBuf>,
    /// File with the secret access key; like all these it is read for every request, so that a new one needs no restart,
    /// and refused when others than its owner can read it.
    #[schemars(example = "/run/credentials/mcp-v8.service/s3_secret_access_key")]
    secret_access_key_file: Option<PathBuf>,
    /// File with the session token of temporary credentials. Left out: the credentials are permanent.
    #[schemars(example = "/run/credentials/mcp-v8.service/s3_session_token")]
    session_token_file: Option<PathBuf>,
    /// Time to connect, seconds. 3: longer only on a broken network.
    connect_timeout_secs: u64,
    /// Time of one attempt at one request, seconds. 30: a part of 8 MiB over a slow line.
    attempt_timeout_secs: u64,
    /// Time of all attempts at one request, seconds. 120: four attempts with waits between them.
    operation_timeout_secs: u64,
    /// Attempts at one request. 4: what S3's own busy answers need.
    attempts: u32,
    /// Largest checkpoint sent in one request, and size of the parts of a larger one, MiB. 8: most checkpoints are one
    /// request.
    part_mb: u64,
}

impl Default for S3Table {
    fn default() -> Self {
        Self {
            bucket: None,
            prefix: String::new(),
            region: "us-east-1".to_owned(),
            endpoint: None,
            force_path_style: false,
            access_key_id_file: None,
            secret_access_key_file: None,
            session_token_file: None,
            connect_timeout_secs: 3,
            attempt_timeout_secs: 30,
            operation_timeout_secs: 120,
            attempts: 4,
            part_mb: 8,
        }
    }
}

/// The bucket of checkpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3 {
    pub bucket: String,
    /// Without slashes at its ends; empty for none.
    pub prefix: String,
    pub region: String,
    /// `None`: AWS.
    pub endpoint: Option<String>,
    pub force_path_style: bool,
    pub access_key_id_file: PathBuf,
    pub secret_access_key_file: PathBuf,
    pub session_token_file: Option<PathBuf>,
    pub connect_timeout: Duration,
    pub attempt_timeout: Duration,
    pub operation_timeout: Duration,
    pub attempts: u32,
    pub part_bytes: u64,
}

impl S3 {
    /// Keys and paths of the files with credentials.
    pub(crate) fn credential_files(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let id = ("storage.s3.access_key_id_file", self.access_key_id_file.as_path());
        let secret = ("storage.s3.secret_access_key_file", self.secret_access_key_file.as_path());
        let token = self.session_token_file.as_deref();
        [id, secret].into_iter().chain(token.map(|path| ("storage.s3.session_token_file", path)))
    }
}

impl S3Table {
    pub(super) fn resolve(self, used: bool, resolver: &mut Resolver<'_>) -> S3 {
        self.check(resolver);
        let file = |key: &'static str, path: Option<&Path>, resolver: &mut Resolver<'_>| match path
        {
            Some(path) => checked(key, path, resolver),
            None => {
                if used {
                    needs(key, resolver);
                }
                PathBuf::new()
            }
        };
        if used && self.bucket.is_none() {
            needs("storage.s3.bucket", resolver);
        }
        S3 {
            access_key_id_file: file(
                "storage.s3.access_key_id_file",
                self.access_key_id_file.as_deref(),
                resolver,
            ),
            secret_access_key_file: file(
                "storage.s3.secret_access_key_file",
                self.secret_access_key_file.as_deref(),
                resolver,
            ),
            session_token_file: self
                .session_token_file
                .as_deref()
                .map(|path| checked("storage.s3.session_token_file", path, resolver)),
            bucket: self.bucket.unwrap_or_default(),
            prefix: self.prefix,
            region: self.region,
            endpoint: self.endpoint,
            force_path_style: self.force_path_style,
            connect_timeout: Duration::from_secs(self.connect_timeout_secs),
            attempt_timeout: Duration::from_secs(self.attempt_timeout_secs),
            operation_timeout: Duration::from_secs(self.operation_timeout_secs),
            attempts: self.attempts,
            part_bytes: self.part_mb << 20,
        }
    }

    fn check(&self, resolver: &mut Resolver<'_>) {
        if self.bucket.as_deref().is_some_and(|bucket| !is_bucket(bucket)) {
            resolver.refuse("storage.s3.bucket", Problem::BucketName);
        }
        if !self.prefix.is_empty() && !is_prefix(&self.prefix) {
            resolver.refuse("storage.s3.prefix", Problem::KeyPrefix);
        }
        if !is_region(&self.region) {
            resolver.refuse("storage.s3.region", Problem::Region);
        }
        if self.endpoint.as_deref().is_some_and(|endpoint| !is_endpoint(endpoint)) {
            resolver.refuse("storage.s3.endpoint", Problem::NotAnEndpoint);
        }
        let time = |key, seconds| Measure::new(key, seconds, Unit::Seconds);
        let attempt = time(&["storage.s3.attempt_timeout_secs"], self.attempt_timeout_secs);
        let connect = time(&["storage.s3.connect_timeout_secs"], self.connect_timeout_secs);
        let operation = time(&["storage.s3.operation_timeout_secs"], self.operation_timeout_secs);
        resolver.at_most(connect, attempt);
        resolver.at_most(attempt, operation);
    }
}

/// Wider than what AWS takes today (Amazon S3 User Guide, "General purpose bucket naming rules"): other servers, and
/// old buckets, have more.
fn is_bucket(text: &str) -> bool {
    (3..=63).contains(&text.len()) && is_name(text)
}

fn is_prefix(text: &str) -> bool {
    text.len() <= 256 && text.split('/').all(|name| is_name(name) && name != "." && name != "..")
}

fn is_region(text: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (1..=64).contains(&text.len()) && text.chars().all(letters)
}

fn is_endpoint(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://")) && is_origin(text)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_and_a_prefix_can_be_part_of_a_url_as_they_are() {
        for good in ["abc", "my-bucket.v1", "Old_Bucket", &"x".repeat(63)] {
            assert!(is_bucket(good), "{good}");
        }
        for bad in ["", "ab", "a/b", "a b", "bücket", "s3://abc", &"x".repeat(64)] {
            assert!(!is_bucket(bad), "{bad}");
        }
        for good in ["a", "prod/heaps", "a.b/c_d"] {
            assert!(is_prefix(good), "{good}");
        }
        for bad in ["/", "/a", "a/", "a//b", "..", "a/../b", "./a", "a b", &"x/".repeat(200)] {
            assert!(!is_prefix(bad), "{bad}");
        }
    }

    #[test]
    fn an_endpoint_is_the_url_of_a_server_without_path_or_credentials() {
        for good in ["http://127.0.0.1:9000", "https://s3.example.org", "http://[::1]:9000"] {
            assert!(is_endpoint(good), "{good}");
        }
        for bad in ["", "s3.example.org", "ftp://a", "https://a/b", "https://u:p@a", "https://"] {
            assert!(!is_endpoint(bad), "{bad}");
        }
    }
}
