//! Rotation, outage and staleness, with keys in a file and a clock that stands still until it is moved.

use super::*;
use crate::claims::tests::jwt;
use data_encoding::BASE64URL_NOPAD;
use mcp_v8_settings::KeySource;
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use tokio::time::advance;

fn write(path: &Path, id: &str) {
    let x = BASE64URL_NOPAD.encode(&[9; 32]);
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "kid": id, "x": x });
    std::fs::write(path, json!({ "keys": [key] }).to_string()).expect("it can be written");
}

async fn start(path: &Path) -> Result<Arc<Cache>, KeysError> {
    Cache::start(&Jwt { keys: KeySource::File(path.to_owned()), ..jwt() }).await
}

async fn knows(cache: &Arc<Cache>, id: &str) -> bool {
    cache.find(Some(id), Algorithm::EdDSA).await.is_ok()
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_found_once_the_keys_may_be_read_again_and_the_old_one_is_gone() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("jwks.json");
    write(&path, "one");
    let cache = start(&path).await.expect("keys");
    assert!(knows(&cache, "one").await);
    write(&path, "two");
    assert!(!knows(&cache, "two").await, "the keys were read less than 30 s ago");
    assert!(knows(&cache, "one").await);
    advance(Duration::from_secs(31)).await;
    assert!(knows(&cache, "one").await, "a known key is no reason to read them");
    assert!(knows(&cache, "two").await);
    assert!(!knows(&cache, "one").await);
}

#[tokio::test(start_paused = true)]
async fn without_its_source_the_last_keys_stay_for_as_long_as_allowed() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("jwks.json");
    write(&path, "one");
    let cache = start(&path).await.expect("keys");
    std::fs::write(&path, "<html>maintenance</html>").expect("it can be written");
    advance(Duration::from_secs(599)).await;
    assert!(!knows(&cache, "two").await);
    assert!(knows(&cache, "one").await);
    advance(Duration::from_secs(2)).await;
    let refused = cache.find(Some("one"), Algorithm::EdDSA).await;
    assert_eq!(refused.map(drop).err(), Some(Refusal::NoKeys));
    write(&path, "one");
    advance(Duration::from_secs(31)).await;
    assert!(knows(&cache, "one").await, "the source is back");
}

#[tokio::test]
async fn without_keys_there_is_no_start() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("jwks.json");
    assert!(matches!(start(&path).await, Err(KeysError::Source(SourceError::File { .. }))));
    std::fs::write(&path, "{}").expect("it can be written");
    assert!(matches!(start(&path).await, Err(KeysError::Set(SetError::NoList))));
    std::fs::write(&path, vec![b' '; 2000]).expect("it can be written");
    assert!(matches!(start(&path).await, Err(KeysError::Source(SourceError::TooLong(..)))));
    assert!(matches!(start(folder.path()).await, Err(KeysError::Source(SourceError::NotAFile(_)))));
    write(&path, "one");
    assert!(start(&path).await.is_ok());
}
