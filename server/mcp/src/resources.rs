//! Resources: the console output and the artifacts of executions, by URI. Looked up under the caller, like everything else.

use crate::artifacts;
use mcp_v8_executions::{LookupError, PageRequest, Service};
use mcp_v8_sandbox::{ExecutionId, Principal};
use rmcp::model::{Resource, ResourceContents, ResourceTemplate};

/// Most output one read returns, bytes; the tool get_execution_output has all of it.
const READ_MAX: u64 = 1 << 20;

const ARTIFACT_TEMPLATE: &str = "artifact://{execution_id}/{key}";
const OUTPUT_TEMPLATE: &str = "exec://{execution_id}/output";
const TEXT: &str = "text/plain";

/// A link to the output of an execution.
pub fn output_link(id: &str, bytes: u64) -> Resource {
    Resource::new(format!("exec://{id}/output"), format!("output of {id}"))
        .with_mime_type(TEXT)
        .with_size(bytes)
}

/// The templates there are.
pub fn templates() -> Vec<ResourceTemplate> {
    vec![
        ResourceTemplate::new(OUTPUT_TEMPLATE, "execution output")
            .with_description("Console output of an execution, the first 1048576 bytes")
            .with_mime_type(TEXT),
        ResourceTemplate::new(ARTIFACT_TEMPLATE, "artifact").with_description(
            "A file or image that an execution handed out; the key is percent-encoded",
        ),
    ]
}

/// Whether there is such a template, with such a variable.
pub fn has_argument(template: &str, variable: &str) -> bool {
    match template {
        OUTPUT_TEMPLATE => variable == "execution_id",
        ARTIFACT_TEMPLATE => variable == "execution_id" || variable == "key",
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

fn output_id(uri: &str) -> Option<ExecutionId> {
    uri.strip_prefix("exec://")?.strip_suffix("/output")?.parse().ok()
}
