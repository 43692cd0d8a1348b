//! The tools of one run: each question answered, each call counted, judged, carried out and recorded.

use super::audit::Record;
use super::fault::ToolFault;
use super::server::{SOON, ToolServer};
use super::view;
use mcp_v8_policy::{Allowed, Context, McpToolRequest};
use mcp_v8_sandbox::HostError;
use mcp_v8_sandbox::host_call::ToolCall;
use mcp_v8_sandbox::host_call::tool::Detail;
use mcp_v8_upstream::{CallResult, Catalog, Tool, UpstreamError, identifiers, search};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Longest answer, bytes: it travels in one frame to the worker.
const ANSWER_MAX: usize = 32 << 20;

/// One per run. Dropping it tells the other servers that nobody waits for what is under way.
pub struct ToolRun {
    server: Arc<ToolServer>,
    context: Context,
    calls: AtomicU32,
}

impl ToolRun {
    pub(super) fn new(server: Arc<ToolServer>, context: Context) -> Self {
        Self { server, context, calls: AtomicU32::new(0) }
    }

    /// Answers one question, in JSON.
    ///
    /// # Errors
    /// [`HostError`], as the script will see it.
    pub async fn call(&self, call: ToolCall) -> Result<String, HostError> {
        let text = self.answer(call).await?.to_string();
        if text.len() > ANSWER_MAX {
            return Err(ToolFault::Long(ANSWER_MAX).into());
        }
        Ok(text)
    }

    async fn answer(&self, call: ToolCall) -> Result<Json, ToolFault> {
        let connections = &self.server.connections;
        Ok(match call {
            ToolCall::Servers => json!(connections.names()),
            ToolCall::Server { server } => self.about(&server).await?,
            ToolCall::List { server: Some(server) } => {
                let catalog = connections.catalog(&server).await?;
                catalog.tools().map(|tool| view::listed(&server, tool)).collect()
            }
            ToolCall::List { server: None } => {
                let all = self.all().await;
                all.iter().map(|(server, tool)| view::listed(server, tool)).collect()
            }
            ToolCall::Search { query, limit, detail } => self.search(&query, limit, detail).await,
            ToolCall::Describe { server, tool } => {
                let catalog = connections.catalog(&server).await?;
                self.described(&server, &catalog, catalog.tool(&server, &tool)?.as_ref())
            }
            ToolCall::Schema { server, tool } => {
                Json::Object(connections.tool(&server, &tool).await?.input_schema.clone())
            }
            ToolCall::Module { server } => {
                let catalog = connections.catalog(&server).await?;
                json!(identifiers(catalog.tools().map(|tool| tool.name.as_str())))
            }
            ToolCall::Call { server, tool, arguments } => {
                self.carry_out(server, tool, &arguments).await?
            }
        })
    }

    /// Tools of all servers that answer soon.
    async fn all(&self) -> Vec<(String, Arc<Tool>)> {
        let mut all = Vec::new();
        for (server, catalog) in self.server.connections.catalogs(SOON).await {
            // Why a server gives none is in what `describe` says of it, and in the log.
            let Some(catalog) = catalog else { continue };
            all.extend(catalog.tools().map(|tool| (server.to_owned(), tool.clone())));
        }
        all
    }

    async fn about(&self, server: &str) -> Result<Json, ToolFault> {
        let connections = &self.server.connections;
        let catalog = connections.catalog(server).await;
        if let Err(error @ UpstreamError::NoServer { .. }) = catalog {
            return Err(error.into());
        }
        let state = connections.states().await.into_iter().find(|state| state.name == server);
        let mut view = json!(state);
        if let Ok(catalog) = catalog {
            let tools = catalog.tools();
            view["tools"] = tools
                .map(|tool| json!({ "name": tool.name, "summary": view::summary(tool) }))
                .collect();
        }
        Ok(view)
    }

