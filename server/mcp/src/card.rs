//! The capability card: what programs of this caller have here. From the configuration, so that a model need not guess;
//! whether a single use is allowed is a policy's.

use mcp_v8_executions::Service;
use mcp_v8_sandbox::{Capability, Principal};
use mcp_v8_settings::{RootMode, Settings};
use serde_json::{Value as Json, json};

pub const URI: &str = "capabilities://me";

/// The card, for one caller.
pub async fn of(service: &Service, principal: &Principal) -> Json {
    let settings = service.settings();
    let mut capabilities = serde_json::Map::new();
    for capability in service.capabilities() {
        let view = match capability {
            Capability::McpTools => tools(service).await,
            other => plain(other, settings),
        };
        capabilities.insert(capability.to_string(), view);
    }
    let wasm: Vec<String> = service.wasm().iter().map(|name| format!("__wasm_{name}")).collect();
    json!({
        "tenant": principal.tenant(),
        "subject": principal.subject(),
        "capabilities": capabilities,
        "absent": absent(service),
        "webassembly": wasm,
        "sessions": sessions(service),
        "limits": limits(settings),
        "note": "Each use of a capability is a decision of the operator's policy; a refusal says why.",
    })
}

async fn tools(service: &Service) -> Json {
    let servers = service.tool_servers().await;
    let servers: Vec<Json> = servers
        .into_iter()
        .map(|server| json!({ "name": server.name, "state": server.state, "tools": server.tools }))
        .collect();
    json!({
        "globals": ["mcp"],
        "servers": servers,
        "declarations": "tools://<server>/<tool>.d.ts",
        "max_calls_per_run": service.settings().limits.tool_calls,
    })
}

fn plain(capability: Capability, settings: &Settings) -> Json {
    match capability {
        Capability::Fetch => json!({
            "globals": ["fetch", "Headers", "Request", "Response"],
            "private_ranges": settings.fetch.allow_cidrs.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }),
        Capability::Filesystem => {
            let roots = settings.files.iter().flat_map(|files| &files.roots);
            let roots: Vec<Json> = roots
                .map(|root| {
                    let mode = match root.mode {
                        RootMode::Read => "read",
                        RootMode::ReadWrite => "read_write",
                    };
                    json!({ "path": root.path.display().to_string(), "name": root.name, "mode": mode })
                })
                .collect();
            json!({ "globals": ["fs"], "roots": roots })
        }
        Capability::Subprocess => json!({ "globals": ["child_process", "Deno"] }),
        Capability::Modules => json!({ "imports": ["npm:", "jsr:", "https:"] }),
        Capability::WebSocket => json!({ "globals": ["WebSocket"] }),
        Capability::McpTools | Capability::RunJsFile => json!({}),
    }
}

fn absent(service: &Service) -> Vec<&'static str> {
    let present = service.capabilities();
    Capability::ALL.iter().filter(|one| !present.contains(one)).map(|one| one.as_str()).collect()
}

fn sessions(service: &Service) -> Json {
    let sessions = &service.settings().sessions;
    json!({
        "enabled": sessions.enabled,
        "stored": service.keeps_heaps(),
        "idle_secs": sessions.idle_ttl.as_secs(),
    })
}

fn limits(settings: &Settings) -> Json {
    let limits = &settings.limits;
    json!({
        "execution_timeout_secs": limits.execution_timeout.as_secs(),
        "max_execution_timeout_secs": limits.max_execution_timeout.as_secs(),
        "cpu_secs": limits.cpu.as_secs(),
        "heap_mb": limits.heap_bytes >> 20,
        "array_buffer_mb": limits.buffer_bytes >> 20,
        "output_bytes": limits.output_bytes,
        "result_bytes": limits.result_bytes,
        "source_bytes": limits.source_bytes,
        "artifact_mb": limits.artifact_bytes >> 20,
        "artifacts": limits.artifacts,
        "wait_ms": limits.sync_wait.as_millis() as u64,
    })
}
