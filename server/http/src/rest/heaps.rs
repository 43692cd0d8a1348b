//! `/api/heaps`: find by tags, look at one. Never the bytes of a state: those stay in the server.

use super::Caller;
use super::id::Named;
use super::query;
use crate::problem::{Problem, ProblemBody};
use crate::router::App;
use crate::view::LostBinding;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use mcp_v8_executions::{Heap, TagQuery, Tagged, Tags};
use mcp_v8_sandbox::{Code, HeapId};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Heaps of a page, when nobody says how many, and at most.
const LIMIT: u64 = 100;
const LIMIT_MAX: u64 = 1000;

/// What the name of a parameter begins with that asks for a tag.
const TAG: &str = "tag.";

/// A stored state.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeapInfo {
    /// Its id: a run starts from it with heap.
    heap: String,
    /// values or heap.
    kind: String,
    /// The state that the run which made this one had begun with; it may be gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    /// The engine that stored it.
    engine: String,
    /// Portable values, bytes before compression.
    values_bytes: u64,
    /// V8 snapshot, bytes before compression; 0 without one.
    heap_bytes: u64,
    /// As stored, bytes.
    stored_bytes: u64,
    /// RFC 3339, UTC.
    created_at: String,
    /// When it was last saved, continued from, or tagged. RFC 3339, UTC.
    used_at: String,
    /// What the session had and this state has not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lost: Vec<LostBinding>,
    /// Names and values.
    tags: BTreeMap<String, String>,
}

/// A page of heaps that have the tags.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaggedList {
    /// By id.
    results: Vec<TaggedHeap>,
    /// `after` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A heap and all of its tags.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaggedHeap {
    /// Its id.
    heap: String,
    /// Names and values.
    tags: BTreeMap<String, String>,
}

/// Finds heaps that have all of some tags, exactly: `/api/heaps?tag.project=x&tag.step=3`.
#[utoipa::path(
    get, path = "/api/heaps", operation_id = "query_heaps_by_tags", tag = "state",
    params(
        ("tags" = BTreeMap<String, String>, Query, style = Form, explode, description = "The tags, at least one. Each is a parameter of its own whose name is `tag.` and the name of the tag: `tag.NAME=VALUE`"),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Heaps at most; 100 when left out."),
        ("after" = Option<String>, Query, description = "`next` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of heaps", body = TaggedList),
        (status = 400, description = "A parameter is malformed, or this server keeps no state", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "A tag is longer than any can be", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn query_heaps_by_tags(
    State(app): State<App>,
    Caller(principal): Caller,
    uri: Uri,
) -> Result<Json<TaggedList>, Problem> {
    let page = app.service.heaps_by_tags(&principal, tag_query(&uri)?).await?;
    let results = page.heaps.into_iter().map(TaggedHeap::from).collect();
    Ok(Json(TaggedList { results, next: page.next.map(String::from) }))
}

fn tag_query(uri: &Uri) -> Result<TagQuery, Problem> {
    let (mut tags, mut limit, mut after) = (Tags::new(), None, None);
    for (name, value) in query::parse::<Vec<(String, String)>>(uri)? {
        let twice = match (name.as_str(), name.strip_prefix(TAG)) {
            (_, Some(tag)) => tags.insert(tag.to_owned(), value).is_some(),
            ("limit", _) => limit.replace(value).is_some(),
            ("after", _) => after.replace(value).is_some(),
            _ => {
                let shown: String = name.chars().take(80).collect();
                return Err(refused(format!(
                    "there is no parameter {shown:?}; there are tag.NAME, limit and after"
                )));
            }
        };
        if twice {
            return Err(refused(format!("{name} is there twice")));
        }
    }
    let limit =
        query::number("limit", query::named("limit", limit.as_deref())?, LIMIT, 1..=LIMIT_MAX)?;
    Ok(TagQuery {
        tags,
        limit: u32::try_from(limit).expect("at most LIMIT_MAX"),
        after: query::named("after", after.as_deref())?,
    })
}

fn refused(problem: String) -> Problem {
    Problem::new(Code::ErrorRequest, format!("query: {problem}"))
}

/// A stored state: what it is, where it came from, its tags.
#[utoipa::path(
    get, path = "/api/heaps/{id}", operation_id = "get_heap", tag = "state",
    params(("id" = String, Path, description = "Heap id")),
    responses(
        (status = 200, description = "The heap", body = HeapInfo),
        (status = 400, description = "The id is malformed, or this server keeps no state", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such heap", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_heap(
    State(app): State<App>,
    Caller(principal): Caller,
    Named(id): Named<HeapId>,
) -> Result<Json<HeapInfo>, Problem> {
    Ok(Json(app.service.heap(&principal, id).await?.into()))
}

impl From<Heap> for HeapInfo {
    fn from(Heap { record, tags }: Heap) -> Self {
        Self {
            heap: record.id.into(),
            kind: record.kind.as_str().to_owned(),
            parent: record.parent.map(String::from),
            engine: record.engine,
            values_bytes: record.values_bytes,
            heap_bytes: record.heap_bytes,
            stored_bytes: record.stored_bytes,
            created_at: record.created_at.to_string(),
            used_at: record.used_at.to_string(),
            lost: record.lost.iter().map(LostBinding::from).collect(),
            tags,
        }
    }
}

impl From<Tagged> for TaggedHeap {
    fn from(tagged: Tagged) -> Self {
        Self { heap: tagged.heap.into(), tags: tagged.tags }
    }
}
