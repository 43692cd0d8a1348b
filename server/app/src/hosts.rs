//! What the calls of scripts reach: the policy gate, and the effects behind it. Policies are loaded at the start and
//! again on SIGHUP; a set that is wrong leaves the one in force.

use mcp_v8_executions::{Hosts, Later, ServerTool, TextFuture, ToolServer as ToolServerState};
use mcp_v8_host::fetch::{FetchClient, FetchRun, SystemResolver};
use mcp_v8_host::files::{FileRun, FileServer};
use mcp_v8_host::modules::{ModuleClient, ModuleRun};
use mcp_v8_host::script_file::ScriptFiles;
use mcp_v8_host::subprocess::{ChildRun, ChildServer};
use mcp_v8_host::tools::{ListedTool, ServerState, ToolRun, ToolServer};
use mcp_v8_host::websocket::{WebSocketClient, WebSocketRun};
use mcp_v8_policy::{Context, Gate, GateMetrics, PolicySet};
use mcp_v8_sandbox::host_call::wasm::WasmAnswer;
use mcp_v8_sandbox::{
    Caller, Capability, Host, HostAnswer, HostCall, HostError, HostFuture, Principal,
};
use mcp_v8_settings::Settings;
use mcp_v8_wasm::Module;
use mcp_v8_workers::WorkerBinary;
use std::sync::Arc;

/// Capabilities that this version carries out. The others are checked, and absent from scripts.
const CARRIED_OUT: &[Capability] = &[
    Capability::Fetch,
    Capability::WebSocket,
    Capability::Filesystem,
    Capability::Subprocess,
    Capability::Modules,
    Capability::McpTools,
    Capability::RunJsFile,
];

/// One per server.
pub struct Effects {
    gate: Arc<Gate>,
    fetch: Arc<FetchClient>,
    websockets: Arc<WebSocketClient>,
    /// The roots as they were at the start: a reload brings no new ones.
    files: Option<FileServer>,
    modules: Arc<ModuleClient>,
    scripts: ScriptFiles,
    wasm: Arc<[Module]>,
    children: Option<Arc<ChildServer>>,
    tools: Arc<ToolServer>,
}

impl std::fmt::Debug for Effects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Effects(policies {})", self.gate.set().version())
    }
}

impl Effects {
    /// The effects under these policies; `None` where scripts have no capability. Reads files: not for an async thread.
    ///
    /// # Errors
    /// When the HTTP client or the cache of modules cannot be set up, or a root of files cannot be opened.
    pub fn new(
        settings: &Settings,
        policies: PolicySet,
        wasm: Vec<Module>,
    ) -> anyhow::Result<Option<Arc<Self>>> {
        for capability in policies.capabilities().filter(|one| !CARRIED_OUT.contains(one)) {
            tracing::warn!(%capability, "this version does not carry out what [policies.{capability}] allows: scripts do not have it");
        }
        if !settings.upstream.is_empty()
            && !policies.capabilities().any(|one| one == Capability::McpTools)
        {
            tracing::warn!(
                "there are servers in [upstream] and no [policies.mcp_tools]: scripts do not reach them"
            );
        }
        if wasm.is_empty() && !policies.capabilities().any(|one| CARRIED_OUT.contains(&one)) {
            return Ok(None);
        }
        let gate = Arc::new(Gate::new(policies));
        let fetch =
            FetchClient::new(settings.fetch.clone(), gate.clone(), Arc::new(SystemResolver))?;
        let websockets =
            WebSocketClient::new(settings.websocket.clone(), gate.clone(), fetch.clone());
        let files = settings.files.as_ref();
        let files = files.map(|files| FileServer::open(files, gate.clone())).transpose()?;
        let modules = ModuleClient::new(settings.modules.clone(), gate.clone(), fetch.clone())?;
        let scripts = ScriptFiles::new(gate.clone());
        let tools = ToolServer::new(&settings.upstream, settings.limits.tool_calls, gate.clone());
        let children = match &settings.subprocess {
            Some(subprocess) => {
                let keeper = WorkerBinary::current_program()?;
                Some(ChildServer::new(subprocess.clone(), gate.clone(), keeper))
            }
            None => None,
        };
        Ok(Some(Arc::new(Self {
            gate,
            fetch,
            websockets,
            files,
            children,
            modules,
            scripts,
            tools,
            wasm: wasm.into(),
        })))
    }

    /// Ends what runs for scripts beside them: the servers of `[upstream.<name>]`.
    pub async fn close(&self) {
        self.tools.close().await;
    }

    /// What the policies have decided since the start.
    pub fn metrics(&self) -> GateMetrics {
        self.gate.metrics()
    }

