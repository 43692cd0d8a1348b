//! A panic in a handler is a 500 with a request id, and nothing more.

use crate::problem::Problem;
use axum::response::{IntoResponse, Response};
use mcp_v8_sandbox::Code;
use std::any::Any;

/// The answer to a request whose handler panicked.
pub fn answer(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = text.unwrap_or("not a text"), "a handler panicked");
    let detail = "the server failed to answer; this is a defect, its log says more under the request id of this answer";
    Problem::new(Code::ErrorWorker, detail).into_response()
}
