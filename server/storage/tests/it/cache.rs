//! A cache in front of a bucket: faster while it is well, and no worse than the bucket when it is not.

use crate::{blobs::*, proxy::*, s3_server::*, sealed::*};
use mcp_v8_storage::{BlobKey, Blobs, CacheOptions};
use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::PathBuf,
    sync::atomic::Ordering,
};

/// A bucket behind a counting proxy, and a cache.
struct Setup {
    server: Server,
    proxy: Proxy,
    cache: CacheOptions,
}

impl Setup {
    async fn new(bytes_max: u64) -> Self {
        let server = Server::start().await;
        let proxy = Proxy::start(server.address, |_, _: &str| Fault::None).await;
        let cache = server.cache(bytes_max);
        Self { server, proxy, cache }
    }

    fn blobs(&self) -> Blobs {
        let options = options(self.server.dir.path(), self.proxy.address);
        Blobs::s3(options, Some(self.cache.clone())).expect("good credentials")
    }

    fn file(&self, key: BlobKey) -> PathBuf {
        self.cache.path.join(key.to_string())
    }

    /// How many requests reached the server since the last time.
    fn requests(&self) -> usize {
        self.proxy.requests.swap(0, Ordering::Relaxed)
    }

    fn cached_bytes(&self) -> u64 {
        fn size(dir: &std::path::Path) -> u64 {
            let entries =
                fs::read_dir(dir).expect("it is there").map(|entry| entry.expect("readable"));
            let size = |entry: fs::DirEntry| match entry.path().is_dir() {
                true => size(&entry.path()),
                false => entry.metadata().expect("it is there").size(),
            };
            entries.map(size).sum()
        }
        size(&self.cache.path)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_or_got_is_not_asked_for_again_and_survives_a_restart() {
    let setup = Setup::new(1 << 20).await;
    let blobs = setup.blobs();
    put(&blobs, key("t", 1, 1), "one").await;
    put(&setup.server.blobs(), key("t", 2, 2), "two").await;
    assert_eq!(setup.requests(), 1);
    for _ in 0..3 {
        assert_eq!(get(&blobs, key("t", 1, 1)).await.as_deref(), Some(&b"one"[..]));
        assert_eq!(get(&blobs, key("t", 2, 2)).await.as_deref(), Some(&b"two"[..]));
    }
    assert_eq!(setup.requests(), 1, "two came from the server once");
    drop(blobs);
    let blobs = setup.blobs();
    assert_eq!(get(&blobs, key("t", 1, 1)).await.as_deref(), Some(&b"one"[..]));
    assert_eq!(setup.requests(), 0, "the index was rebuilt");
    assert!(blobs.get(key("t", 1, 1), 2).await.is_err(), "the cap holds here too");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cache_never_grows_beyond_its_bound_and_the_longest_unused_goes_first() {
    let setup = Setup::new(10_000).await;
    let blobs = setup.blobs();
    for at in 1..=3 {
        put(&blobs, key("t", at, at), noise(at.into(), 3000)).await;
    }
    get(&blobs, key("t", 1, 1)).await;
    put(&blobs, key("t", 4, 4), noise(4, 3000)).await;
    put(&blobs, key("t", 5, 5), noise(5, 20_000)).await;
    assert!(setup.cached_bytes() <= 10_000);
    setup.requests();
    for (at, requests) in [(1, 0), (3, 0), (4, 0), (2, 1), (5, 1)] {
        assert!(get(&blobs, key("t", at, at)).await.is_some());
        assert_eq!(setup.requests(), requests, "{at}");
    }
    drop(blobs);
    let smaller = CacheOptions { bytes_max: 4000, ..setup.cache.clone() };
    let reopened = Blobs::s3(setup.server.options(), Some(smaller)).expect("good credentials");
    assert!(setup.cached_bytes() <= 4000, "a smaller bound holds from the start");
    assert!(get(&reopened, key("t", 1, 1)).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_cached_file_is_replaced_from_the_bucket() {
    let setup = Setup::new(1 << 20).await;
    let blobs = setup.blobs();
    let envelopes = envelopes();
    let (key, bytes) = blob(&envelopes, "t", 1, 1000);
    put(&blobs, key, bytes.clone()).await;
    for damaged in [&bytes[..700], &[&bytes[..], b"more"].concat(), b""] {
        fs::write(setup.file(key), damaged).expect("it is ours");
        assert_eq!(get(&blobs, key).await.as_ref(), Some(&bytes), "its length gives it away");
    }
    let mut flipped = bytes.to_vec();
    flipped[500] ^= 1;
    fs::write(setup.file(key), &flipped).expect("it is ours");
    let got = get(&blobs, key).await.expect("it is there");
    envelopes.open("t", key.id, got).expect_err("the envelope gives it away");
    assert!(blobs.forget(key).await, "so there is another place to ask");
    let got = get(&blobs, key).await.expect("it is there");
    envelopes.open("t", key.id, got).expect("the bucket has it whole");
    assert!(blobs.forget(key).await && !blobs.forget(key).await);
    assert!(!setup.server.blobs().forget(key).await, "without a cache nothing can be forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_that_is_removed_or_cannot_be_written_fails_nothing_and_comes_back() {
    let setup = Setup::new(1 << 20).await;
    let blobs = setup.blobs();
    put(&blobs, key("t", 1, 1), "one").await;
    fs::remove_dir_all(&setup.cache.path).expect("it is ours");
    assert_eq!(get(&blobs, key("t", 1, 1)).await.as_deref(), Some(&b"one"[..]));
    put(&blobs, key("t", 2, 2), "two").await;
    setup.requests();
    assert_eq!(get(&blobs, key("t", 2, 2)).await.as_deref(), Some(&b"two"[..]));
    assert_eq!(setup.requests(), 0, "it works again");

    // A file in the way: what even root cannot write to.
    fs::remove_dir_all(&setup.cache.path).expect("it is ours");
    fs::write(&setup.cache.path, "in the way").expect("it is ours");
    fs::set_permissions(&setup.cache.path, Permissions::from_mode(0o600)).expect("it is ours");
    put(&blobs, key("t", 3, 3), "three").await;
    for (at, text) in [(1, &b"one"[..]), (2, b"two"), (3, b"three")] {
        assert_eq!(get(&blobs, key("t", at, at)).await.as_deref(), Some(text));
    }
    blobs.delete(key("t", 3, 3)).await.expect("the bucket works");
    assert_eq!(get(&blobs, key("t", 3, 3)).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bucket_did_not_take_is_not_in_the_cache() {
    let server = Server::start().await;
    let proxy = Proxy::start(server.address, |_, line: &str| match line.starts_with("PUT") {
        true => Fault::Status(503),
        false => Fault::None,
    });
    let proxy = proxy.await;
    let options = options(server.dir.path(), proxy.address);
    let blobs = Blobs::s3(options, Some(server.cache(1 << 20))).expect("good credentials");
    blobs.put(key("t", 1, 1), "x".into()).await.expect_err("the bucket is busy");
    assert_eq!(get(&blobs, key("t", 1, 1)).await, None);
}
