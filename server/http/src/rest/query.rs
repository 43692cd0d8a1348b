//! Query strings, with errors that name the parameter. And execution ids in paths.

use crate::problem::Problem;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use mcp_v8_executions::LookupError;
use mcp_v8_sandbox::{Code, ExecutionId};
use serde::de::DeserializeOwned;

/// The query string of a request, as a type.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                Err(Problem::new(Code::ErrorRequest, format!("query: {}", rejection.body_text())))
            }
        }
    }
}

/// An execution id from a path. A malformed one is not found, like any other unknown one.
pub fn execution_id(text: &str) -> Result<ExecutionId, Problem> {
    text.parse().map_err(|_| LookupError::NotFound.into())
}
