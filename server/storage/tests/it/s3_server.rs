//! Stores that use the S3 server of the fixture. Not a test.

pub use crate::s3_fixture::*;

use mcp_v8_storage::{Blobs, CacheOptions, S3Options};
use std::{net::SocketAddr, path::Path, time::Duration};

impl Server {
    pub fn options(&self) -> S3Options {
        options(self.dir.path(), self.address)
    }

    pub fn blobs(&self) -> Blobs {
        Blobs::s3(self.options(), None).expect("good credentials")
    }

    pub fn cached(&self, bytes_max: u64) -> Blobs {
        Blobs::s3(self.options(), Some(self.cache(bytes_max))).expect("good credentials")
    }

    pub fn cache(&self, bytes_max: u64) -> CacheOptions {
        CacheOptions { path: self.dir.path().join("cache"), bytes_max }
    }
}

pub fn options(dir: &Path, address: SocketAddr) -> S3Options {
    S3Options {
        bucket: BUCKET.to_owned(),
        prefix: "state".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: Some(format!("http://{address}")),
        force_path_style: true,
        access_key_id_file: dir.join("access_key_id"),
        secret_access_key_file: dir.join("secret_access_key"),
        session_token_file: None,
        connect_timeout: Duration::from_secs(3),
        attempt_timeout: Duration::from_secs(20),
        operation_timeout: Duration::from_secs(60),
        attempts: 3,
        part_bytes: 5 << 20,
    }
}
