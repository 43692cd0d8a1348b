//! A second opinion on S3: moto, which this test starts by itself. `cargo xtask s3` installs it and runs this; by hand:
//! MCP_V8_MOTO_PYTHON=<a Python that has moto> cargo test --release -p mcp-v8-storage --test it -- --ignored moto

use crate::{blobs::*, s3::in_a_missing_bucket_nothing_is_merely_absent, s3_server, sealed::*};
use mcp_v8_storage::{Blobs, DatabaseId};
use std::{
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

struct Moto {
    child: Child,
    dir: TempDir,
    address: SocketAddr,
}

impl Drop for Moto {
    fn drop(&mut self) {
        // Already gone is fine too.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Moto {
    async fn start() -> Self {
        let python = std::env::var_os("MCP_V8_MOTO_PYTHON")
            .expect("MCP_V8_MOTO_PYTHON names a Python with moto: run `cargo xtask s3`");
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("it is bound");
        drop(free);
        let program = "from moto.server import main; main()";
        let port = address.port().to_string();
        let child = Command::new(python)
            .args(["-c", program, "-H", "127.0.0.1", "-p", &port])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python can be started");
        let dir = TempDir::new().expect("a temporary directory");
        s3_server::credentials(dir.path(), s3_server::KEY_ID, s3_server::SECRET);
        let mut moto = Self { child, dir, address };
        let started = async {
            while !moto.make_bucket().await {
                assert!(moto.child.try_wait().expect("it is ours").is_none(), "moto ended");
                // tidy: allow-sleep the condition is polled: a process of others' making has no event for it
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), started).await.expect("moto starts");
        moto
    }

    /// The one request that our client never makes, by hand; moto asks for no signature.
    async fn make_bucket(&self) -> bool {
        let Ok(mut socket) = TcpStream::connect(self.address).await else { return false };
        let head = format!(
            "PUT /{} HTTP/1.1\r\nhost: {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            s3_server::BUCKET,
            self.address
        );
        let mut answer = String::new();
        let sent = socket.write_all(head.as_bytes()).await;
        sent.is_ok()
            && socket.read_to_string(&mut answer).await.is_ok()
            && answer.lines().next().is_some_and(|line| line.contains(" 200"))
    }

    fn blobs(&self) -> Blobs {
        Blobs::s3(s3_server::options(self.dir.path(), self.address), None)
            .expect("good credentials")
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs moto: run by `cargo xtask s3`, which is part of `cargo xtask test`"]
async fn moto_agrees_with_everything_that_a_store_promises() {
    let moto = Moto::start().await;
    moto.blobs().check().await.expect("the bucket was made");
    a_blob_is_read_back_exactly_and_only_under_its_key(moto.blobs()).await;
    a_blob_above_the_cap_is_not_read(moto.blobs()).await;
    a_deleted_blob_is_gone_and_deleting_it_again_is_fine(moto.blobs()).await;
    let large = noise(1, 12 << 20);
    put(&moto.blobs(), key("large", 1, 1), large.clone()).await;
    assert!(get(&moto.blobs(), key("large", 1, 1)).await.is_some_and(|found| found == large));
    let [one, two] = [1, 2].map(|byte| DatabaseId([byte; 16]));
    moto.blobs().own(one).await.expect("the prefix is nobody's");
    moto.blobs().own(one).await.expect("it is its own");
    moto.blobs().own(two).await.expect_err("it is the other's");
    let mut elsewhere = s3_server::options(moto.dir.path(), moto.address);
    elsewhere.bucket = "elsewhere".to_owned();
    let elsewhere = Blobs::s3(elsewhere, None).expect("good credentials");
    in_a_missing_bucket_nothing_is_merely_absent(&elsewhere).await;
    elsewhere.put(key("t", 1, 1), "x".into()).await.expect_err("no bucket");
    // What follows counts what is there.
    empty(&moto.blobs()).await;
    many_at_once_neither_lose_nor_mix_blobs(moto.blobs()).await;
    empty(&moto.blobs()).await;
    pages_put_together_are_all_blobs_in_order(moto.blobs()).await;
}

async fn empty(blobs: &Blobs) {
    for entry in blobs.list(None, None).await.expect("moto works").entries {
        blobs.delete(entry.key).await.expect("moto works");
    }
}
