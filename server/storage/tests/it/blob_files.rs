//! Blobs as files: who may read them, and what a bad disk or a crash leaves of them.

use crate::{blobs::*, sealed::*};
use bytes::Bytes;
use mcp_v8_sandbox::Code;
use mcp_v8_storage::{BlobError, BlobKey, Blobs, Faults, Step, TenantKey};
use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use tempfile::TempDir;

/// A disk that fails at one step, once or from then on.
#[derive(Default)]
struct Bad(Mutex<Option<Fault>>);

struct Fault {
    step: Step,
    errno: i32,
    once: bool,
    /// How often the step still succeeds.
    passes: usize,
}

impl Bad {
    fn at(&self, step: Step, errno: i32, once: bool) {
        // A write fails in the middle.
        let passes = usize::from(step == Step::Write);
        *self.0.lock().expect("no panic") = Some(Fault { step, errno, once, passes });
    }

    fn good(&self) {
        *self.0.lock().expect("no panic") = None;
    }
}

impl Faults for Bad {
    fn before(&self, step: Step, _: &Path) -> io::Result<()> {
        let mut bad = self.0.lock().expect("no panic");
        let Some(fault) = bad.as_mut().filter(|fault| fault.step == step) else { return Ok(()) };
        if fault.passes > 0 {
            fault.passes -= 1;
            return Ok(());
        }
        let error = io::Error::from_raw_os_error(fault.errno);
        if fault.once {
            *bad = None;
        }
        Err(error)
    }
}

const ENOSPC: i32 = 28;
const EIO: i32 = 5;

fn bad_disk(dir: &TempDir) -> (Blobs, Arc<Bad>) {
    let bad = Arc::new(Bad::default());
    let root = dir.path().join("heaps");
    let blobs = Blobs::dir_with_faults(root, anything(), Some(bad.clone()));
    (blobs.expect("an unused directory"), bad)
}

/// Every file below a directory.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).expect("it is there") {
        let path = entry.expect("it is readable").path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files
}

/// A blob that is there, and one that is to be put: in a directory that is there (so that no directory is made, and the
/// one that is flushed has the blob in it) or that is not.
fn pairs(step: Step) -> impl Iterator<Item = (BlobKey, BlobKey)> {
    let before = key("t", 1, 1);
    let new = [key("t", 2, 2), key("t", 1, 2)].into_iter();
    new.filter(move |_| step != Step::MakeDir).chain([key("t", 3, 3)]).map(move |new| (before, new))
}

async fn failed(blobs: &Blobs, key: BlobKey) -> BlobError {
    // Several mebibytes, so that a write can fail between two parts.
    let error = blobs.put(key, noise(3, 3 << 20).into()).await.expect_err("the disk is bad");
    assert_eq!(error.code(), Code::ErrorStorage);
    error
}

#[tokio::test]
async fn a_full_disk_at_any_step_leaves_everything_as_it_was_and_ends_with_the_shortage() {
    for step in Step::OF_PUT {
        for ((before, new), once) in pairs(step).flat_map(|pair| [(pair, true), (pair, false)]) {
            let dir = TempDir::new().expect("a temporary directory");
            let (blobs, bad) = bad_disk(&dir);
            put(&blobs, before, "before").await;
            bad.at(step, ENOSPC, once);
            let error = failed(&blobs, new).await;
            let named = matches!(&error, BlobError::Disk { step: at, .. } if *at == step);
            assert!(named, "{step:?}: {error}");
            assert_eq!(files(dir.path()).len(), 1, "{step:?} leaves something behind");
            assert_eq!(get(&blobs, new).await, None, "{step:?}");
            assert_eq!(get(&blobs, before).await.as_deref(), Some(&b"before"[..]));
            bad.good();
            put(&blobs, new, "fits").await;
            assert_eq!(get(&blobs, new).await.as_deref(), Some(&b"fits"[..]), "{step:?}");
        }
    }
}

#[tokio::test]
async fn after_an_error_of_the_disk_at_any_step_nothing_is_confirmed_until_a_new_start() {
    for (step, (before, new)) in
        Step::OF_PUT.into_iter().flat_map(|step| pairs(step).map(move |pair| (step, pair)))
    {
        let dir = TempDir::new().expect("a temporary directory");
        let (blobs, bad) = bad_disk(&dir);
        put(&blobs, before, "before").await;
        // Once only: the disk claims to be well again, as after a lost page.
        bad.at(step, EIO, true);
        failed(&blobs, new).await;
        for key in [new, before, key("other", 3, 3)] {
            let error = blobs.put(key, "x".into()).await.expect_err("nothing is believed now");
            assert!(matches!(error, BlobError::ReadOnly(_)), "{step:?}: {error}");
            assert_eq!(error.code(), Code::ErrorStorage);
            let text = error.to_string();
            assert!(text.contains(&step.to_string()) && text.contains("read-only"), "{text}");
        }
        assert!(matches!(blobs.delete(before).await, Err(BlobError::ReadOnly(_))));
        assert_eq!(get(&blobs, before).await.as_deref(), Some(&b"before"[..]), "reading goes on");
        assert_eq!(get(&blobs, new).await, None, "{step:?}");
        assert_eq!(files(dir.path()).len(), 1, "{step:?} leaves something behind");
        drop(blobs);
        let blobs = in_dir(&dir);
        put(&blobs, new, "again").await;
        assert_eq!(get(&blobs, before).await.as_deref(), Some(&b"before"[..]));
    }
}

