//! Where checkpoints are kept: directory, memory, bucket, cache, and the key file.

use crate::support::Setup;
use mcp_v8_settings::{BlobStore, Cache, Location, S3, Storage};
use std::path::{Path, PathBuf};
use std::time::Duration;

const BUCKET: &str = "[storage]\nkind = \"s3\"\npath = \"/s\"\n[storage.s3]\nbucket = \"heaps\"\n\
    access_key_id_file = \"/c/id\"\nsecret_access_key_file = \"secret\"\n";

fn bucket(storage: Storage) -> (S3, Option<Cache>) {
    match storage.blobs {
        BlobStore::S3 { bucket, cache } => (*bucket, cache),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bucket_with_its_defaults_keeps_metadata_and_keys_in_the_local_directory() {
    let setup = Setup::file(BUCKET);
    let storage = setup.settings().storage;
    assert_eq!(storage.location, Location::Directory("/s".into()));
    assert_eq!(storage.key_file, Some(PathBuf::from("/s/keys")));
    let expected = S3 {
        bucket: "heaps".to_owned(),
        prefix: String::new(),
        region: "us-east-1".to_owned(),
        endpoint: None,
        force_path_style: false,
        access_key_id_file: "/c/id".into(),
        // Relative to the file that says so.
        secret_access_key_file: setup.folder.path().join("secret"),
        session_token_file: None,
        connect_timeout: Duration::from_secs(3),
        attempt_timeout: Duration::from_secs(30),
        operation_timeout: Duration::from_secs(120),
        attempts: 4,
        part_bytes: 8 << 20,
    };
    assert_eq!(bucket(storage), (expected, None));
}

#[test]
fn a_cache_is_in_the_local_directory_unless_it_says_where() {
    let with = |text: &str| bucket(Setup::file(format!("{BUCKET}{text}")).settings().storage).1;
    let cache = |path: &str, mb: u64| Some(Cache { path: path.into(), bytes_max: mb << 20 });
    assert_eq!(with("[storage.cache]\n"), cache("/s/cache", 1024));
    assert_eq!(with("[storage.cache]\npath = \"/c\"\nmax_mb = 5\n"), cache("/c", 5));
}

#[test]
fn a_bucket_without_what_it_needs_is_told_all_of_it_at_its_kind() {
    let at_kind = |key: &str| {
        format!(
            "mcp-v8.toml:2:8: storage.kind: kind \"s3\" needs `{key}`\n  hint: see config/reference.toml for what it holds"
        )
    };
    let kind = "[storage]\nkind = \"s3\"\n";
    assert_eq!(Setup::file(kind).problems(), [at_kind("storage.s3")]);
    let keys = ["bucket", "access_key_id_file", "secret_access_key_file"];
    let expected: Vec<_> = keys.iter().map(|key| at_kind(&format!("storage.s3.{key}"))).collect();
    assert_eq!(Setup::file(format!("{kind}[storage.s3]\n")).problems(), expected);
}

#[test]
fn a_bucket_that_stands_ready_does_not_change_another_kind() {
    let setup = Setup::file(BUCKET).flag("storage.kind", "none");
    let storage = setup.settings().storage;
    assert_eq!((storage.location, storage.blobs), (Location::Memory, BlobStore::Memory));
    let storage = Setup::file("[storage.s3]\n[storage.cache]\n").settings().storage;
    assert_eq!(storage.blobs, BlobStore::Directory);
}

#[test]
fn what_cannot_be_part_of_a_url_is_refused_even_when_it_is_not_used() {
    for (line, expected) in [
        ("bucket = \"a/b\"", "10: storage.s3.bucket: a bucket has"),
        ("prefix = \"/a\"", "10: storage.s3.prefix: a prefix is"),
        ("region = \"\"", "10: storage.s3.region: a region is"),
        ("endpoint = \"s3.example.org\"", "12: storage.s3.endpoint: is not the http or https URL"),
        ("secret_access_key_file = \"\"", "26: storage.s3.secret_access_key_file: must not be"),
    ] {
        let problem = Setup::file(format!("[storage.s3]\n{line}\n")).problem();
        assert!(problem.starts_with(&format!("mcp-v8.toml:2:{expected}")), "{problem}");
    }
}

#[test]
fn shorter_times_may_not_be_above_the_longer_ones_that_hold_them() {
    let problem = Setup::file("[storage.s3]\noperation_timeout_secs = 29\n").problem();
    let expected = "`storage.s3.attempt_timeout_secs` (30 s) is above `storage.s3.operation_timeout_secs` (29 s)";
    assert!(problem.contains(expected), "{problem}");
    let problem = Setup::file("[storage.s3]\nattempt_timeout_secs = 2\n").problem();
    assert!(problem.contains("`storage.s3.connect_timeout_secs` (3 s) is above"), "{problem}");
}

#[test]
fn a_key_file_may_be_elsewhere_and_memory_has_none_unless_told() {
    let file = |text: &str| Setup::file(format!("[storage]\n{text}")).settings().storage.key_file;
    assert_eq!(file("key_file = \"/k\"\n").as_deref(), Some(Path::new("/k")));
    assert_eq!(file("path = \"/s\"\n").as_deref(), Some(Path::new("/s/keys")));
    assert_eq!(file("kind = \"none\"\n"), None);
    assert_eq!(file("kind = \"none\"\nkey_file = \"/k\"\n").as_deref(), Some(Path::new("/k")));
    let problem = Setup::file("[storage]\nkey_file = \"~/keys\"\n").problem();
    assert!(problem.starts_with("mcp-v8.toml:2:12: storage.key_file: `~`"), "{problem}");
}
