//! `/api/artifacts`: files and images that executions handed out: list, download.

use super::Caller;
use super::query::{self, Params};
use crate::problem::{Problem, ProblemBody};
use crate::router::App;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use mcp_v8_executions::{ArtifactQuery, ArtifactRecord, LookupError};
use mcp_v8_sandbox::ExecutionId;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Artifacts of a page, when nobody says how many, and at most.
const LIMIT: u64 = 100;
const LIMIT_MAX: u64 = 1000;

/// Which artifacts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Only those of this execution.
    execution_id: Option<String>,
    /// Artifacts at most; 100 when left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
    /// `next` of the page before.
    before: Option<u64>,
}

/// Which of the artifacts with this key.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadParams {
    /// The one of this execution; left out: the newest.
    execution_id: Option<String>,
}

/// A page of artifacts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArtifactList {
    /// Newest first.
    artifacts: Vec<ArtifactInfo>,
    /// `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// An artifact without its bytes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArtifactInfo {
    /// Its name in the execution.
    key: String,
    /// Media type, as the script said.
    mime_type: String,
    /// Bytes.
    size_bytes: u64,
    /// The execution that handed it out.
    execution_id: String,
    /// RFC 3339, UTC.
    created_at: String,
}

/// The bytes of an artifact.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct ArtifactBytes(#[expect(dead_code, reason = "it is a schema")] Vec<u8>);

/// Lists the caller's artifacts, newest first.
#[utoipa::path(
    get, path = "/api/artifacts", operation_id = "list_artifacts", tag = "executions", params(ListParams),
    responses(
        (status = 200, description = "A page of artifacts", body = ArtifactList),
        (status = 400, description = "A parameter is malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such execution", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_artifacts(
    State(app): State<App>,
    Caller(principal): Caller,
    Params(params): Params<ListParams>,
) -> Result<Json<ArtifactList>, Problem> {
    let limit = query::number("limit", params.limit, LIMIT, 1..=LIMIT_MAX)?;
    let query = ArtifactQuery {
        limit: u32::try_from(limit).expect("at most LIMIT_MAX"),
        before: params.before,
        execution: execution(params.execution_id.as_deref())?,
    };
    let page = app.service.artifacts(&principal, query).await?;
    let artifacts = page.artifacts.iter().map(ArtifactInfo::from).collect();
    Ok(Json(ArtifactList { artifacts, next: page.next }))
}

/// The bytes of an artifact, as a download: no browser shows what a script made as a page of this server.
#[utoipa::path(
    get, path = "/api/artifacts/{key}", operation_id = "get_artifact", tag = "executions",
    params(("key" = String, Path, description = "Key, percent-encoded"), ReadParams),
    responses(
        (status = 200, description = "Its bytes, under the media type the script gave", body = ArtifactBytes, content_type = "*/*"),
        (status = 400, description = "A parameter is malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such artifact", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_artifact(
    State(app): State<App>,
    Caller(principal): Caller,
    key: Result<Path<String>, axum::extract::rejection::PathRejection>,
    Params(params): Params<ReadParams>,
) -> Result<(HeaderMap, Vec<u8>), Problem> {
    // Bytes that are no UTF-8 are no key.
    let Path(key) = key.map_err(|_| LookupError::NoArtifact)?;
    let execution = execution(params.execution_id.as_deref())?;
    let (record, bytes) = app.service.artifact(&principal, execution, &key).await?;
    Ok((headers(&record), bytes))
}

/// A malformed execution id answers like any other unknown one.
fn execution(text: Option<&str>) -> Result<Option<ExecutionId>, LookupError> {
    text.map(|text| text.parse().map_err(|_| LookupError::NotFound)).transpose()
}

fn headers(record: &ArtifactRecord) -> HeaderMap {
    let name = utf8_percent_encode(&record.key, NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    let valid = |text: &str| HeaderValue::from_str(text).ok();
    let mime =
        valid(&record.mime).unwrap_or_else(|| HeaderValue::from_static("application/octet-stream"));
    HeaderMap::from_iter([
        (header::CONTENT_TYPE, mime),
        (
            header::CONTENT_DISPOSITION,
            valid(&disposition).unwrap_or_else(|| HeaderValue::from_static("attachment")),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (
            HeaderName::from_static("content-security-policy"),
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
    ])
}

impl From<&ArtifactRecord> for ArtifactInfo {
    fn from(record: &ArtifactRecord) -> Self {
        Self {
            key: record.key.clone(),
            mime_type: record.mime.clone(),
            size_bytes: record.size,
            execution_id: record.execution.to_string(),
            created_at: record.created_at.to_string(),
        }
    }
}
