//! What all runs of a server share for their imports: settings, policy gate, cache, lock file. Not connections.

use super::cache::Cache;
use super::lock::{LockError, LockFile};
use super::run::ModuleRun;
use crate::fetch::FetchClient;
use mcp_v8_policy::{Context, Gate};
use mcp_v8_sandbox::host_call::Caller;
use mcp_v8_settings::Modules;
use std::sync::Arc;

/// One per server.
pub struct ModuleClient {
    pub(super) settings: Modules,
    pub(super) gate: Arc<Gate>,
    /// For look-ups, the address floor and TLS.
    pub(super) fetch: Arc<FetchClient>,
    pub(super) cache: Cache,
    pub(super) lock: LockFile,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ModuleClientError {
    #[error("{0}")]
    Lock(#[from] LockError),
    #[error("the cache of modules {folder} cannot be used: {source}")]
    Cache { folder: String, source: std::io::Error },
}

impl ModuleClient {
    /// Reads the lock file and lists the cache: not for an async thread.
    ///
    /// # Errors
    /// [`ModuleClientError`], with which the server does not start.
    pub fn new(
        settings: Modules,
        gate: Arc<Gate>,
        fetch: Arc<FetchClient>,
    ) -> Result<Arc<Self>, ModuleClientError> {
        let lock = LockFile::open(settings.lock_file.as_deref(), settings.max_locked)?;
        let folder = settings.cache_dir.as_deref();
        let cache = Cache::open(folder, settings.cache_bytes).map_err(|source| {
            let folder = folder.map(|folder| folder.display().to_string()).unwrap_or_default();
            ModuleClientError::Cache { folder, source }
        })?;
        Ok(Arc::new(Self { settings, gate, fetch, cache, lock }))
    }

    /// What answers the imports of one run.
    pub fn run(self: &Arc<Self>, caller: Caller) -> ModuleRun {
        let context = Context::new(caller.principal, caller.execution, caller.session);
        ModuleRun::new(self.clone(), context)
    }
}
