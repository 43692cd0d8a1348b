//! Wiring of what keeps the state of sessions: keys, envelopes, blobs. Which engine runs is part of it.

use anyhow::Context;
use mcp_v8_executions::Checkpoints;
use mcp_v8_settings::{Location, Settings};
use mcp_v8_storage::{Blobs, Engine, Envelopes, Keyring, Store};
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
    let keys = Keyring::open_or_create(&directory.join("keys"))?;
    let name = engine.to_string();
    let envelopes = Envelopes::new(keys, engine, false, settings.storage.max_checkpoint_bytes);
    let blobs = Blobs::dir(directory.join("heaps"), envelopes.judge())?;
    blobs.check().await?;
    Ok(Some(Checkpoints::new(store.clone(), envelopes, blobs, name)))
}
