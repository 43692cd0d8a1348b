//! Servers and tools as scripts read them. JSON, and the names of MCP where it has them.

use mcp_v8_sandbox::host_call::tool::Detail;
use mcp_v8_upstream::{Observed, Tool, declaration};
use serde_json::{Value as Json, json};

/// Longest summary, characters: a sentence.
const SUMMARY: usize = 160;

/// As MCP lists it, with its server.
pub(super) fn listed(server: &str, tool: &Tool) -> Json {
    let mut view = json!({
        "server": server,
        "name": tool.name,
        "description": tool.description,
        "inputSchema": tool.input_schema,
    });
    if let Some(title) = &tool.title {
        view["title"] = title.as_str().into();
    }
    if let Some(schema) = &tool.output_schema {
        view["outputSchema"] = Json::Object(schema.clone());
    }
    if !tool.annotations.is_empty() {
        view["annotations"] = Json::Object(tool.annotations.clone());
    }
    view
}

/// All that is known of it: as listed, with its declaration and how it is imported.
pub(super) fn described(
    server: &str,
    tool: &Tool,
    identifier: Option<&str>,
    observed: Option<&Observed>,
) -> Json {
    let mut view = listed(server, tool);
    view["import"] = imported(server, tool, identifier).into();
    view["declaration"] = declaration(tool, identifier, observed).into();
    if let (None, Some(observed)) = (&tool.output_schema, observed) {
        view["observedOutputSchema"] = observed.schema.clone();
    }
    view
}

/// A tool that a search found.
pub(super) fn found(
    server: &str,
    tool: &Tool,
    identifier: Option<&str>,
    observed: Option<&Observed>,
    detail: Detail,
) -> Json {
    match detail {
        Detail::Name => json!({ "server": server, "name": tool.name }),
        Detail::Summary => {
            json!({ "server": server, "name": tool.name, "summary": summary(tool) })
        }
        Detail::Full => described(server, tool, identifier, observed),
    }
}

/// The first sentence of what a server says of its tool.
pub(super) fn summary(tool: &Tool) -> String {
    let text = tool.description.lines().find(|line| !line.trim().is_empty());
    let text = text.or(tool.title.as_deref()).unwrap_or_default().trim();
    let sentence = text.split_inclusive(". ").next().unwrap_or_default().trim_end();
    sentence.chars().take(SUMMARY).collect()
}

/// How a program imports it.
pub(super) fn imported(server: &str, tool: &Tool, identifier: Option<&str>) -> String {
    match identifier {
        Some(name) => format!("import {{ {name} }} from \"mcp:{server}\";"),
        None => {
            format!(
                "import {{ {} as tool }} from \"mcp:{server}\";",
                Json::from(tool.name.as_str())
            )
        }
    }
}
