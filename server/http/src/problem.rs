//! Errors on the wire: problem details (RFC 9457) with the outcome code, and one table from code to status.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mcp_v8_executions::{LookupError, StateError, SubmitError};
use mcp_v8_sandbox::{Code, id::InvalidName};
use serde::Serialize;
use std::time::Duration;

/// An error answer.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: Code,
    detail: String,
    retry_after: Option<Duration>,
}

/// Problem details (RFC 9457) of an error.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// URI of the kind of problem; `about:blank` when the status says it all.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do, for people.
    pub detail: String,
    /// Outcome code, for programs, for example `error.request`.
    pub code: String,
    /// The same text as `detail`.
    pub error: String,
}

/// The HTTP status of an outcome code. Exhaustive on purpose: a new code forces a decision here.
pub fn status(code: Code) -> StatusCode {
    match code {
        Code::ErrorRequest | Code::ErrorSyntax | Code::ErrorScript => StatusCode::BAD_REQUEST,
        Code::LimitSize => StatusCode::PAYLOAD_TOO_LARGE,
        Code::LimitRate | Code::UnavailableBusy => StatusCode::TOO_MANY_REQUESTS,
        Code::LimitTimeout
        | Code::LimitCpu
        | Code::LimitMemory
        | Code::LimitOutput
        | Code::LimitProcesses => StatusCode::UNPROCESSABLE_ENTITY,
        Code::DeniedAuth => StatusCode::UNAUTHORIZED,
        Code::DeniedPolicy | Code::DeniedEgress => StatusCode::FORBIDDEN,
        Code::ErrorNotFound => StatusCode::NOT_FOUND,
        Code::ErrorConflict | Code::ErrorSnapshotUntrusted | Code::ErrorEngineMismatch => {
            StatusCode::CONFLICT
        }
        Code::ErrorStorage | Code::ErrorWorker => StatusCode::INTERNAL_SERVER_ERROR,
        Code::UnavailableDraining | Code::UnavailableNotLeader => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// When a client may try again that was refused for a reason which passes; `None` for a reason which stays.
fn retry_after(code: Code) -> Option<Duration> {
    match code {
        Code::LimitRate | Code::UnavailableBusy | Code::UnavailableNotLeader => {
            Some(Duration::from_secs(1))
        }
        Code::UnavailableDraining => Some(Duration::from_secs(5)),
        Code::ErrorRequest
        | Code::ErrorSyntax
        | Code::ErrorScript
        | Code::ErrorNotFound
        | Code::ErrorConflict
        | Code::ErrorStorage
        | Code::ErrorSnapshotUntrusted
        | Code::ErrorEngineMismatch
        | Code::ErrorWorker
        | Code::LimitTimeout
        | Code::LimitCpu
        | Code::LimitMemory
        | Code::LimitOutput
        | Code::LimitProcesses
        | Code::LimitSize
        | Code::DeniedPolicy
        | Code::DeniedEgress
        | Code::DeniedAuth => None,
    }
}

impl Problem {
    /// A problem with the status and the `Retry-After` of its code.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { status: status(code), code, detail: detail.into(), retry_after: retry_after(code) }
    }

    /// The same with another status.
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same with another time to wait, where one is known.
    pub fn with_retry_after(self, wait: Option<Duration>) -> Self {
        Self { retry_after: wait.or(self.retry_after), ..self }
    }

    /// Storage could not do what a request needed. What it says of a defect goes to the log, in the request's span,
    /// and nothing of it to the client.
    fn storage(code: Code, error: &dyn std::error::Error) -> Self {
        if code == Code::UnavailableDraining {
            return Self::new(code, "the server is shutting down");
        }
        tracing::error!(?error, "a request failed");
        Self::new(
            code,
            "the server could not do this; its log says why, under the X-Request-Id of this answer",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = ProblemBody {
            kind: "about:blank".into(),
            title: self.status.canonical_reason().unwrap_or("error").into(),
            status: self.status.as_u16(),
            code: self.code.as_str().into(),
            error: self.detail.clone(),
            detail: self.detail,
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }
}

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Self {
        match &error {
            SubmitError::Storage(inner) => Self::storage(inner.code(), &error),
            SubmitError::StoredQuota { .. } => Self::new(error.code(), error.to_string())
                // Nothing is wrong with the size of this request.
                .with_status(StatusCode::TOO_MANY_REQUESTS)
                .with_retry_after(error.retry_after()),
            SubmitError::SourceTooLarge { .. }
            | SubmitError::SourceEmpty
            | SubmitError::CodeAndFile
            | SubmitError::NoFiles
            | SubmitError::File { .. }
            | SubmitError::TooSmall { .. }
            | SubmitError::Stateless
            | SubmitError::NoHeaps
            | SubmitError::NoSuchHeap(_)
            | SubmitError::Tags(_)
            | SubmitError::NothingToTag
            | SubmitError::Busy { .. }
            | SubmitError::Quota { .. }
            | SubmitError::StorageBehind { .. }
            | SubmitError::Draining => {
                let problem = Self::new(error.code(), error.to_string());
                problem.with_retry_after(error.retry_after())
            }
        }
    }
}

impl From<LookupError> for Problem {
    fn from(error: LookupError) -> Self {
        match &error {
            LookupError::Storage(inner) => Self::storage(inner.code(), &error),
            LookupError::NotFound | LookupError::NoArtifact => {
                Self::new(error.code(), error.to_string())
            }
        }
    }
}

impl From<StateError> for Problem {
    fn from(error: StateError) -> Self {
        match &error {
            StateError::Storage(inner) => Self::storage(inner.code(), &error),
            StateError::NoHeaps
            | StateError::NoSession(_)
            | StateError::NoHeap(_)
            | StateError::InUse(_)
            | StateError::Tags(_)
            | StateError::Ended => Self::new(error.code(), error.to_string()),
        }
    }
}

impl From<InvalidName> for Problem {
    fn from(error: InvalidName) -> Self {
        Self::new(Code::ErrorRequest, error.to_string())
    }
}

#[cfg(test)]
mod tests;
