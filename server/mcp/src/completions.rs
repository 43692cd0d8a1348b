//! Completion of arguments (MCP, "Completion"): ids of executions for the templates of what they left, and keys of an
//! execution's artifacts once it is named; servers and their tools. A prompt's task is free text and completes to nothing.

use crate::{prompts, resources};
use mcp_v8_executions::{ArtifactQuery, ListQuery, LookupError, Service};
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
    let found = match (&request.r#ref, argument.name.as_str()) {
        (Reference::Resource(_), "execution_id") => {
            recent(service, principal, &argument.value).await
        }
        (Reference::Resource(_), "key") => {
            let named =
                request.context.as_ref().and_then(|context| context.get_argument("execution_id"));
            keys(service, principal, named, &argument.value).await
        }
        (Reference::Resource(_), "server") => Ok(servers(service, &argument.value).await),
        (Reference::Resource(_), "tool") => {
            let named = request.context.as_ref().and_then(|context| context.get_argument("server"));
            Ok(tools(service, named, &argument.value).await)
        }
        _ => Ok(Vec::new()),
    };
    let values = found.map_err(|error| {
        tracing::error!(?error, "what an argument may go on as could not be listed");
        ErrorData::internal_error("completions could not be listed", None)
    })?;
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

/// Servers whose tools scripts call.
async fn servers(service: &Service, prefix: &str) -> Vec<String> {
    let names = service.tool_servers().await.into_iter().map(|server| server.name);
    names.filter(|name| name.starts_with(prefix)).take(CompletionInfo::MAX_VALUES).collect()
}

/// Tools of the named server; none until one is named.
async fn tools(service: &Service, server: Option<&String>, prefix: &str) -> Vec<String> {
    let Some(server) = server else { return Vec::new() };
    let tools = service.server_tools().await.into_iter();
    let names = tools.filter(|tool| tool.server == *server).map(|tool| tool.name);
    names.filter(|name| name.starts_with(prefix)).take(CompletionInfo::MAX_VALUES).collect()
}

/// Keys of the named execution's artifacts; none until one is named.
async fn keys(
    service: &Service,
    principal: &Principal,
    execution: Option<&String>,
    prefix: &str,
) -> Result<Vec<String>, LookupError> {
    let Some(Ok(execution)) = execution.map(|id| id.parse()) else { return Ok(Vec::new()) };
    let query = ArtifactQuery { limit: LOOKED_AT, before: None, execution: Some(execution) };
    let page = service.artifacts(principal, query).await?;
    let keys = page.artifacts.into_iter().map(|record| record.key);
    Ok(keys.filter(|key| key.starts_with(prefix)).collect())
}
