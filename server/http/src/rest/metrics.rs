//! `/metrics`: the counters of the server, as text. What they are is the program's business, which hands over a writer.

use crate::layer;
use crate::problem::{Problem, ProblemBody};
use crate::router::App;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Writes all counters as they are now, as OpenMetrics 1.0 text.
pub type Counters = Arc<dyn Fn() -> String + Send + Sync>;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The server's counters, as OpenMetrics text. Only where there is no authentication: they are of all tenants. With it,
/// metrics.listen of the configuration opens a listener for them.
#[utoipa::path(
    get, path = "/metrics", operation_id = "get_metrics", tag = "server",
    responses(
        (status = 200, description = "The counters", body = String, content_type = "application/openmetrics-text"),
        (status = 404, description = "There is authentication, so there is no such route here", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_metrics(State(app): State<App>) -> Result<Response, Problem> {
    match (&app.auth, &app.counters) {
        (None, Some(counters)) => Ok(answer(counters)),
        _ => Err(layer::unknown_route()),
    }
}

/// The same on a listener that has nothing else.
pub fn answer(counters: &Counters) -> Response {
    ([(header::CONTENT_TYPE, OPEN_METRICS), (header::CACHE_CONTROL, "no-store")], counters())
        .into_response()
}
