//! The MCP server: capabilities, lists and dispatch. Every answer goes through one guard.

use crate::guard::caught;
use crate::tools::{self, Call, server_tools};
use crate::{completions, context, jsonrpc, prompts, resources, tasks, text};
use mcp_v8_executions::Service;
use mcp_v8_wasm::Stub;
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CancelTaskParams, CompleteRequestParams,
    CompleteResult, CustomRequest, CustomResult, GetPromptRequestParams, GetPromptResponse,
    GetTaskParams, GetTaskResult, Implementation, ListPromptsResult, ListResourceTemplatesResult,
    ListResourcesResult, ListToolsResult, PaginatedRequestParams, ReadResourceRequestParams,
    ReadResourceResponse, ReadResourceResult, ServerCapabilities, ServerConfig, Tool,
    UpdateTaskParams,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use std::sync::Arc;

/// How long a client may keep a list, milliseconds: lists change only with the configuration.
const LIST_TTL_MS: u64 = 60_000;

/// The handler of every MCP connection. Cheap to clone: there is one per request in the newest protocol.
#[derive(Clone, Debug)]
pub struct Server(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    service: Service,
    tools: Vec<Tool>,
    stubs: Vec<Stub>,
    instructions: String,
    name: String,
    version: &'static str,
}

impl Server {
    /// `version`: of the program, for the handshake. `stubs`: tools that only describe.
    pub fn new(service: Service, version: &'static str, stubs: Vec<Stub>) -> Self {
        let settings = service.settings();
        let mut tools = tools::list(&service);
        tools.extend(stubs.iter().map(tools::stub));
        tools.sort_by(|a, b| a.name.cmp(&b.name));
        let inner = Inner {
            tools,
            stubs,
            instructions: text::instructions(settings, &service.capabilities()),
            name: settings.server.name.clone(),
            version,
            service,
        };
        Self(Arc::new(inner))
    }

    fn implementation(&self) -> Implementation {
        Implementation::new(self.0.name.clone(), self.0.version)
            .with_title("mcp-v8: JavaScript and TypeScript in V8")
    }

    async fn call(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if let Some(stub) = self.0.stubs.iter().find(|stub| stub.name == request.name) {
            return Ok(CallToolResponse::Complete(tools::describe(stub)));
        }
        if let Some(answer) = server_tools::describe(&self.0.service, &request.name).await {
            return Ok(CallToolResponse::Complete(answer));
        }
        let principal = context::principal(&context);
        let call = Call {
            service: &self.0.service,
            principal,
            arguments: request.arguments,
            context: &context,
        };
        match tools::call(&request.name, call).await {
            Some(response) => Ok(response),
            None => {
                let names: Vec<&str> = self.0.tools.iter().map(|tool| tool.name.as_ref()).collect();
                let message = format!("no tool `{}`; there are {}", request.name, names.join(", "));
                Err(ErrorData::invalid_params(message, None))
            }
        }
    }

    async fn read(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let principal = context::principal(&context);
        match resources::read(&self.0.service, &principal, &request.uri).await {
            Ok(Some(contents)) => {
                Ok(ReadResourceResponse::Complete(ReadResourceResult::new(vec![contents])))
            }
            Ok(None) => {
                let data = serde_json::json!({ "uri": request.uri });
                Err(ErrorData::resource_not_found("no such resource", Some(data)))
            }
            Err(error) => {
                tracing::error!(?error, "a resource could not be read");
                Err(ErrorData::internal_error("the resource could not be read", None))
            }
        }
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_prompts()
            .enable_completions()
            .enable_tasks()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(self.implementation())
            .with_instructions(self.0.instructions.clone())
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.0.tools.iter().find(|tool| tool.name == name).cloned()
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        jsonrpc::only_page(request.as_ref())?;
        let mut all = self.0.tools.clone();
        if self.0.service.settings().server.upstream_stubs {
            all.extend(server_tools::list(&self.0.service).await);
        }
        let list = ListToolsResult::with_all_items(all);
        Ok(list.with_ttl_ms(LIST_TTL_MS).with_cache_scope(CacheScope::Private))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        caught("tools/call", self.call(request, context)).await
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        jsonrpc::only_page(request.as_ref())?;
        let list = ListResourcesResult::with_all_items(resources::list());
        Ok(list.with_ttl_ms(LIST_TTL_MS).with_cache_scope(CacheScope::Private))
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        jsonrpc::only_page(request.as_ref())?;
        let list =
            ListResourceTemplatesResult::with_all_items(resources::templates(&self.0.service));
        Ok(list.with_ttl_ms(LIST_TTL_MS).with_cache_scope(CacheScope::Private))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        caught("resources/read", self.read(request, context)).await
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        jsonrpc::only_page(request.as_ref())?;
        let list = ListPromptsResult::with_all_items(prompts::list());
        Ok(list.with_ttl_ms(LIST_TTL_MS).with_cache_scope(CacheScope::Private))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        prompts::get(&request.name, request.arguments.as_ref()).map(GetPromptResponse::Complete)
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let principal = context::principal(&context);
        completions::complete(&self.0.service, &principal, &request).await
    }

    async fn get_task(
        &self,
        request: GetTaskParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetTaskResult, ErrorData> {
        let principal = context::principal(&context);
        caught("tasks/get", tasks::get(&self.0.service, &principal, &request.task_id)).await
    }

    async fn update_task(
        &self,
        request: UpdateTaskParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let principal = context::principal(&context);
        caught("tasks/update", tasks::update(&self.0.service, &principal, &request.task_id)).await
    }

    async fn cancel_task(
        &self,
        request: CancelTaskParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let principal = context::principal(&context);
        caught("tasks/cancel", tasks::cancel(&self.0.service, &principal, &request.task_id)).await
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        Err(jsonrpc::untyped(&request.method, context.protocol_version()))
    }
}
