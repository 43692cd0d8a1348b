//! Bodies that are refused unread: compressed ones (a small body must not become a large one).

use crate::problem::Problem;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use mcp_v8_sandbox::Code;

/// Refuses encoded bodies with 415.
pub async fn check(request: Request, next: Next) -> Response {
    let encoded =
        request.headers().get(header::CONTENT_ENCODING).is_some_and(|value| value != "identity");
    if encoded {
        let problem = Problem::new(
            Code::ErrorRequest,
            "compressed request bodies are not taken: send it as it is",
        );
        return problem.with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE).into_response();
    }
    next.run(request).await
}
