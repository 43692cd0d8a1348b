//! Blobs in a bucket: large ones, errors, credentials.

use crate::{blobs::*, proxy::*, s3_server::*, sealed::*};
use mcp_v8_sandbox::Code;
use mcp_v8_storage::{BlobError, Blobs, RemoteOperation};
use std::{
    error::Error,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    sync::{Arc, Mutex, atomic::Ordering},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A message with all its causes, as a log has it.
fn in_full(error: &BlobError) -> String {
    let mut text = format!("{error} | {error:?}");
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(&format!(" | {next}"));
        cause = next.source();
    }
    text
}

fn remote(error: &BlobError) -> (RemoteOperation, Option<&str>) {
    match error {
        BlobError::Remote(error) => (error.operation, error.code.as_deref()),
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_above_the_size_of_a_part_goes_in_parts_and_others_in_one_request() {
    let server = Server::start().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let plan = move |_, line: &str| {
        log.lock().expect("no panic").push(line.to_owned());
        Fault::None
    };
    let proxy = Proxy::start(server.address, plan).await;
    let blobs = Blobs::s3(options(server.dir.path(), proxy.address), None).expect("good");
    for (len, requests) in [(5 << 20, 1), ((5 << 20) + 1, 4), (15 << 20, 5), ((15 << 20) + 1, 6)] {
        seen.lock().expect("no panic").clear();
        let key = key("t", 7, (len % 251) as u8);
        let bytes = noise(len as u64, len);
        put(&blobs, key, bytes.clone()).await;
        let lines = std::mem::take(&mut *seen.lock().expect("no panic"));
        assert_eq!(lines.len(), requests, "{len}: {lines:#?}");
        assert!(get(&blobs, key).await.is_some_and(|found| found == bytes), "{len}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_in_parts_that_fails_is_aborted_and_nothing_appears() {
    let server = Server::start().await;
    let plan = |_, line: &str| match line.contains("partNumber=2") {
        true => Fault::Status(503),
        false => Fault::None,
    };
    let proxy = Proxy::start(server.address, plan).await;
    let blobs = Blobs::s3(options(server.dir.path(), proxy.address), None).expect("good");
    let key = key("t", 1, 1);
    let error = blobs.put(key, noise(1, 11 << 20).into()).await.expect_err("a part fails");
    assert_eq!(remote(&error), (RemoteOperation::PutPart, Some("SlowDown")));
    assert_eq!(error.code(), Code::ErrorStorage);
    let text = error.to_string();
    assert!(text.contains(&format!("s3://{BUCKET}/state/{key}")), "{text}");
    assert_eq!(get(&blobs, key).await, None);
    let left: Vec<_> = fs::read_dir(server.dir.path().join("server"))
        .expect("it is there")
        .map(|entry| entry.expect("it is readable").file_name())
        .filter(|name| name.to_string_lossy().contains("part"))
        .collect();
    assert!(left.is_empty(), "parts are left: {left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_off_is_asked_for_again_and_one_that_always_does_is_an_error() {
    let server = Server::start().await;
    let key = key("t", 1, 1);
    let bytes = noise(1, 300_000);
    put(&server.blobs(), key, bytes.clone()).await;
    for broken in [1, 2, usize::MAX] {
        let plan =
            move |number, _: &str| if number < broken { Fault::HalfAnswer } else { Fault::None };
        let proxy = Proxy::start(server.address, plan).await;
        let blobs = Blobs::s3(options(server.dir.path(), proxy.address), None).expect("good");
        let got = blobs.get(key, ALL).await;
        if broken == usize::MAX {
            let error = got.expect_err("never a whole answer");
            assert_eq!(remote(&error).0, RemoteOperation::Get);
            assert_eq!(proxy.requests.load(Ordering::Relaxed), 3, "as many as `attempts`");
        } else {
            assert!(got.expect("the next is whole").is_some_and(|found| found == bytes));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_is_given_up_in_time() {
    let server = Server::start().await;
    let plan = |_, _: &str| Fault::Late(Duration::from_secs(600));
    let proxy = Proxy::start(server.address, plan).await;
    let mut options = options(server.dir.path(), proxy.address);
    options.attempt_timeout = Duration::from_millis(300);
    options.operation_timeout = Duration::from_millis(800);
    let blobs = Blobs::s3(options, None).expect("good credentials");
    let begun = Instant::now();
    for error in [
        blobs.put(key("t", 1, 1), "x".into()).await.expect_err("no answer"),
        blobs.get(key("t", 1, 1), ALL).await.expect_err("no answer"),
    ] {
        assert_eq!(error.code(), Code::ErrorStorage);
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_bucket_is_an_error_and_not_a_missing_blob() {
    let server = Server::start().await;
    let mut options = server.options();
    options.bucket = "elsewhere".to_owned();
    let blobs = Blobs::s3(options, None).expect("good credentials");
    server.blobs().check().await.expect("this one is there");
    in_a_missing_bucket_nothing_is_merely_absent(&blobs).await;
    // Not put: this server makes a bucket of it. moto does not.
}

pub async fn in_a_missing_bucket_nothing_is_merely_absent(blobs: &Blobs) {
    let key = key("t", 1, 1);
    for error in [
        blobs.check().await.expect_err("no bucket"),
        blobs.get(key, ALL).await.expect_err("no bucket"),
        blobs.exists(key).await.expect_err("no bucket"),
        blobs.list(None, None).await.expect_err("no bucket"),
    ] {
        assert_eq!(error.code(), Code::ErrorStorage, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_were_rotated_are_used_without_a_restart() {
    let server = Server::start().await;
    let blobs = server.blobs();
    put(&blobs, key("t", 1, 1), "x").await;
    credentials(server.dir.path(), KEY_ID, "expired");
    let error = blobs.get(key("t", 1, 1), ALL).await.expect_err("the server knows another secret");
    assert_eq!(remote(&error).1, Some("SignatureDoesNotMatch"));
    credentials(server.dir.path(), KEY_ID, SECRET);
    assert_eq!(get(&blobs, key("t", 1, 1)).await.as_deref(), Some(&b"x"[..]));
    fs::remove_file(server.dir.path().join("access_key_id")).expect("it is ours");
    let error = blobs.get(key("t", 1, 1), ALL).await.expect_err("no credentials");
    assert!(in_full(&error).contains("access_key_id"), "{}", in_full(&error));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_error_shows_a_credential() {
    let server = Server::start().await;
    let dir = TempDir::new().expect("a temporary directory");
    let wrong = "wRoNgWrOnGwRoNg";
    credentials(dir.path(), KEY_ID, wrong);
    let blobs = Blobs::s3(options(dir.path(), server.address), None).expect("well formed");
    let error = blobs.put(key("t", 1, 1), "x".into()).await.expect_err("the wrong secret");
    assert_eq!(remote(&error), (RemoteOperation::Put, Some("SignatureDoesNotMatch")));
    let text = in_full(&error);
    assert!(!text.contains(wrong), "{text}");
    assert!(!format!("{blobs:?}").contains(KEY_ID));
}

#[tokio::test(flavor = "multi_thread")]
async fn credential_files_that_cannot_be_used_are_found_at_the_start_and_not_quoted() {
    let server = Server::start().await;
    let file = server.dir.path().join("secret_access_key");
    for text in ["", "\n", "two\nlines", "a b", "gr\u{fc}n"] {
        fs::write(&file, text).expect("it is ours");
        let error = Blobs::s3(server.options(), None).expect_err("no secret");
        let text = in_full(&error);
        assert!(text.contains("secret_access_key does not hold one line"), "{text}");
        assert!(!text.contains("lines") && !text.contains("a b"), "{text}");
    }
    credentials(server.dir.path(), KEY_ID, SECRET);
    fs::set_permissions(&file, Permissions::from_mode(0o644)).expect("it is ours");
    let error = Blobs::s3(server.options(), None).expect_err("everybody can read it");
    assert!(in_full(&error).contains("chmod 600"), "{}", in_full(&error));
    fs::remove_file(&file).expect("it is ours");
    let error = Blobs::s3(server.options(), None).expect_err("no file");
    assert!(in_full(&error).contains("secret_access_key"), "{}", in_full(&error));
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_that_are_not_ours_are_not_listed() {
    let server = Server::start().await;
    let blobs = server.blobs();
    put(&blobs, key("t", 1, 1), "x").await;
    for name in ["readme", "a/b", "zz/01/x"] {
        let file = server.object(name);
        fs::create_dir_all(file.parent().expect("in a folder")).expect("it is ours");
        fs::write(file, "mine").expect("it is ours");
    }
    let page = blobs.list(None, None).await.expect("the store works");
    assert_eq!(page.entries.iter().map(|entry| entry.key).collect::<Vec<_>>(), [key("t", 1, 1)]);
    assert_eq!(page.next, None);
}

/// What other S3 clients read from their surroundings, pointing to nowhere.
const SURROUNDINGS: [(&str, &str); 9] = [
    ("http_proxy", "http://127.0.0.1:1"),
    ("HTTP_PROXY", "http://127.0.0.1:1"),
    ("ALL_PROXY", "http://127.0.0.1:1"),
    ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
    ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"),
    ("AWS_ACCESS_KEY_ID", "wrong"),
    ("AWS_SECRET_ACCESS_KEY", "wrong"),
    ("AWS_REGION", "nowhere-1"),
    ("AWS_PROFILE", "nobody"),
];

#[test]
fn nothing_of_the_environment_changes_where_and_as_whom_s3_is_asked() {
    let test = "s3::a_blob_above_the_size_of_a_part_goes_in_parts_and_others_in_one_request";
    let mut child = std::process::Command::new(std::env::current_exe().expect("this binary"));
    let output = child.args([test, "--exact"]).envs(SURROUNDINGS).output();
    let output = output.expect("this binary runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
