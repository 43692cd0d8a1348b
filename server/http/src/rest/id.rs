//! What a path names: an execution, a session, a heap.

use crate::problem::Problem;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use mcp_v8_executions::LookupError;
use mcp_v8_sandbox::{Code, ExecutionId, id::InvalidName};
use std::str::FromStr;

/// The execution that the route's `{id}` names. A malformed one answers like any other unknown one.
pub struct Id(pub ExecutionId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await.ok();
        let id = text.and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| LookupError::NotFound.into())
    }
}

/// The session or heap that the route's one parameter names. A malformed one is refused before anything is looked up.
pub struct Named<T>(pub T);

impl<T: FromStr<Err = InvalidName>, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        // Bytes that are no UTF-8 are no name either.
        let text = path.map(|Path(text)| text).unwrap_or_default();
        text.parse().map(Self).map_err(|error: InvalidName| {
            let shown: String = text.chars().take(80).collect();
            Problem::new(Code::ErrorRequest, format!("the path names {shown:?}: {error}"))
        })
    }
}
