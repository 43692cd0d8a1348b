//! The other servers, for all runs. Not a run.

use super::run::ToolRun;
use super::view;
use crate::secret_file;
use mcp_v8_policy::{Context, Gate};
use mcp_v8_settings::Upstream;
use mcp_v8_upstream::{Connections, Observations, SecretError, Secrets, Tool, identifiers};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// What a list over all servers waits for one that is just starting, or hangs.
pub(super) const SOON: Duration = Duration::from_secs(5);

/// One for the server.
#[derive(Debug)]
pub struct ToolServer {
    pub(super) connections: Arc<Connections>,
    pub(super) observations: Observations,
    pub(super) gate: Arc<Gate>,
    /// Calls of one run.
    pub(super) calls: u32,
}

impl ToolServer {
    /// Nothing is started yet.
    pub fn new(upstreams: &[Upstream], calls: u32, gate: Arc<Gate>) -> Arc<Self> {
        Arc::new(Self {
            connections: Connections::new(upstreams, Arc::new(PrivateFiles)),
            observations: Observations::default(),
            gate,
            calls,
        })
    }

    /// The tools for one run, on whose behalf `context` says.
    pub fn run(self: &Arc<Self>, context: Context) -> ToolRun {
        ToolRun::new(self.clone(), context)
    }

    pub fn connections(&self) -> &Arc<Connections> {
        &self.connections
    }

    /// The TypeScript declaration of a tool, as one tenant may see it; `None` where there is no such server or tool, or the
    /// server does not answer.
    pub async fn declaration(&self, tenant: &str, server: &str, tool: &str) -> Option<String> {
        let catalog = self.connections.catalog(server).await.ok()?;
        let found = catalog.tool(server, tool).ok()?;
        let observed = self.observations.get(tenant, server, tool);
        Some(mcp_v8_upstream::module(server, &catalog, &found, observed.as_ref()))
    }

    /// The tools of those servers that answer soon; the others are started meanwhile, and are there the next time.
    pub async fn listed_soon(&self) -> Vec<ListedTool> {
        let mut all = Vec::new();
        for (server, catalog) in self.connections.catalogs(SOON).await {
            let Some(catalog) = catalog else { continue };
            let named = identifiers(catalog.tools().map(|tool| tool.name.as_str()));
            let tools = catalog.tools().zip(named);
            all.extend(tools.map(|(tool, (_, own))| ListedTool {
                server: server.to_owned(),
                import: view::imported(server, tool, own.as_deref()),
                tool: tool.clone(),
            }));
        }
        all
    }

    /// Ends the other servers.
    pub async fn close(&self) {
        self.connections.close().await;
    }
}

/// A tool, and how a program imports it.
#[derive(Clone, Debug)]
pub struct ListedTool {
    pub server: String,
    pub tool: Arc<Tool>,
    pub import: String,
}

/// Secrets by the rules of this crate.
struct PrivateFiles;

impl Secrets for PrivateFiles {
    fn read(&self, path: &Path) -> Result<Zeroizing<String>, SecretError> {
        Ok(secret_file::read(path)?)
    }
}
