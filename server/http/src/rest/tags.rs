//! `/api/heaps/{id}/tags`: read, replace, delete.

use super::Caller;
use super::id::Named;
use super::query;
use crate::problem::{Problem, ProblemBody};
use crate::router::App;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, Uri};
use mcp_v8_sandbox::{Code, HeapId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// The tags of a heap.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeapTags {
    /// Names and values: at most 64, names up to 128 and values up to 1024 bytes.
    tags: BTreeMap<String, String>,
}

/// The tags of a heap.
#[utoipa::path(
    get, path = "/api/heaps/{id}/tags", operation_id = "get_heap_tags", tag = "state",
    params(("id" = String, Path, description = "Heap id")),
    responses(
        (status = 200, description = "Its tags", body = HeapTags),
        (status = 400, description = "The id is malformed, or this server keeps no state", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such heap", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_heap_tags(
    State(app): State<App>,
    Caller(principal): Caller,
    Named(id): Named<HeapId>,
) -> Result<Json<HeapTags>, Problem> {
    Ok(Json(HeapTags { tags: app.service.tags(&principal, id).await? }))
}

/// Gives a heap these tags and no others. A heap that has tags is never removed as unused.
#[utoipa::path(
    put, path = "/api/heaps/{id}/tags", operation_id = "set_heap_tags", tag = "state",
    params(("id" = String, Path, description = "Heap id")),
    request_body(content = HeapTags, content_type = "application/json", description = "All tags it is to have"),
    responses(
        (status = 200, description = "Its tags from now on", body = HeapTags),
        (status = 400, description = "The id or the body is malformed, or this server keeps no state", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such heap", body = ProblemBody, content_type = "application/problem+json"),
        (status = 408, description = "The body did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too many tags, or one too long", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Compressed bodies are not taken", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn set_heap_tags(
    State(app): State<App>,
    Caller(principal): Caller,
    Named(id): Named<HeapId>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<HeapTags>, Problem> {
    let body = body.map_err(|_| Problem::new(Code::ErrorRequest, "the request body broke off"))?;
    let given: HeapTags = serde_json::from_slice(&body).map_err(|error| {
        Problem::new(Code::ErrorRequest, format!("the body is no tags in JSON: {error}"))
    })?;
    app.service.set_tags(&principal, id, given.tags.clone()).await?;
    Ok(Json(given))
}

/// Takes tags from a heap: those that are named, or all.
#[utoipa::path(
    delete, path = "/api/heaps/{id}/tags", operation_id = "delete_heap_tags", tag = "state",
    params(
        ("id" = String, Path, description = "Heap id"),
        ("key" = Option<Vec<String>>, Query, style = Form, explode, description = "Name of a tag, as often as there are names; all tags when left out"),
    ),
    responses(
        (status = 204, description = "The heap has no such tags any more"),
        (status = 400, description = "The id or a parameter is malformed, or this server keeps no state", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such heap", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn delete_heap_tags(
    State(app): State<App>,
    Caller(principal): Caller,
    Named(id): Named<HeapId>,
    uri: Uri,
) -> Result<StatusCode, Problem> {
    app.service.delete_tags(&principal, id, names(&uri)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The names in the query; `None`: all tags.
fn names(uri: &Uri) -> Result<Option<BTreeSet<String>>, Problem> {
    let mut names = BTreeSet::new();
    for (parameter, name) in query::parse::<Vec<(String, String)>>(uri)? {
        let problem = match parameter.as_str() {
            "key" if !name.is_empty() => {
                names.insert(name);
                continue;
            }
            // "Nothing" must not become "all".
            "key" => "key is empty; leave it out to delete all tags".to_owned(),
            other => {
                let shown: String = other.chars().take(80).collect();
                format!("there is no parameter {shown:?}; there is key")
            }
        };
        return Err(Problem::new(Code::ErrorRequest, format!("query: {problem}")));
    }
    Ok(if names.is_empty() { None } else { Some(names) })
}
