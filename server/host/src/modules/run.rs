//! The imports of one run: each edge understood, judged, obtained and answered. Not the cache and not the network.

use super::client::ModuleClient;
use super::error::ModuleError;
use super::graph::Graph;
use super::lock::Leads;
use super::media;
use super::obtain::Import;
use super::specifier::{Specifier, target};
use crate::fetch::Connections;
use mcp_v8_policy::{Context, ModuleKind, Target};
use mcp_v8_sandbox::host_call::module::{Edge, Module, Wanted};
use mcp_v8_sandbox::host_call::{HostAnswer, HostError, ModuleCall};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;

/// One per run. Dropping it ends what it fetches, and writes the lock file.
pub struct ModuleRun {
    pub(super) client: Arc<ModuleClient>,
    pub(super) context: Context,
    pub(super) connections: Connections,
    pub(super) parallel: Semaphore,
    pub(super) graph: Graph,
    /// Metadata of packages, by URL: asked for by every file of a package.
    pub(super) metadata: Mutex<HashMap<String, Arc<[u8]>>>,
}

impl ModuleRun {
    pub(super) fn new(client: Arc<ModuleClient>, context: Context) -> Self {
        Self {
            connections: client.fetch.connections(),
            parallel: Semaphore::new(client.settings.max_parallel),
            graph: Graph::new(),
            metadata: Mutex::default(),
            client,
            context,
        }
    }

    /// Answers one import.
    ///
    /// # Errors
    /// [`HostError`], as the script will see it.
    pub async fn call(&self, call: ModuleCall) -> Result<HostAnswer, HostError> {
        let limit = self.client.settings.timeout;
        let (edge, work): (_, std::pin::Pin<Box<dyn Future<Output = _> + Send>>) = match call {
            ModuleCall::Load { edge, wanted } => {
                let requested = edge.requested.clone();
                (
                    requested,
                    Box::pin(async move { self.load(edge, wanted).await.map(HostAnswer::Module) }),
                )
            }
            ModuleCall::Judge { edge } => {
                let requested = edge.requested.clone();
                (
                    requested,
                    Box::pin(async move { self.judge_edge(edge).await.map(|()| HostAnswer::Done) }),
                )
            }
        };
        let ended = tokio::time::timeout(limit, work).await;
        ended.unwrap_or(Err(ModuleError::Time(limit))).map_err(|error| error.of(&edge))
    }

    async fn load(&self, edge: Edge, wanted: Wanted) -> Result<Module, ModuleError> {
        let depth = self.graph.below(edge.referrer.as_deref(), &self.client.settings)?;
        let (import, start) = self.understand(edge).await?;
        let content = self.obtain(&import, start.clone()).await?;
        // Wherever a file of a package came from, it is what the package says; and so is what another URL leads to.
        for named in [&start, &content.target] {
            self.verify_jsr(&import, named, &content).await?;
        }
        let path = content.target.url().path();
        let syntax = media::syntax(wanted, &content.media, path, &content.bytes)?;
        let url = content.target.as_str().to_owned();
        self.graph.add(&url, depth);
        tracing::debug!(%url, sha256 = content.sha256, ?syntax, "a module is given to a run");
        Ok(Module { url, syntax, bytes: content.bytes.to_vec() })
    }

    async fn judge_edge(&self, edge: Edge) -> Result<(), ModuleError> {
        let depth = self.graph.below(edge.referrer.as_deref(), &self.client.settings)?;
        let (import, start) = self.understand(edge).await?;
        let end = self.judge_way(&import, start).await?;
        self.graph.add(end.as_str(), depth);
        Ok(())
    }

    /// The edge as policies see it, and the URL it begins at.
    async fn understand(&self, edge: Edge) -> Result<(Import, Target), ModuleError> {
        let referrer = edge.referrer.map(|url| self.referrer(&url)).transpose()?;
        let import = |kind, package| Import {
            requested: edge.requested.clone(),
            kind,
            package,
            referrer: referrer.clone(),
        };
        match Specifier::parse(&edge.specifier, &self.client.settings.npm_cdn)? {
            Specifier::Url(target) => Ok((import(ModuleKind::Url, None), target)),
            Specifier::Npm { package, target } => {
                Ok((import(ModuleKind::Npm, Some(package)), target))
            }
            Specifier::Jsr { package, wanted, export } => {
                let import = import(ModuleKind::Jsr, Some(package.clone()));
                let target = self.resolve_jsr(&import, &package, &wanted, &export).await?;
                Ok((import, target))
            }
        }
    }

    /// An importing module is one that this server gave to the run, or to a run before.
    fn referrer(&self, url: &str) -> Result<Target, ModuleError> {
        let given = || {
            let noted = self.client.lock.get(url).map(|entry| entry.leads);
            matches!(noted, Some(Leads::Content { .. }))
        };
        if !self.graph.has(url) && !given() {
            return Err(ModuleError::Referrer(url.chars().take(200).collect()));
        }
        target(url.parse().map_err(|_| ModuleError::Referrer(url.to_owned()))?)
    }
}

impl Drop for ModuleRun {
    fn drop(&mut self) {
        let client = self.client.clone();
        let flush = move || {
            if let Err(error) = client.lock.flush() {
                tracing::warn!(%error, "the lock file of modules could not be written");
            }
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(flush)),
            Err(_) => flush(),
        }
    }
}