    /// Puts the policies of `settings` in force, or keeps the old ones and says why in the log. Reads files.
    pub fn reload(&self, settings: &Settings) {
        // The gate has written what came of it.
        let _ = self.gate.reload(&settings.policies);
    }
}

impl Hosts for Effects {
    fn capabilities(&self) -> Vec<Capability> {
        let there = |one: &Capability| match one {
            Capability::Filesystem => self.files.is_some(),
            Capability::Subprocess => self.children.is_some(),
            other => CARRIED_OUT.contains(other),
        };
        self.gate.set().capabilities().filter(there).collect()
    }

    fn wasm(&self) -> Vec<String> {
        self.wasm.iter().map(|module| module.name.clone()).collect()
    }

    fn tool_servers(&self) -> Later<'_, Vec<ToolServerState>> {
        Box::pin(async move {
            let states = self.tools.connections().states().await.into_iter();
            let state = |one: ServerState| ToolServerState {
                name: one.name,
                transport: one.transport,
                state: one.state,
                tools: one.tools,
            };
            states.map(state).collect()
        })
    }

    fn server_tools(&self) -> Later<'_, Vec<ServerTool>> {
        Box::pin(async move {
            if !self.gate.set().capabilities().any(|one| one == Capability::McpTools) {
                return Vec::new();
            }
            let listed = self.tools.listed_soon().await.into_iter();
            let view = |one: ListedTool| ServerTool {
                server: one.server,
                name: one.tool.name.clone(),
                description: one.tool.description.clone(),
                input_schema: one.tool.input_schema.clone(),
                annotations: one.tool.annotations.clone(),
                import: one.import,
            };
            listed.map(view).collect()
        })
    }

    fn declaration<'a>(
        &'a self,
        principal: &'a Principal,
        server: &'a str,
        tool: &'a str,
    ) -> Later<'a, Option<String>> {
        // Without the capability there is nothing that could be imported.
        let there = self.gate.set().capabilities().any(|one| one == Capability::McpTools);
        Box::pin(async move {
            if !there {
                return None;
            }
            self.tools.declaration(principal.tenant(), server, tool).await
        })
    }

    fn open(&self, caller: Caller) -> Box<dyn Host> {
        let context =
            Context::new(caller.principal.clone(), caller.execution, caller.session.clone());
        Box::new(RunEffects {
            files: self.files.as_ref().map(|files| files.run(context.clone())),
            children: self.children.as_ref().map(|children| children.run(context.clone())),
            tools: self.tools.run(context),
            modules: self.modules.run(caller.clone()),
            websockets: self.websockets.run(caller.clone()),
            fetch: self.fetch.run(caller),
            wasm: self.wasm.clone(),
        })
    }

    fn script_file<'a>(&'a self, caller: Caller, path: &'a str, most: u64) -> TextFuture<'a> {
        Box::pin(self.scripts.read(caller, path, most))
    }
}

/// The calls of one run.
struct RunEffects {
    fetch: FetchRun,
    websockets: WebSocketRun,
    files: Option<FileRun>,
    modules: ModuleRun,
    wasm: Arc<[Module]>,
    children: Option<ChildRun>,
    tools: ToolRun,
}

impl Host for RunEffects {
    fn call(&self, call: HostCall) -> HostFuture<'_> {
        Box::pin(async move {
            match call {
                HostCall::Fetch(call) => self.fetch.call(call).await,
                HostCall::WebSocket(call) => self.websockets.call(call).await,
                HostCall::Module(call) => self.modules.call(call).await,
                HostCall::Wasm(call) => wasm_module(&self.wasm, &call.name),
                HostCall::Tool(call) => self.tools.call(call).await.map(HostAnswer::Tool),
                HostCall::File(call) => {
                    let files =
                        self.files.as_ref().ok_or_else(|| absent(Capability::Filesystem))?;
                    files.call(call).await.map(HostAnswer::File)
                }
                HostCall::Child(call) => {
                    let children = self.children.as_ref();
                    let children = children.ok_or_else(|| absent(Capability::Subprocess))?;
                    children.call(call).await.map(HostAnswer::Child)
                }
            }
        })
    }
}

/// A worker asked for what its scripts have no globals for.
fn absent(capability: Capability) -> HostError {
    HostError::new("Error", format!("there is no [policies.{capability}]"))
}

fn wasm_module(modules: &[Module], name: &str) -> Result<HostAnswer, HostError> {
    let found = modules.iter().find(|module| module.name == name);
    let found = found.ok_or_else(|| {
        HostError::new(
            "ReferenceError",
            format!("the operator's configuration has no [wasm.{name}]"),
        )
    })?;
    let (bytes, imports) = (found.bytes.to_vec(), !found.imports.is_empty());
    Ok(HostAnswer::Wasm(WasmAnswer { bytes, stateful: found.stateful, imports }))
}
