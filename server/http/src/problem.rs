//! Errors on the wire: problem details (RFC 9457) with the outcome code, and one table from code to status.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mcp_v8_executions::{LookupError, SubmitError};
use mcp_v8_sandbox::Code;
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

impl Problem {
    /// A problem with the status of its code.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { status: status(code), code, detail: detail.into(), retry_after: None }
    }

    /// The same with another status.
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    fn retry_after(self, retry_after: Option<Duration>) -> Self {
        Self { retry_after, ..self }
    }

    /// An error inside the server: its chain goes to the log, and nothing of it to the client.
    fn internal(code: Code, error: &dyn std::error::Error) -> Self {
        tracing::error!(error = ?error, "a request failed");
        Self::new(
            code,
            "the server could not do this; its log says why, under the request id of this answer",
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
            SubmitError::Storage(_) => Self::internal(error.code(), &error),
            _ => Self::new(error.code(), error.to_string()).retry_after(error.retry_after()),
        }
    }
}

impl From<LookupError> for Problem {
    fn from(error: LookupError) -> Self {
        match &error {
            LookupError::Storage(inner) if inner.code() == Code::ErrorRequest => {
                Self::new(inner.code(), inner.to_string())
            }
            LookupError::Storage(_) => Self::internal(error.code(), &error),
            LookupError::NotFound => Self::new(error.code(), error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_caller_can_fix_is_a_4xx_and_what_it_cannot_is_a_5xx() {
        for code in Code::ALL {
            let server = matches!(
                code,
                Code::ErrorStorage
                    | Code::ErrorWorker
                    | Code::UnavailableDraining
                    | Code::UnavailableNotLeader
            );
            assert_eq!(status(*code).is_server_error(), server, "{code}");
        }
    }

    #[test]
    fn a_busy_server_says_when_to_come_back() {
        let busy = SubmitError::Busy { queued: 1, limit: 1, limit_name: "limits.queued_runs" };
        let response = Problem::from(busy).into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    }
}
