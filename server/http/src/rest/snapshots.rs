//! `/api/sessions/{name}/snapshots`: the history of a session.

use super::Caller;
use super::id::Named;
use super::query::{self, Params};
use crate::problem::{Problem, ProblemBody};
use crate::router::App;
use axum::Json;
use axum::extract::State;
use mcp_v8_executions::{Snapshot, SnapshotField as Field, SnapshotFields, SnapshotQuery};
use mcp_v8_sandbox::{Code, SessionName};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Entries of a page, when nobody says how many, and at most: they carry programs.
const LIMIT: u64 = 20;
const LIMIT_MAX: u64 = 100;

/// Which part of the history.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SnapshotParams {
    /// Entries at most; 20 when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// `next` of the page before.
    before: Option<u64>,
    /// Fields of the entries, separated by commas; all of them when left out.
    fields: Option<String>,
}

/// A part of a session's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotList {
    /// The session.
    session: String,
    /// Newest first.
    entries: Vec<SnapshotInfo>,
    /// `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// A run after which the session was saved; with the fields that were asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotInfo {
    /// Runs of the session up to and with this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    /// Id of the state before the run; absent where it began with nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    input_heap: Option<String>,
    /// Id of the state after the run: a later run starts from it again with heap.
    #[serde(skip_serializing_if = "Option::is_none")]
    output_heap: Option<String>,
    /// The program, its first 16384 bytes; absent where the session was saved later than its run.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// All of the program, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    code_bytes: Option<u64>,
    /// When it was saved. RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<String>,
    /// The run; it may be gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_id: Option<String>,
    /// values or heap.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// The state as stored, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    /// output_heap can still be started from.
    #[serde(skip_serializing_if = "Option::is_none")]
    stored: Option<bool>,
    /// How the run failed; absent where it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<String>,
}

/// Lists the history of a session, newest first.
#[utoipa::path(
    get, path = "/api/sessions/{name}/snapshots", operation_id = "list_session_snapshots", tag = "state",
    params(("name" = String, Path, description = "Session name"), SnapshotParams),
    responses(
        (status = 200, description = "A part of its history", body = SnapshotList),
        (status = 400, description = "The name or a parameter is malformed, or this server keeps no state", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such session", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_session_snapshots(
    State(app): State<App>,
    Caller(principal): Caller,
    Named(name): Named<SessionName>,
    Params(params): Params<SnapshotParams>,
) -> Result<Json<SnapshotList>, Problem> {
    let fields = match params.fields.as_deref() {
        None => SnapshotFields::default(),
        Some(text) => text.parse().map_err(|error: mcp_v8_executions::UnknownField| {
            Problem::new(Code::ErrorRequest, format!("query: {error}"))
        })?,
    };
    let limit = query::number("limit", params.limit, LIMIT, 1..=LIMIT_MAX)?;
    let query = SnapshotQuery {
        limit: u32::try_from(limit).expect("at most LIMIT_MAX"),
        before: params.before,
        sources: fields.needs_source(),
    };
    let page = app.service.snapshots(&principal, &name, query).await?;
    let entries = page.snapshots.into_iter().map(|one| SnapshotInfo::new(one, &fields)).collect();
    Ok(Json(SnapshotList { session: name.into(), entries, next: page.next }))
}

impl SnapshotInfo {
    fn new(snapshot: Snapshot, fields: &SnapshotFields) -> Self {
        let (code, code_bytes) = snapshot.source.map(|source| (source.text, source.bytes)).unzip();
        let input = snapshot.parent.filter(|_| fields.has(Field::InputHeap));
        let failure = snapshot.failure.filter(|_| fields.has(Field::ErrorCode));
        Self {
            index: fields.pick(Field::Index, || snapshot.run),
            input_heap: input.map(String::from),
            output_heap: fields.pick(Field::OutputHeap, || snapshot.heap.into()),
            code: code.filter(|_| fields.has(Field::Code)),
            code_bytes: code_bytes.filter(|_| fields.has(Field::CodeBytes)),
            timestamp: fields.pick(Field::Timestamp, || snapshot.at.to_string()),
            execution_id: fields.pick(Field::ExecutionId, || snapshot.execution.to_string()),
            kind: fields.pick(Field::Kind, || snapshot.kind.as_str().to_owned()),
            bytes: fields.pick(Field::Bytes, || snapshot.bytes),
            stored: fields.pick(Field::Stored, || snapshot.stored),
            error_code: failure.map(|code| code.as_str().to_owned()),
        }
    }
}
