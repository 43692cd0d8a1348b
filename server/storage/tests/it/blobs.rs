//! What every store of blobs promises, wherever it is.

use crate::sealed::*;
use bytes::Bytes;
use mcp_v8_sandbox::{Code, HeapId};
use mcp_v8_storage::{BlobError, BlobKey, Blobs, LIST_MAX, TenantKey, Timestamp};
use tempfile::TempDir;

pub const ALL: u64 = 1 << 30;

/// Makes a test of each function: in memory, in a directory, in a bucket, and in a bucket with a cache in front.
macro_rules! everywhere {
    ($($name:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Blobs::memory(super::ALL)).await;
            })*
        }
        mod directory {
            $(#[tokio::test]
            async fn $name() {
                let dir = tempfile::TempDir::new().expect("a temporary directory");
                super::$name(super::in_dir(&dir)).await;
            })*
        }
        mod bucket {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let server = crate::s3_server::Server::start().await;
                super::$name(server.blobs()).await;
            })*
        }
        mod cached_bucket {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let server = crate::s3_server::Server::start().await;
                super::$name(server.cached(1 << 20)).await;
            })*
        }
    };
}
everywhere!(
    a_blob_is_read_back_exactly_and_only_under_its_key,
    a_blob_above_the_cap_is_not_read,
    a_blob_that_is_put_again_stays,
    a_deleted_blob_is_gone_and_deleting_it_again_is_fine,
    pages_put_together_are_all_blobs_in_order,
    many_at_once_neither_lose_nor_mix_blobs,
);

pub fn in_dir(dir: &TempDir) -> Blobs {
    Blobs::dir(dir.path().join("heaps"), anything()).expect("an unused directory")
}

pub async fn get(blobs: &Blobs, key: BlobKey) -> Option<Bytes> {
    blobs.get(key, ALL).await.expect("the store works")
}

pub async fn put(blobs: &Blobs, key: BlobKey, bytes: impl Into<Bytes>) {
    blobs.put(key, bytes.into()).await.expect("the store works");
}

pub async fn a_blob_is_read_back_exactly_and_only_under_its_key(blobs: Blobs) {
    let envelopes = envelopes();
    let mut stored = Vec::new();
    for (number, len) in [0, 1, 1000, (1 << 20) - 1, 3 << 20].into_iter().enumerate() {
        let (key, bytes) = blob(&envelopes, "tenant", number as u64, len);
        put(&blobs, key, bytes.clone()).await;
        stored.push((key, bytes));
    }
    for (key, bytes) in &stored {
        assert_eq!(get(&blobs, *key).await.as_ref(), Some(bytes));
        assert!(blobs.exists(*key).await.expect("the store works"));
        let foreign = BlobKey { tenant: TenantKey::of("other"), ..*key };
        let unknown = BlobKey { id: HeapId([9; 32]), ..*key };
        for absent in [foreign, unknown] {
            assert_eq!(get(&blobs, absent).await, None);
            assert!(!blobs.exists(absent).await.expect("the store works"));
        }
    }
}

pub async fn a_blob_above_the_cap_is_not_read(blobs: Blobs) {
    let key = key("t", 1, 1);
    put(&blobs, key, noise(1, 1000)).await;
    assert_eq!(blobs.get(key, 1000).await.expect("it is not above").map(|b| b.len()), Some(1000));
    let error = blobs.get(key, 999).await.expect_err("above the cap");
    assert!(matches!(error, BlobError::TooLarge { bytes: 1000, limit: 999, .. }), "{error}");
    assert_eq!(error.code(), Code::LimitSize);
}

pub async fn a_blob_that_is_put_again_stays(blobs: Blobs) {
    let (key, bytes) = blob(&envelopes(), "t", 1, 5000);
    for _ in 0..3 {
        put(&blobs, key, bytes.clone()).await;
        assert_eq!(get(&blobs, key).await.as_ref(), Some(&bytes));
    }
    let page = blobs.list(None, None).await.expect("the store works");
    assert_eq!(page.entries.len(), 1);
}

pub async fn a_deleted_blob_is_gone_and_deleting_it_again_is_fine(blobs: Blobs) {
    let (gone, stays) = (key("t", 1, 1), key("t", 1, 2));
    for key in [gone, stays] {
        put(&blobs, key, "x").await;
    }
    for _ in 0..2 {
        blobs.delete(gone).await.expect("the store works");
        assert_eq!(get(&blobs, gone).await, None);
    }
    assert!(get(&blobs, stays).await.is_some());
    put(&blobs, gone, "y").await;
    assert_eq!(get(&blobs, gone).await.as_deref(), Some(&b"y"[..]));
}

pub async fn pages_put_together_are_all_blobs_in_order(blobs: Blobs) {
    let begun = Timestamp::now();
    let (mut keys, mut puts) = (Vec::new(), tokio::task::JoinSet::new());
    for at in 0..LIST_MAX + 150 {
        let tenant = ["a", "b", "c"][at % 3];
        let mut id: [u8; 32] = noise(at as u64, 32).try_into().expect("32 bytes");
        // Half of the shards; several in each.
        id[0] &= 0x7f;
        let key = BlobKey::new(tenant, HeapId(id));
        let blobs = blobs.clone();
        puts.spawn(async move { put(&blobs, key, vec![7; at % 50]).await });
        keys.push((key, (at % 50) as u64));
    }
    puts.join_all().await;
    keys.sort();
    for tenant in [None, Some(TenantKey::of("b")), Some(TenantKey::of("unknown"))] {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let page = blobs.list(tenant, after).await.expect("the store works");
            assert!(page.entries.len() <= LIST_MAX);
            for entry in page.entries {
                // Clocks of file systems are coarse.
                let age = entry.modified.0 - begun.0;
                assert!((-5_000..600_000).contains(&age), "{age} ms");
                listed.push((entry.key, entry.bytes));
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let wanted =
            keys.iter().filter(|(key, _)| tenant.is_none_or(|tenant| key.tenant == tenant));
        assert_eq!(listed, wanted.copied().collect::<Vec<_>>());
    }
}

pub async fn many_at_once_neither_lose_nor_mix_blobs(blobs: Blobs) {
    let envelopes = envelopes();
    let mut tasks = tokio::task::JoinSet::new();
    for at in 0..64 {
        // Every blob is put four times at once.
        let (key, bytes) = blob(&envelopes, "t", at / 4, 2000);
        let blobs = blobs.clone();
        tasks.spawn(async move {
            put(&blobs, key, bytes.clone()).await;
            assert_eq!(get(&blobs, key).await, Some(bytes));
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no panic");
    }
    assert_eq!(blobs.list(None, None).await.expect("the store works").entries.len(), 16);
}

#[tokio::test]
async fn a_store_in_memory_has_a_bound_and_room_again_after_a_delete() {
    let blobs = Blobs::memory(10);
    put(&blobs, key("t", 1, 1), "12345").await;
    put(&blobs, key("t", 1, 1), "1234567").await;
    let error = blobs.put(key("t", 1, 2), "1234".into()).await.expect_err("11 bytes");
    assert!(matches!(error, BlobError::Full { limit: 10 }), "{error}");
    assert_eq!(error.code(), Code::ErrorStorage);
    blobs.delete(key("t", 1, 1)).await.expect("it is there");
    put(&blobs, key("t", 1, 2), "1234567890").await;
}
