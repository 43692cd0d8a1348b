//! What a request body may be: not encoded, not too large, and here in time. Not what is in it: that is the route's.

mod bounded;

use crate::problem::Problem;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bounded::{Bounded, Excess};
use mcp_v8_sandbox::Code;
use mcp_v8_settings::Http;
use std::time::Duration;

/// The bounds of every request body.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// `transport.http.max_body_bytes`.
    bytes: u64,
    /// `transport.http.idle_timeout_secs`, for the whole body.
    time: Duration,
}

impl Bounds {
    pub fn new(http: &Http) -> Self {
        Self { bytes: http.max_body_bytes, time: http.idle_timeout }
    }

    fn problem(self, excess: Excess) -> Problem {
        match excess {
            Excess::Size => Problem::new(
                Code::LimitSize,
                format!("the request body is larger than {} bytes (transport.http.max_body_bytes)", self.bytes),
            ),
            Excess::Time => Problem::new(
                Code::ErrorRequest,
                format!(
                    "the request body did not arrive within {} s (transport.http.idle_timeout_secs)",
                    self.time.as_secs_f64()
                ),
            )
            .with_status(StatusCode::REQUEST_TIMEOUT),
        }
    }
}

/// Refuses encoded bodies with 415, too large ones with 413, too slow ones with 408.
///
/// Whatever a route makes of a body that broke off at a bound, the client is told of the bound.
pub async fn check(State(bounds): State<Bounds>, request: Request, next: Next) -> Response {
    if is_encoded(request.headers()) {
        // A small body must not become a large one.
        let problem = Problem::new(
            Code::ErrorRequest,
            "compressed request bodies are not taken: send it as it is",
        );
        return problem.with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE).into_response();
    }
    if declared(request.headers()).is_some_and(|length| length > bounds.bytes) {
        return bounds.problem(Excess::Size).into_response();
    }
    let (parts, body) = request.into_parts();
    let (body, excess) = Bounded::new(body, bounds.bytes, bounds.time);
    let response = next.run(Request::from_parts(parts, Body::new(body))).await;
    match excess.get() {
        Some(excess) => bounds.problem(*excess).into_response(),
        None => response,
    }
}

fn is_encoded(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// The length a client announces; a malformed one does not get past hyper.
fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
