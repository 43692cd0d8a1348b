//! The key file: made once, private, and never shown.

use crate::sealed::*;
use mcp_v8_storage::{Keyring, KeyringError, PrivateFileError};
use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    sync::Barrier,
};
use tempfile::TempDir;

fn id(keys: Keyring) -> String {
    let sealed = seal(&of(keys), "t", &values("v"));
    // The id shows the secret of the ids, the name in the header the sealing key.
    format!("{}{:?}", sealed.id, &sealed.bytes[12..28])
}

#[test]
fn the_first_start_makes_a_private_file_that_later_starts_read() {
    let dir = TempDir::new().expect("a temporary directory");
    let path = dir.path().join("state/keys");
    assert!(Keyring::open(&path).is_err(), "only open_or_create makes one");
    let first = Keyring::open_or_create(&path).expect("it can be made");
    let mode = |path: &std::path::Path| {
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    };
    assert_eq!((mode(&path), mode(&dir.path().join("state"))), (0o600, 0o700));
    let second = Keyring::open_or_create(&path).expect("it is there");
    assert_eq!(id(first), id(second));
    let other = Keyring::open_or_create(&dir.path().join("other")).expect("it can be made");
    assert_ne!(id(other), id(Keyring::open(&path).expect("it is there")));
}

#[test]
fn servers_that_start_at_once_agree_on_one_key() {
    for _ in 0..20 {
        let dir = TempDir::new().expect("a temporary directory");
        let path = dir.path().join("keys");
        let barrier = Barrier::new(8);
        let ids: Vec<String> = std::thread::scope(|scope| {
            let start = || {
                barrier.wait();
                id(Keyring::open_or_create(&path).expect("one of them makes it"))
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]));
        assert_eq!(
            fs::read_dir(dir.path()).expect("it is there").count(),
            1,
            "no other key is left"
        );
    }
}

#[test]
fn a_key_file_that_others_can_read_or_change_is_refused() {
    let dir = TempDir::new().expect("a temporary directory");
    let path = dir.path().join("keys");
    Keyring::open_or_create(&path).expect("it can be made");
    for mode in [0o640, 0o604, 0o660, 0o666, 0o700 | 0o001] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("it is ours");
        let error = Keyring::open_or_create(&path).expect_err("it is no secret any more");
        let exposed = matches!(error, KeyringError::File(PrivateFileError::Exposed { .. }));
        assert!(exposed && error.to_string().contains("chmod 600"), "{mode:o}: {error}");
    }
    for mode in [0o400, 0o600] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("it is ours");
        Keyring::open_or_create(&path).expect("it is private");
    }
}

#[test]
fn what_is_no_file_or_not_private_behind_a_link_is_refused() {
    let dir = TempDir::new().expect("a temporary directory");
    let error = Keyring::open_or_create(dir.path()).expect_err("a directory");
    assert!(matches!(error, KeyringError::File(PrivateFileError::NotAFile(_))), "{error}");
    let (target, link) = (dir.path().join("target"), dir.path().join("link"));
    key_file(&target, &[1]);
    symlink(&target, &link).expect("a link");
    Keyring::open(&link).expect("what it leads to is private");
    fs::set_permissions(&target, Permissions::from_mode(0o644)).expect("it is ours");
    assert!(Keyring::open(&link).is_err());
}

#[test]
fn a_damaged_key_file_is_named_with_its_line_and_left_alone() {
    let dir = TempDir::new().expect("a temporary directory");
    let path = dir.path().join("keys");
    key_file(&path, &[1]);
    let text = fs::read_to_string(&path).expect("it is ours").replace("key 01", "key 0x");
    fs::write(&path, &text).expect("it is ours");
    let error = Keyring::open_or_create(&path).expect_err("it is damaged").to_string();
    assert!(error.contains("keys, line 3: ") && !error.contains("0101"), "{error}");
    assert_eq!(fs::read_to_string(&path).expect("it is ours"), text);
}

#[test]
fn nothing_that_is_printed_shows_a_key() {
    let dir = TempDir::new().expect("a temporary directory");
    let keys = key_file(&dir.path().join("keys"), &[0xab]);
    let shown = format!("{keys:?} {keys:#?} {:?}", of(keys.clone()));
    assert!(shown.contains("Keyring(1 sealing keys)"), "{shown}");
    assert!(!shown.contains("abab") && !shown.contains("171, 171"), "{shown}");
}
