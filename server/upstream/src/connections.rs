//! All servers of the configuration. One that fails keeps no other waiting, and none is started before it is needed.

use crate::catalog::{Catalog, Tool};
use crate::error::UpstreamError;
use crate::link::Answer;
use crate::nearest::nearest;
use crate::secrets::Secrets;
use crate::server::{Server, ServerState};
use futures::future::join_all;
use mcp_v8_settings::Upstream;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// See the module.
pub struct Connections(BTreeMap<String, Arc<Server>>);

/// The result of a call.
#[derive(Debug)]
pub struct CallResult {
    /// `CallToolResult` of MCP.
    pub json: Json,
    /// The tool says that it failed.
    pub is_error: bool,
    /// Length of its JSON.
    pub bytes: usize,
}

impl std::fmt::Debug for Connections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Connections {
    /// Nothing is started yet.
    pub fn new(upstreams: &[Upstream], secrets: Arc<dyn Secrets>) -> Arc<Self> {
        let server = |upstream: &Upstream| {
            (upstream.name.clone(), Server::new(upstream.clone(), secrets.clone()))
        };
        Arc::new(Self(upstreams.iter().map(server).collect()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the order of the alphabet.
    pub fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    /// The tools of one server, which is started where it is not there.
    ///
    /// # Errors
    /// [`UpstreamError`].
    pub async fn catalog(&self, server: &str) -> Result<Arc<Catalog>, UpstreamError> {
        self.server(server)?.catalog().await
    }

    /// The tools of all servers, asked at once; `None` for those that give none within this time. A server that is only
    /// slow goes on starting.
    pub async fn catalogs(&self, within: Duration) -> Vec<(&str, Option<Arc<Catalog>>)> {
        let each = self.0.iter().map(async |(name, server)| {
            let catalog = tokio::time::timeout(within, server.catalog()).await;
            (name.as_str(), catalog.ok().and_then(Result::ok))
        });
        join_all(each).await
    }

    /// One tool.
    ///
    /// # Errors
    /// [`UpstreamError`], with the nearest names when there is no such server or tool.
    pub async fn tool(&self, server: &str, tool: &str) -> Result<Arc<Tool>, UpstreamError> {
        self.catalog(server).await?.tool(server, tool)
    }

    /// Calls a tool, once. Dropping the future tells the server that nobody waits.
    ///
    /// # Errors
    /// [`UpstreamError`]. A result that says it is an error is none here.
    pub async fn call(
        &self,
        server: &str,
        tool: &str,
        arguments: Option<Map<String, Json>>,
    ) -> Result<CallResult, UpstreamError> {
        let Answer { json, is_error, bytes } = self.server(server)?.call(tool, arguments).await?;
        Ok(CallResult { json, is_error, bytes })
    }

    /// What is known of each, without starting any.
    pub async fn states(&self) -> Vec<ServerState> {
        join_all(self.0.values().map(|server| server.state())).await
    }

    /// Ends all of them, at once.
    pub async fn close(&self) {
        join_all(self.0.values().map(|server| server.close())).await;
    }

    fn server(&self, name: &str) -> Result<&Arc<Server>, UpstreamError> {
        self.0.get(name).ok_or_else(|| UpstreamError::NoServer {
            name: name.chars().take(100).collect(),
            near: nearest(name, self.0.keys().map(String::as_str)),
        })
    }
}
