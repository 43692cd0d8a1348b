//! Resources: the console output and the artifacts of executions, declarations of tools, and what the caller has, by URI. Looked up under the caller, like everything else.

use crate::{artifacts, card};
use mcp_v8_executions::{LookupError, PageRequest, Service};
use mcp_v8_sandbox::{Capability, ExecutionId, Principal};
use percent_encoding::percent_decode_str;
use rmcp::model::{Resource, ResourceContents, ResourceTemplate};

/// Most output one read returns, bytes; the tool get_execution_output has all of it.
const READ_MAX: u64 = 1 << 20;

const ARTIFACT_TEMPLATE: &str = "artifact://{execution_id}/{key}";
const OUTPUT_TEMPLATE: &str = "exec://{execution_id}/output";
const DECLARATION_TEMPLATE: &str = "tools://{server}/{tool}.d.ts";
const TEXT: &str = "text/plain";
const TYPESCRIPT: &str = "application/typescript";

/// The resources that have no variable.
pub fn list() -> Vec<Resource> {
    vec![
        Resource::new(card::URI, "capabilities")
            .with_title("What your programs have here")
            .with_description("Globals, tool servers, files, sessions and limits, for this caller")
            .with_mime_type("application/json"),
    ]
}

/// A link to the output of an execution.
pub fn output_link(id: &str, bytes: u64) -> Resource {
    Resource::new(format!("exec://{id}/output"), format!("output of {id}"))
        .with_mime_type(TEXT)
        .with_size(bytes)
}

/// The templates there are.
pub fn templates(service: &Service) -> Vec<ResourceTemplate> {
    let mut all = vec![
        ResourceTemplate::new(OUTPUT_TEMPLATE, "execution output")
            .with_description("Console output of an execution, the first 1048576 bytes")
            .with_mime_type(TEXT),
        ResourceTemplate::new(ARTIFACT_TEMPLATE, "artifact").with_description(
            "A file or image that an execution handed out; the key is percent-encoded",
        ),
    ];
    if service.capabilities().contains(&Capability::McpTools) {
        all.push(
            ResourceTemplate::new(DECLARATION_TEMPLATE, "tool declaration")
                .with_description("TypeScript declaration of a tool of another MCP server")
                .with_mime_type(TYPESCRIPT),
        );
    }
    all
}

/// Whether there is such a template, with such a variable.
pub fn has_argument(template: &str, variable: &str) -> bool {
    match template {
        OUTPUT_TEMPLATE => variable == "execution_id",
        ARTIFACT_TEMPLATE => variable == "execution_id" || variable == "key",
        DECLARATION_TEMPLATE => variable == "server" || variable == "tool",
        _ => false,
    }
}

/// Reads a resource of this caller; `None` when there is none at this URI.
///
/// # Errors
/// [`LookupError::Storage`].
pub async fn read(
    service: &Service,
    principal: &Principal,
    uri: &str,
) -> Result<Option<ResourceContents>, LookupError> {
    if uri == card::URI {
        let card = card::of(service, principal).await.to_string();
        return Ok(Some(ResourceContents::text(card, uri).with_mime_type("application/json")));
    }
    if let Some((server, tool)) = declaration_of(uri) {
        let text = service.declaration(principal, &server, &tool).await;
        return Ok(text.map(|text| ResourceContents::text(text, uri).with_mime_type(TYPESCRIPT)));
    }
    if let Some((id, key)) = artifacts::parse(uri) {
        return match service.artifact(principal, Some(id), &key).await {
            Ok((record, bytes)) => Ok(Some(artifacts::contents(&record, bytes))),
            Err(LookupError::NoArtifact) => Ok(None),
            Err(error) => Err(error),
        };
    }
    let Some(id) = output_id(uri) else { return Ok(None) };
    match service.output(principal, id, PageRequest::Bytes { offset: 0, limit: READ_MAX }).await {
        Ok(page) => Ok(Some(ResourceContents::text(page.data, uri).with_mime_type(TEXT))),
        Err(LookupError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The server and the tool that a URI names.
fn declaration_of(uri: &str) -> Option<(String, String)> {
    let (server, tool) = uri.strip_prefix("tools://")?.strip_suffix(".d.ts")?.split_once('/')?;
    let plain = |text: &str| Some(percent_decode_str(text).decode_utf8().ok()?.into_owned());
    Some((plain(server)?, plain(tool)?))
}

fn output_id(uri: &str) -> Option<ExecutionId> {
    uri.strip_prefix("exec://")?.strip_suffix("/output")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::declaration_of;

    #[test]
    fn a_uri_names_a_tool_of_a_server() {
        let named = |server: &str, tool: &str| Some((server.to_owned(), tool.to_owned()));
        assert_eq!(declaration_of("tools://a/get-sum.d.ts"), named("a", "get-sum"));
        assert_eq!(declaration_of("tools://a/b%2Fc.d.ts"), named("a", "b/c"));
        for none in ["tools://a/b", "tools://a.d.ts", "exec://a/b.d.ts"] {
            assert_eq!(declaration_of(none), None, "{none}");
        }
    }
}
