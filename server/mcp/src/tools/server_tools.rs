//! Tools of other MCP servers as tools of this one, where the operator wants them: each says how a program calls the real
//! one, and calls nothing itself.

use mcp_v8_executions::{ServerTool, Service};
use rmcp::model::{CallToolResult, ContentBlock, Tool, ToolAnnotations};
use std::collections::BTreeSet;

/// Longest name, characters: clients take no longer ones.
const NAME_MAX: usize = 64;

/// Longest description, characters; `mcp.describe` has all of it.
const DESCRIPTION_MAX: usize = 500;

/// One for each tool whose name fits and is no other's.
pub async fn list(service: &Service) -> Vec<Tool> {
    let prefix = &service.settings().server.stub_prefix;
    let mut taken = BTreeSet::new();
    let tools = service.server_tools().await.into_iter().filter_map(|tool| {
        let name = name(prefix, &tool);
        (name.len() <= NAME_MAX && taken.insert(name.clone())).then(|| stub(name, tool))
    });
    tools.collect()
}

/// What a call of such a tool answers; `None` when there is none of this name.
pub async fn describe(service: &Service, wanted: &str) -> Option<CallToolResult> {
    let server = &service.settings().server;
    if !server.upstream_stubs || !wanted.starts_with(&server.stub_prefix) {
        return None;
    }
    let tools = service.server_tools().await;
    let tool = tools.iter().find(|tool| name(&server.stub_prefix, tool) == wanted)?;
    Some(CallToolResult::success(vec![ContentBlock::text(how(tool))]))
}

fn stub(name: String, tool: ServerTool) -> Tool {
    let text: String = tool.description.chars().take(DESCRIPTION_MAX).collect();
    let description = format!("{} The server says of it: {text}", how(&tool));
    let hint = |name: &str| tool.annotations.get(name).and_then(serde_json::Value::as_bool);
    let mut annotations = ToolAnnotations::new();
    annotations.read_only_hint = hint("readOnlyHint");
    annotations.destructive_hint = hint("destructiveHint");
    annotations.idempotent_hint = hint("idempotentHint");
    annotations.open_world_hint = hint("openWorldHint");
    // Without the output schema: its answer is a text, and only the real one gives what that schema promises.
    Tool::new(name, description, tool.input_schema).with_annotations(annotations)
}

fn how(tool: &ServerTool) -> String {
    let ServerTool { server, name, import, .. } = tool;
    format!(
        "Not called by itself: a program in run_js calls {name} of {server}, for example after `{import}`."
    )
}

/// Clients take letters, digits, `_` and `-`.
fn name(prefix: &str, tool: &ServerTool) -> String {
    let good = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    format!("{prefix}{}__{}", tool.server, tool.name.chars().map(good).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stub_keeps_schema_and_hints_and_has_a_name_that_clients_take() {
        let object = |value: serde_json::Value| value.as_object().unwrap().clone();
        let tool = ServerTool {
            server: "github".to_owned(),
            name: "issues/list".to_owned(),
            description: "Lists.".to_owned(),
            input_schema: object(serde_json::json!({ "type": "object", "required": ["repo"] })),
            annotations: object(serde_json::json!({ "readOnlyHint": true })),
            import: "import { issues_list } from \"mcp:github\";".to_owned(),
        };
        let name = name("runjs__", &tool);
        assert_eq!(name, "runjs__github__issues_list");
        let stub = stub(name, tool.clone());
        assert_eq!(*stub.input_schema, tool.input_schema);
        assert_eq!(stub.annotations.unwrap().read_only_hint, Some(true));
        assert!(stub.description.unwrap().starts_with("Not called by itself"));
    }
}
