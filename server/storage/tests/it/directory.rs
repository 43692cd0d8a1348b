//! The files of a store: who may read them, and that only one server uses them.

use crate::support::*;
use mcp_v8_storage::{Location, StorageError, Store};
use std::{
    fs::{Permissions, metadata, read_dir, set_permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};
use tempfile::TempDir;

fn mode(path: &Path) -> u32 {
    metadata(path).expect("it exists").permissions().mode() & 0o777
}

#[tokio::test]
async fn a_second_server_on_the_same_directory_is_refused() {
    let dir = TempDir::new().expect("a temporary directory");
    let store = open(&dir);
    let error = Store::open(&location(&dir)).expect_err("it is in use");
    assert!(matches!(error, StorageError::InUse { .. }));
    assert!(error.to_string().contains("another server"), "{error}");
    let id = finished(&store, "undisturbed").await;
    assert_eq!(all_output(&store, id).await, "undisturbed");
    store.close().await;
    open(&dir).close().await;
}

#[tokio::test]
async fn nobody_else_can_read_what_is_stored() {
    let dir = TempDir::new().expect("a temporary directory");
    let deep = dir.path().join("a/b/state");
    let store = Store::open(&Location::Dir(deep.clone())).expect("the path is made");
    finished(&store, "secret").await;
    for made in [dir.path().join("a"), dir.path().join("a/b"), deep.clone()] {
        assert_eq!(mode(&made), 0o700, "{}", made.display());
    }
    let files: Vec<_> = read_dir(&deep)
        .expect("it exists")
        .map(|entry| entry.expect("it is readable").path())
        .collect();
    assert!(files.contains(&deep.join("mcp-v8.sqlite3")));
    assert!(files.len() >= 3, "the write-ahead log is there as well: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    store.close().await;
}

#[tokio::test]
async fn a_database_that_others_could_read_is_made_private() {
    let dir = TempDir::new().expect("a temporary directory");
    open(&dir).close().await;
    let file = dir.path().join("state/mcp-v8.sqlite3");
    set_permissions(&file, Permissions::from_mode(0o644)).expect("it is ours");
    open(&dir).close().await;
    assert_eq!(mode(&file), 0o600);
}

#[tokio::test]
async fn closing_leaves_one_database_file_and_no_log() {
    let dir = TempDir::new().expect("a temporary directory");
    let store = open(&dir);
    finished(&store, "x").await;
    store.close().await;
    let mut names: Vec<_> = read_dir(dir.path().join("state"))
        .expect("it exists")
        .map(|entry| entry.expect("it is readable").file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["mcp-v8.lock", "mcp-v8.sqlite3"]);
}

#[test]
fn a_path_that_cannot_be_a_directory_is_named_in_the_error() {
    let dir = TempDir::new().expect("a temporary directory");
    let file = dir.path().join("file");
    std::fs::write(&file, "").expect("it is ours");
    let error = Store::open(&Location::Dir(file)).expect_err("a file is no directory");
    assert!(matches!(error, StorageError::Files { .. }));
    assert!(error.to_string().contains("/file"), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let dir = TempDir::new().expect("a temporary directory");
    std::fs::create_dir(dir.path().join("state")).expect("it is ours");
    let file = dir.path().join("state/mcp-v8.sqlite3");
    let text = "somebody's notes, long enough to be no header of a database ".repeat(20);
    std::fs::write(&file, &text).expect("it is ours");
    let error = Store::open(&location(&dir)).expect_err("it is no database");
    assert!(matches!(error, StorageError::Database { .. }));
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), text);
}
