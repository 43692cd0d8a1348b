//! The execution id in a path. A malformed one answers like any other unknown one.

use crate::problem::Problem;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use mcp_v8_executions::LookupError;
use mcp_v8_sandbox::ExecutionId;

/// The id that the route's `{id}` names.
pub struct Id(pub ExecutionId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await.ok();
        let id = text.and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| LookupError::NotFound.into())
    }
}
