//! All routes, and what stands in front of them.

use crate::executions::Executions;
use crate::layer::{self, body, origin, panic, principal, request_id, streams};
use crate::problem::Problem;
use crate::rest;
use crate::rest::metrics::Counters;
use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::get;
use mcp_v8_auth::Authenticator;
use mcp_v8_executions::Service;
use mcp_v8_sandbox::Code;
use mcp_v8_settings::Http;
use std::convert::Infallible;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// What the routes need.
pub struct Parts<E = Service> {
    pub service: E,
    /// `None`: whoever reaches the listener is the local caller.
    pub auth: Option<Authenticator>,
    /// Event streams that one tenant may have open; `None`: as many as there are connections.
    pub event_streams: Option<usize>,
    /// Names, origins and body bounds of the listener.
    pub http: Http,
    /// The MCP endpoint, from [`mount`].
    pub mcp: Router,
    /// Version of the program.
    pub version: &'static str,
    /// Of `/metrics`; `None`: there is no such route.
    pub counters: Option<Counters>,
}

/// What handlers get.
#[derive(Clone)]
pub struct App {
    pub service: Arc<dyn Executions>,
    pub version: &'static str,
    pub auth: Option<Authenticator>,
    pub counters: Option<Counters>,
}

/// Makes a router of a service that answers every request.
pub fn mount<S, B>(service: S) -> Router
where
    S: tower::Service<Request<Body>, Response = Response<B>, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    Router::new().fallback_service(tower::ServiceExt::map_response(service, |response| {
        response.map(Body::new)
    }))
}

/// The whole HTTP surface: every route with every check in front of it, unknown routes included.
pub fn router<E: Executions>(parts: Parts<E>) -> Router {
    let app = App {
        service: Arc::new(parts.service),
        version: parts.version,
        auth: parts.auth.clone(),
        counters: parts.counters,
    };
    let mcp = parts.mcp.into_service::<Body>();
    let routes = rest::routes(app)
        // Clients are configured with and without the slash. Nothing lies beneath.
        .route_service("/mcp", mcp.clone())
        .route_service("/mcp/", mcp)
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(body::Bounds::new(&parts.http), body::check))
        .layer(from_fn_with_state(streams::Streams::new(parts.event_streams), streams::hold))
        .layer(from_fn_with_state(parts.auth, principal::identify));
    guarded(routes, &parts.http)
}

/// A surface of `/metrics` alone, for whoever reaches its listener.
pub fn metrics_router(counters: Counters, http: &Http) -> Router {
    let answer = async move || rest::metrics::answer(&counters);
    guarded(Router::new().route("/metrics", get(answer)).fallback(unknown), http)
}

/// What stands in front of everything, whoever asks.
fn guarded(routes: Router, http: &Http) -> Router {
    routes
        .layer(from_fn_with_state(origin::Allowed::new(http), origin::check))
        .layer(CatchPanicLayer::custom(panic::answer))
        .layer(SetResponseHeaderLayer::overriding(
            HeaderName::from_static("x-content-type-options"),
            HeaderValue::from_static("nosniff"),
        ))
        .layer(from_fn(request_id::tag))
}

async fn unknown() -> impl IntoResponse {
    layer::unknown_route()
}

async fn wrong_method() -> impl IntoResponse {
    let problem = Problem::new(
        Code::ErrorRequest,
        "this route does not take this method; see /api-doc/openapi.json",
    );
    problem.with_status(StatusCode::METHOD_NOT_ALLOWED)
}