#[tokio::test]
async fn a_flush_that_fails_once_is_not_believed_the_second_time() {
    for step in [Step::SyncFile, Step::SyncDir] {
        let dir = TempDir::new().expect("a temporary directory");
        let (blobs, bad) = bad_disk(&dir);
        let key = key("t", 1, 1);
        // Not EIO: any failed flush counts.
        bad.at(step, 22, true);
        failed(&blobs, key).await;
        let again = blobs.put(key, noise(3, 3 << 20).into()).await;
        assert!(matches!(again, Err(BlobError::ReadOnly(_))), "{step:?}: {again:?}");
    }
}

#[tokio::test]
async fn a_bad_sector_under_one_blob_harms_no_other() {
    let dir = TempDir::new().expect("a temporary directory");
    let (blobs, bad) = bad_disk(&dir);
    let (one, two) = (key("t", 1, 1), key("t", 2, 2));
    put(&blobs, one, "one").await;
    bad.at(Step::Read, EIO, true);
    let error = blobs.get(one, ALL).await.expect_err("it cannot be read");
    assert_eq!(error.code(), Code::ErrorStorage);
    put(&blobs, two, "two").await;
    // And what cannot be read is written again when its state is saved again.
    bad.at(Step::Read, EIO, true);
    put(&blobs, one, "new").await;
    assert_eq!(get(&blobs, one).await.as_deref(), Some(&b"new"[..]));
}

#[tokio::test]
async fn a_damaged_blob_is_replaced_when_its_state_is_put_again_and_a_good_one_is_not() {
    let dir = TempDir::new().expect("a temporary directory");
    let envelopes = envelopes();
    let blobs = Blobs::dir(dir.path().to_owned(), envelopes.judge()).expect("an unused directory");
    let (key, first) = blob(&envelopes, "t", 1, 1000);
    put(&blobs, key, first.clone()).await;
    // The same state sealed again: other bytes, as good.
    let later = envelopes
        .seal("t", &values(noise(1, 1000)), Some(key.id), mcp_v8_storage::Timestamp(5))
        .expect("it can be sealed");
    assert_ne!(later.bytes, first);
    put(&blobs, key, later.bytes.clone()).await;
    assert_eq!(get(&blobs, key).await, Some(first.clone()), "it was whole");

    let file = dir.path().join(key.to_string());
    let mut flipped = first.to_vec();
    flipped[600] ^= 1;
    let endless = vec![0; 1 << 20];
    for damaged in [&b""[..], &first[..700], &flipped, &endless] {
        fs::write(&file, damaged).expect("it is ours");
        put(&blobs, key, later.bytes.clone()).await;
        assert_eq!(get(&blobs, key).await, Some(later.bytes.clone()));
    }
}

#[tokio::test]
async fn what_a_crash_left_half_written_is_removed_at_the_next_start_and_foreign_files_stay() {
    let dir = TempDir::new().expect("a temporary directory");
    put(&in_dir(&dir), key("t", 1, 1), "whole").await;
    let root = dir.path().join("heaps");
    let foreign = root.join("lost+found");
    fs::write(root.join(".tmp/77-3"), "half").expect("it is ours");
    fs::create_dir(&foreign).expect("it is ours");
    fs::write(foreign.join("notes"), "mine").expect("it is ours");
    fs::write(root.join(TenantKey::of("t").to_string()).join("01/readme"), "mine").expect("ours");
    let blobs = in_dir(&dir);
    assert!(!root.join(".tmp/77-3").exists());
    assert_eq!(files(&root).len(), 3);
    assert_eq!(blobs.list(None, None).await.expect("the store works").entries.len(), 1);
}

#[tokio::test]
async fn nobody_else_can_read_a_blob_nor_a_directory_that_was_open_before() {
    let dir = TempDir::new().expect("a temporary directory");
    let root = dir.path().join("heaps");
    fs::create_dir(&root).expect("it is ours");
    fs::set_permissions(&root, Permissions::from_mode(0o777)).expect("it is ours");
    put(&in_dir(&dir), key("t", 1, 1), "secret").await;
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    let [file] = &files(&root)[..] else { panic!("one file") };
    assert_eq!(mode(file), 0o600);
    for above in file.ancestors().skip(1).take(3) {
        assert_eq!(mode(above), 0o700, "{}", above.display());
    }
}

#[tokio::test]
async fn a_put_whose_caller_went_away_is_whole_or_absent() {
    let dir = TempDir::new().expect("a temporary directory");
    let blobs = in_dir(&dir);
    let bytes: Bytes = noise(1, 2 << 20).into();
    for at in 0..20 {
        let key = key("t", at, 1);
        let put = blobs.put(key, bytes.clone());
        let _ =
            tokio::time::timeout(std::time::Duration::from_micros(u64::from(at) * 50), put).await;
        let found = get(&blobs, key).await;
        assert!(found.is_none_or(|found| found == bytes));
    }
}
