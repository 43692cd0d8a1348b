//! A prefix of a bucket belongs to one database: a second server would remove the blobs of the first as its own leavings.

use crate::{proxy::*, s3_server::*};
use mcp_v8_sandbox::Code;
use mcp_v8_storage::{BlobError, Blobs, DatabaseId, Location, Store};
use std::{
    fs,
    sync::{Arc, Mutex},
};
use tempfile::TempDir;

const ONE: DatabaseId = DatabaseId([1; 16]);
const TWO: DatabaseId = DatabaseId([2; 16]);

fn is_refused(result: &Result<(), BlobError>, owner: &str) -> bool {
    matches!(result, Err(error @ BlobError::NotOwner { owner: named, .. })
        if named == owner && error.code() == Code::ErrorStorage)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prefix_belongs_to_the_database_that_was_first_also_after_a_restart() {
    let server = Server::start().await;
    server.blobs().own(ONE).await.expect("it is nobody's");
    server.blobs().own(ONE).await.expect("it is its own");
    let refused = server.blobs().own(TWO).await;
    assert!(is_refused(&refused, &ONE.to_string()), "{refused:?}");
    let text = refused.expect_err("refused").to_string();
    for part in [&TWO.to_string(), "s3://heaps/state/owner", "storage.s3.prefix"] {
        assert!(text.contains(part), "{text}");
    }
    let mut beside = server.options();
    beside.prefix = "elsewhere".to_owned();
    let beside = Blobs::s3(beside, None).expect("good credentials");
    beside.own(TWO).await.expect("another prefix is another's");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_start_at_once_one_gets_the_prefix() {
    let server = Server::start().await;
    let mut starts = tokio::task::JoinSet::new();
    for number in 0..16 {
        let blobs = server.blobs();
        starts.spawn(async move { blobs.own(DatabaseId([number; 16])).await });
    }
    let owners = starts.join_all().await.into_iter().filter(Result::is_ok).count();
    assert_eq!(owners, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_was_removed_is_not_taken_again_by_who_only_asks() {
    let server = Server::start().await;
    let blobs = server.blobs();
    blobs.own(ONE).await.expect("it is nobody's");
    blobs.owned(ONE).await.expect("it is its own");
    fs::remove_file(server.object("owner")).expect("it is there");
    assert!(is_refused(&blobs.owned(ONE).await, "nobody"));
    server.blobs().own(TWO).await.expect("it was given up");
    assert!(is_refused(&blobs.owned(ONE).await, &TWO.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_the_claim_is_no_other_owner() {
    let server = Server::start().await;
    let lost = Mutex::new(false);
    let plan = move |_, line: &str| {
        let mut lost = lost.lock().expect("no panic");
        let first =
            line.starts_with("PUT") && !std::mem::replace(&mut *lost, line.starts_with("PUT"));
        if first { Fault::LostAnswer } else { Fault::None }
    };
    let proxy = Proxy::start(server.address, plan).await;
    let blobs = Blobs::s3(options(server.dir.path(), proxy.address), None).expect("good");
    blobs.own(ONE).await.expect("the second attempt finds the first");
    server.blobs().owned(ONE).await.expect("it is its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_knows_no_conditions_still_gives_the_prefix_to_one() {
    let server = Server::start().await;
    let asked = Arc::new(Mutex::new(0));
    let puts = asked.clone();
    let plan = move |_, line: &str| {
        let mut puts = puts.lock().expect("no panic");
        *puts += u32::from(line.starts_with("PUT"));
        // The first is the conditional one.
        if line.starts_with("PUT") && *puts == 1 { Fault::Status(501) } else { Fault::None }
    };
    let proxy = Proxy::start(server.address, plan).await;
    let blobs = Blobs::s3(options(server.dir.path(), proxy.address), None).expect("good");
    blobs.own(ONE).await.expect("it is nobody's");
    assert_eq!(*asked.lock().expect("no panic"), 2);
    assert!(is_refused(&server.blobs().own(TWO).await, &ONE.to_string()));
}

#[tokio::test]
async fn a_database_keeps_its_name_and_no_other_has_it() {
    let dirs = [(); 2].map(|()| TempDir::new().expect("a temporary directory"));
    let mut names = Vec::new();
    for dir in [&dirs[0], &dirs[0], &dirs[1]] {
        let store = Store::open(&Location::Dir(dir.path().join("state"))).expect("unused");
        names.push(store.identity().await.expect("it has one"));
        store.close().await;
    }
    assert_eq!(names[0], names[1]);
    assert_ne!(names[0], names[2]);
}
