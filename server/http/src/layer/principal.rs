//! Who a request is from. Without authentication, everybody who gets here is the local person.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use mcp_v8_sandbox::Principal;

/// Puts the principal on the request.
pub async fn identify(mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Principal::local());
    next.run(request).await
}
