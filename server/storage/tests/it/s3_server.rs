//! An S3 server in this process (s3s-fs) with one bucket, and stores that use it. Not a test.

use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use mcp_v8_storage::{Blobs, CacheOptions, S3Options};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use std::{
    fs::{self, Permissions},
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

pub const BUCKET: &str = "heaps";
pub const KEY_ID: &str = "AKIDEXAMPLE";
pub const SECRET: &str = "sEcReTsEcReTsEcReT";

pub struct Server {
    pub dir: TempDir,
    pub address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Server {
    pub async fn start() -> Self {
        let dir = TempDir::new().expect("a temporary directory");
        fs::create_dir_all(dir.path().join("server").join(BUCKET)).expect("it is ours");
        let files = s3s_fs::FileSystem::new(dir.path().join("server")).expect("it is there");
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let accepting = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let server = Builder::new(TokioExecutor::new());
                    // A client that went away is what some of the tests are about.
                    let _ = server.serve_connection(TokioIo::new(socket), service).await;
                });
            }
        });
        credentials(dir.path(), KEY_ID, SECRET);
        Self { dir, address, accepting }
    }

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

    /// The file of an object.
    pub fn object(&self, name: impl std::fmt::Display) -> PathBuf {
        self.dir.path().join("server").join(BUCKET).join("state").join(name.to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
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

pub fn credentials(dir: &Path, id: &str, secret: &str) {
    for (name, text) in [("access_key_id", id), ("secret_access_key", secret)] {
        let path = dir.join(name);
        fs::write(&path, format!("{text}\n")).expect("it is ours");
        fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("it is ours");
    }
}
