//! The REST routes: one file per resource.

mod artifacts;
pub mod events;
mod exec;
mod executions;
mod heaps;
mod id;
mod meta;
pub mod metrics;
pub mod openapi;
mod output;
mod program;
mod query;
mod sessions;
mod snapshots;
mod tags;
mod well_known;

use crate::router::App;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mcp_v8_sandbox::Principal;
use std::convert::Infallible;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The verified caller, as `layer::principal` put it on the request.
pub struct Caller(pub Principal);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Without the layer a request belongs to a tenant that owns nothing.
        let principal = parts.extensions.get::<Principal>().cloned();
        Ok(Self(principal.unwrap_or_else(Principal::nobody)))
    }
}

/// Routes and their documentation, from the same list.
fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(exec::exec))
        .routes(routes!(executions::list_executions))
        .routes(routes!(executions::get_execution))
        .routes(routes!(executions::cancel_execution))
        .routes(routes!(output::get_execution_output))
        .routes(routes!(events::follow_execution))
        .routes(routes!(artifacts::list_artifacts))
        .routes(routes!(artifacts::get_artifact))
        .routes(routes!(sessions::list_sessions))
        .routes(routes!(sessions::delete_session))
        .routes(routes!(snapshots::list_session_snapshots))
        .routes(routes!(heaps::query_heaps_by_tags))
        .routes(routes!(heaps::get_heap))
        .routes(routes!(tags::get_heap_tags, tags::set_heap_tags, tags::delete_heap_tags))
        .routes(routes!(meta::get_version))
        .routes(routes!(meta::healthz))
        .routes(routes!(meta::readyz))
        .routes(routes!(metrics::get_metrics))
}

/// All of them.
pub fn routes(app: App) -> Router {
    let (router, _) = described().split_for_parts();
    let metadata = axum::routing::get(well_known::protected_resource);
    router
        .route("/.well-known/oauth-protected-resource", metadata.clone())
        .route("/.well-known/oauth-protected-resource/{*resource}", metadata)
        .route("/", axum::routing::get(meta::index))
        .route("/api-doc/openapi.json", axum::routing::get(openapi::document))
        .with_state(app)
}
