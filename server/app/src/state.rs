//! Wiring of what keeps the state of sessions: keys, envelopes, blobs. Which engine runs is part of it.

use anyhow::Context;
use mcp_v8_executions::Checkpoints;
use mcp_v8_settings::{BlobStore, Cache, Location, S3, Settings};
use mcp_v8_storage::{Blobs, CacheOptions, Engine, Envelopes, Keyring, S3Options, Store};
use tokio::task::JoinHandle;

/// Starts to tell which engine runs: a hash of this program, because nothing less says that two V8 heaps are alike.
/// Takes a tenth of a second, beside the rest of the start.
pub fn engine() -> JoinHandle<anyhow::Result<Engine>> {
    tokio::task::spawn_blocking(|| {
        let program = std::env::current_exe().context("finding this program's own file")?;
        let mut hasher = blake3::Hasher::new();
        let file = std::fs::File::open(&program).context("reading this program's own file")?;
        hasher.update_reader(file).context("reading this program's own file")?;
        let v8 = mcp_v8_engine::V8_VERSION.to_owned();
        Ok(Engine { hash: *hasher.finalize().as_bytes(), v8 })
    })
}

/// Where checkpoints go; `None` where nothing is kept.
pub async fn checkpoints(
    settings: &Settings,
    store: &Store,
    engine: JoinHandle<anyhow::Result<Engine>>,
) -> anyhow::Result<Option<Checkpoints>> {
    let Location::Directory(directory) = &settings.storage.location else { return Ok(None) };
    if !settings.sessions.enabled {
        return Ok(None);
    }
    let engine = engine.await.context("hashing this program")??;
    let storage = &settings.storage;
    let keys = match &storage.key_file {
        Some(path) => Keyring::open_or_create(path)?,
        None => Keyring::ephemeral()?,
    };
    let name = engine.to_string();
    let envelopes = Envelopes::new(keys, engine, storage.encrypt, storage.max_checkpoint_bytes);
    let blobs = match &storage.blobs {
        BlobStore::Memory => return Ok(None),
        BlobStore::Directory => Blobs::dir(directory.join("heaps"), envelopes.judge())?,
        BlobStore::S3 { bucket, cache } => {
            Blobs::s3(bucket_options(bucket), cache.as_ref().map(cache_options))?
        }
    };
    blobs.check().await?;
    blobs.own(store.identity().await?).await?;
    Ok(Some(Checkpoints::new(store.clone(), envelopes, blobs, name)))
}

fn bucket_options(s3: &S3) -> S3Options {
    S3Options {
        bucket: s3.bucket.clone(),
        prefix: s3.prefix.clone(),
        region: s3.region.clone(),
        endpoint: s3.endpoint.clone(),
        force_path_style: s3.force_path_style,
        access_key_id_file: s3.access_key_id_file.clone(),
        secret_access_key_file: s3.secret_access_key_file.clone(),
        session_token_file: s3.session_token_file.clone(),
        connect_timeout: s3.connect_timeout,
        attempt_timeout: s3.attempt_timeout,
        operation_timeout: s3.operation_timeout,
        attempts: s3.attempts,
        part_bytes: s3.part_bytes,
    }
}

fn cache_options(cache: &Cache) -> CacheOptions {
    CacheOptions { path: cache.path.clone(), bytes_max: cache.bytes_max }
}
