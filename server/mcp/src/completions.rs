//! Completion of arguments (MCP, "Completion"): ids of executions for the template of their output. A prompt's task is
//! free text and completes to nothing.

use crate::{prompts, resources};
use mcp_v8_executions::{ListQuery, LookupError, Service};
use mcp_v8_sandbox::Principal;
use rmcp::ErrorData;
use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference};

/// How many recent executions are looked at.
const LOOKED_AT: u32 = 100;

/// What an argument may go on as, newest first.
///
/// # Errors
/// Invalid parameters for an unknown prompt, template or argument.
pub async fn complete(
    service: &Service,
    principal: &Principal,
    request: &CompleteRequestParams,
) -> Result<CompleteResult, ErrorData> {
    let argument = &request.argument;
    let known = match &request.r#ref {
        Reference::Prompt(prompt) => prompts::has_argument(&prompt.name, &argument.name),
        Reference::Resource(template) => resources::has_argument(&template.uri, &argument.name),
        _ => false,
    };
    if !known {
        let message = format!("nothing here has an argument `{}` to complete", argument.name);
        return Err(ErrorData::invalid_params(message, None));
    }
    let values = match &request.r#ref {
        Reference::Resource(_) if argument.name == "execution_id" => {
            recent(service, principal, &argument.value).await.map_err(|error| {
                tracing::error!(?error, "executions could not be listed");
                ErrorData::internal_error("executions could not be listed", None)
            })?
        }
        _ => Vec::new(),
    };
    let completion =
        CompletionInfo::new(values).map_err(|problem| ErrorData::internal_error(problem, None))?;
    Ok(CompleteResult::new(completion))
}

async fn recent(
    service: &Service,
    principal: &Principal,
    prefix: &str,
) -> Result<Vec<String>, LookupError> {
    let query = ListQuery { limit: LOOKED_AT, ..ListQuery::default() };
    let page = service.list(principal, query).await?;
    let ids = page.records.iter().map(|record| record.id.to_string());
    Ok(ids.filter(|id| id.starts_with(prefix)).collect())
}
