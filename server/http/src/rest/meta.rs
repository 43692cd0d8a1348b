//! Version, health, readiness, and a page for people who point a browser here.

use crate::problem::{Problem, ProblemBody};
use crate::router::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use mcp_v8_sandbox::Code;
use serde::Serialize;
use utoipa::ToSchema;

/// Version of the server.
#[derive(Debug, Serialize, ToSchema)]
pub struct Version {
    /// Semantic version.
    version: &'static str,
}

/// How busy the server is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// Always `ready`; a server that is not answers 503.
    status: &'static str,
    /// Runs that wait. This and the other numbers are left out where there is authentication: they are of all tenants.
    #[serde(skip_serializing_if = "Option::is_none")]
    queued: Option<usize>,
    /// Runs under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    running: Option<usize>,
    /// Sessions that hold a worker at rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    live_sessions: Option<usize>,
    /// Worker processes.
    #[serde(skip_serializing_if = "Option::is_none")]
    workers: Option<usize>,
}

/// The server's version.
#[utoipa::path(
    get, path = "/api/version", operation_id = "get_version", tag = "server",
    responses((status = 200, description = "The version", body = Version))
)]
pub async fn get_version(State(app): State<App>) -> Json<Version> {
    Json(Version { version: app.version })
}

/// Answers while the process lives.
#[utoipa::path(
    get, path = "/healthz", operation_id = "healthz", tag = "server",
    responses((status = 200, description = "Alive", body = String))
)]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Answers 200 while new runs are taken.
#[utoipa::path(
    get, path = "/readyz", operation_id = "readyz", tag = "server",
    responses(
        (status = 200, description = "Takes new runs", body = Readiness),
        (status = 503, description = "Shutting down, or nothing can be stored any more", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn readyz(State(app): State<App>) -> Result<Json<Readiness>, Problem> {
    if app.service.is_draining() {
        return Err(Problem::new(Code::UnavailableDraining, "the server is shutting down"));
    }
    if !app.service.is_writable() {
        let detail = "nothing can be stored until the server is started again; its log says why";
        let problem = Problem::new(Code::ErrorStorage, detail);
        return Err(problem.with_status(StatusCode::SERVICE_UNAVAILABLE));
    }
    let load = app.auth.is_none().then(|| app.service.load());
    Ok(Json(Readiness {
        status: "ready",
        queued: load.map(|load| load.queued),
        running: load.map(|load| load.running),
        live_sessions: load.map(|load| load.live_sessions),
        workers: load.map(|load| load.workers),
    }))
}

/// Says what this is and where things are.
pub async fn index(State(app): State<App>) -> Html<String> {
    Html(include_str!("index.html").replace("{version}", app.version))
}
