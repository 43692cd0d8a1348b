//! `/api/sessions`: list, delete. Their history is in `snapshots`.

use super::Caller;
use super::id::Named;
use super::query::{self, Params};
use crate::problem::{Problem, ProblemBody};
use crate::router::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mcp_v8_executions::{Session, SessionQuery};
use mcp_v8_sandbox::SessionName;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Sessions of a page, when nobody says how many, and at most.
const LIMIT: u64 = 100;
const LIMIT_MAX: u64 = 1000;

/// Which sessions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SessionParams {
    /// Sessions at most; 100 when left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A page of sessions, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionList {
    /// By name. One that was never saved is listed while it is live.
    sessions: Vec<SessionInfo>,
    /// `after` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionInfo {
    /// Its name.
    session: String,
    /// Id of the state it goes on from; absent until it is saved, like all below but the runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    heap: Option<String>,
    /// values or heap.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// Runs so far.
    runs: u64,
    /// Those since it was last saved: they are lost with the server's process. Absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    unsaved_runs: Option<u64>,
    /// Its state as stored, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    /// When it was first saved. RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    /// When it was last saved. RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
}

/// Lists the caller's sessions, by name.
#[utoipa::path(
    get, path = "/api/sessions", operation_id = "list_sessions", tag = "state", params(SessionParams),
    responses(
        (status = 200, description = "A page of sessions", body = SessionList),
        (status = 400, description = "A parameter is malformed, or this server keeps no state", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_sessions(
    State(app): State<App>,
    Caller(principal): Caller,
    Params(params): Params<SessionParams>,
) -> Result<Json<SessionList>, Problem> {
    let limit = query::number("limit", params.limit, LIMIT, 1..=LIMIT_MAX)?;
    let query = SessionQuery {
        limit: u32::try_from(limit).expect("at most LIMIT_MAX"),
        after: query::named("after", params.after.as_deref())?,
    };
    let page = app.service.sessions(&principal, query).await?;
    let sessions = page.sessions.iter().map(SessionInfo::from).collect();
    Ok(Json(SessionList { sessions, next: page.next.map(String::from) }))
}

/// Deletes a session, its variables and its history. Its heaps go later, as far as nothing else keeps them.
#[utoipa::path(
    delete, path = "/api/sessions/{name}", operation_id = "delete_session", tag = "state",
    params(("name" = String, Path, description = "Session name")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 400, description = "The name is malformed, or this server keeps no state", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such session", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "A run of it is queued or running", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn delete_session(
    State(app): State<App>,
    Caller(principal): Caller,
    Named(name): Named<SessionName>,
) -> Result<StatusCode, Problem> {
    app.service.delete_session(&principal, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<&Session> for SessionInfo {
    fn from(session: &Session) -> Self {
        let saved = session.saved.as_ref();
        Self {
            session: session.name.to_string(),
            heap: saved.map(|saved| saved.head.to_string()),
            kind: saved.map(|saved| saved.kind.as_str().to_owned()),
            runs: session.runs(),
            unsaved_runs: Some(session.unsaved_runs).filter(|runs| *runs > 0),
            bytes: saved.map(|saved| saved.bytes),
            created_at: saved.map(|saved| saved.created_at.to_string()),
            updated_at: saved.map(|saved| saved.updated_at.to_string()),
        }
    }
}