    async fn search(&self, query: &str, limit: u32, detail: Detail) -> Json {
        let all = self.all().await;
        let tools = all.iter().map(|(server, tool)| (server.as_str(), tool.clone()));
        let found = search(query, tools, limit as usize);
        let mut views = Vec::new();
        for one in found {
            let catalog = self.server.connections.catalog(&one.server).await.unwrap_or_default();
            let own = identifier(&catalog, &one.tool.name);
            let observed = self.observed(&one.server, &one.tool.name);
            let (own, observed) = (own.as_deref(), observed.as_ref());
            views.push(view::found(&one.server, &one.tool, own, observed, detail));
        }
        Json::Array(views)
    }

    fn described(&self, server: &str, catalog: &Catalog, tool: &Tool) -> Json {
        let own = identifier(catalog, &tool.name);
        let observed = self.observed(server, &tool.name);
        view::described(server, tool, own.as_deref(), observed.as_ref())
    }

    fn observed(&self, server: &str, tool: &str) -> Option<mcp_v8_upstream::Observed> {
        self.server.observations.get(self.context.principal.tenant(), server, tool)
    }

    async fn carry_out(
        &self,
        server: String,
        tool: String,
        arguments: &str,
    ) -> Result<Json, ToolFault> {
        let most = self.server.calls;
        if self.calls.fetch_add(1, Ordering::Relaxed) >= most {
            // It stays at its end, however often a run asks.
            self.calls.store(most, Ordering::Relaxed);
            return Err(ToolFault::Budget(most));
        }
        let known = self.server.connections.tool(&server, &tool).await?;
        let request = McpToolRequest {
            server,
            tool,
            arguments: parsed(arguments)?,
            annotations: known.annotations.clone(),
        };
        let allowed = self.server.gate.check(&self.context, request).await;
        let allowed = allowed.map_err(|denied| ToolFault::Denied(Box::new(denied)))?;
        self.perform(allowed, &known).await
    }

    async fn perform(
        &self,
        allowed: Allowed<McpToolRequest>,
        known: &Tool,
    ) -> Result<Json, ToolFault> {
        let McpToolRequest { server, tool, arguments, .. } = allowed.into_inner();
        let record = Record::begin(&self.context, &server, &tool);
        match self.server.connections.call(&server, &tool, arguments).await {
            Ok(CallResult { json, is_error, bytes }) => {
                record.end(if is_error { "tool_error" } else { "completed" }, bytes);
                if !is_error && known.output_schema.is_none() {
                    self.observe(&server, &tool, &json);
                }
                Ok(json)
            }
            Err(error) => {
                record.end("failed", 0);
                Err(error.into())
            }
        }
    }

    /// Remembers the kind of a result that a typed module would give: structured, or one text of JSON.
    fn observe(&self, server: &str, tool: &str, result: &Json) {
        let tenant = self.context.principal.tenant();
        let note = |value: &Json| self.server.observations.note(tenant, server, tool, value);
        if let Some(value) = result.get("structuredContent") {
            return note(value);
        }
        let content = result["content"].as_array().map(Vec::as_slice).unwrap_or_default();
        if let [one] = content
            && let Some(text) = one["text"].as_str()
        {
            let parsed = serde_json::from_str::<Json>(text);
            let nested = parsed.ok().filter(|value| value.is_object() || value.is_array());
            note(&nested.unwrap_or_else(|| Json::from("")));
        }
    }
}

fn identifier(catalog: &Catalog, name: &str) -> Option<String> {
    let all = identifiers(catalog.tools().map(|tool| tool.name.as_str()));
    all.into_iter().find(|(known, _)| *known == name).and_then(|(_, own)| own)
}

fn parsed(arguments: &str) -> Result<Option<Map<String, Json>>, ToolFault> {
    if arguments.is_empty() {
        return Ok(None);
    }
    match serde_json::from_str(arguments) {
        Ok(Json::Object(map)) => Ok(Some(map)),
        _ => Err(ToolFault::Arguments),
    }
}
