//! Heaps on a disk that somebody touches.

use super::*;
use crate::checkpoints::State;
use mcp_v8_sandbox::{Checkpoint, CheckpointKind, Code};
use mcp_v8_storage::{Blobs, Engine, Envelopes, Keyring, Location, Store, Tags};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

struct Kept {
    checkpoints: Checkpoints,
    dir: TempDir,
}

impl Kept {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let keys = Keyring::ephemeral().expect("random bytes");
        let engine = Engine { hash: [1; 32], v8: "1".into() };
        let envelopes = Envelopes::new(keys, engine, false, 1 << 20);
        let blobs = Blobs::dir(dir.path().join("heaps"), envelopes.judge()).expect("a directory");
        let store = Store::open(&Location::Memory).expect("memory is always there");
        Self { checkpoints: Checkpoints::new(store, envelopes, blobs, "1".into()), dir }
    }

    /// Stores a state; without `row`, as a crash before the row would leave it.
    async fn keep(&self, tenant: &str, text: &str, row: bool) -> HeapId {
        let values = text.as_bytes().to_vec();
        let checkpoint = Checkpoint { kind: CheckpointKind::Values, values, heap: None };
        let state = State { checkpoint, parent: None, lost: Vec::new(), tags: Tags::new() };
        let kept = self.checkpoints.keep(tenant, state).await.expect("the disk works");
        let id = kept.id();
        if row {
            self.checkpoints.register(kept, None).await.expect("the database works");
        }
        id
    }

    fn file(&self, tenant: &str, id: HeapId) -> PathBuf {
        self.dir.path().join("heaps").join(BlobKey::new(tenant, id).to_string())
    }

    async fn orphans(&self) -> Vec<(Option<String>, BlobKey)> {
        let page = self.checkpoints.orphans(None).await.expect("readable");
        assert_eq!(page.next, None);
        page.orphans.iter().map(|one| (one.tenant.clone(), one.blob.key)).collect()
    }
}

#[tokio::test]
async fn a_heap_is_good_until_one_bit_of_it_is_not() {
    let kept = Kept::new();
    let (id, other) = (kept.keep("a", "one", true).await, kept.keep("a", "two", true).await);
    kept.checkpoints.verify("a", id).await.expect("it is whole");
    let file = kept.file("a", id);
    let whole = fs::read(&file).expect("it is there");
    for at in [0, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&file, bytes).expect("writable");
        let refused = kept.checkpoints.verify("a", id).await.expect_err("a flipped bit");
        assert_eq!(refused.code(), Code::ErrorSnapshotUntrusted, "{refused}");
    }
    fs::copy(kept.file("a", other), &file).expect("writable");
    let swapped = kept.checkpoints.verify("a", id).await.expect_err("another heap");
    assert_eq!(swapped.code(), Code::ErrorSnapshotUntrusted, "{swapped}");
    fs::remove_file(&file).expect("removable");
    let missing = kept.checkpoints.verify("a", id).await.expect_err("no blob");
    assert!(matches!(missing, CheckpointError::BlobMissing(gone) if gone == id), "{missing}");
    let foreign = kept.checkpoints.verify("b", other).await.expect_err("of another tenant");
    assert!(matches!(foreign, CheckpointError::NotFound(_)), "{foreign}");
    kept.checkpoints.verify("a", other).await.expect("it is whole still");
}

#[tokio::test]
async fn blobs_without_rows_are_found_for_known_and_unknown_tenants() {
    let kept = Kept::new();
    kept.keep("a", "named", true).await;
    assert_eq!(kept.orphans().await, []);
    let of_known = kept.keep("a", "unnamed", false).await;
    let of_unknown = kept.keep("b", "unnamed", false).await;
    let nobodys = (None, BlobKey::new("b", of_unknown));
    let mut expected = [(Some("a".to_owned()), BlobKey::new("a", of_known)), nobodys.clone()];
    expected.sort_by_key(|(_, key)| *key);
    assert_eq!(kept.orphans().await, expected);
    let collected = kept.checkpoints.collect_orphans().await.expect("the disk works");
    assert_eq!((collected.orphans, collected.heaps), (1, 0));
    assert_eq!(kept.orphans().await, [nobodys], "whose it is, nobody knows");
}
