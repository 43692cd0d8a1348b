//! `/.well-known/oauth-protected-resource`: where clients get tokens for this server (RFC 9728). The same with the path
//! of the resource after it, as clients ask for it.

use crate::problem::Problem;
use crate::router::App;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use mcp_v8_sandbox::Code;

/// The metadata of this server as a protected resource.
pub async fn protected_resource(State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    let auth = app.auth.as_ref().and_then(|auth| auth.metadata());
    let metadata = auth.ok_or_else(|| {
        Problem::new(Code::ErrorNotFound, "no issuer makes tokens for this server (auth.issuer)")
    })?;
    let headers =
        [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "max-age=300")];
    Ok((headers, metadata.document().to_owned()))
}
