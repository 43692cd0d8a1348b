//! An id for every request, in its answer and around its log lines.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use mcp_v8_sandbox::ExecutionId;
use tracing::Instrument as _;

/// Runs the request in a span with its id, and puts the id on the answer.
pub async fn tag(request: Request, next: Next) -> Response {
    // Any unique id that sorts by time will do; this one is at hand.
    let id = ExecutionId::generate().to_string();
    let span = tracing::info_span!("request", id = %id, method = %request.method(), path = request.uri().path());
    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
