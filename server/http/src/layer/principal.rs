//! Who a request is from. Without authentication, everybody who gets here is the local person; with it, whoever has no
//! accepted token gets to the public routes and no further.

use crate::access::{self, Access, Route};
use crate::layer::until::Until;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use mcp_v8_auth::{Authenticator, Refusal};
use mcp_v8_sandbox::{Code, Principal};
use std::time::{Duration, SystemTime};

/// Puts the principal on the request, or refuses it. What is unknown is refused like what is not allowed, so that
/// nobody learns which routes there are.
pub async fn identify(
    State(auth): State<Option<Authenticator>>,
    mut request: Request,
    next: Next,
) -> Response {
    let route = access::of(&request);
    let expires = match &auth {
        None => {
            request.extensions_mut().insert(Principal::local());
            None
        }
        Some(_) if route == Route::Listed(Access::Public) => None,
        Some(auth) => match auth.authenticate(request.headers()).await {
            Ok(identity) => {
                request.extensions_mut().insert(identity.principal);
                identity.expires
            }
            Err(refusal) => return refused(auth, &refusal),
        },
    };
    if route == Route::Unlisted {
        return super::unknown_route().into_response();
    }
    let response = next.run(request).await;
    match expires {
        Some(expires) if is_event_stream(&response) => ending(response, expires),
        _ => response,
    }
}

fn refused(auth: &Authenticator, refusal: &Refusal) -> Response {
    tracing::debug!(%refusal, "a request has no principal");
    let status = match refusal {
        Refusal::Scope(_) => StatusCode::FORBIDDEN,
        Refusal::NoKeys => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Missing
        | Refusal::Malformed
        | Refusal::TooLong(_)
        | Refusal::Invalid(_)
        | Refusal::Expired => StatusCode::UNAUTHORIZED,
    };
    let problem = Problem::new(Code::DeniedAuth, refusal.to_string()).with_status(status);
    let mut response = problem.with_retry_after(refusal.retry_after()).into_response();
    // The words of a challenge are visible ASCII; settings sees to those of the operator.
    if let Ok(challenge) = HeaderValue::from_str(&refusal.challenge(auth.metadata())) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// A stream of events goes on for as long as its caller is proven, and no longer. Other answers are short, and a run
/// that has begun is not taken back.
fn ending(response: Response, expires: SystemTime) -> Response {
    let left = expires.duration_since(SystemTime::now()).unwrap_or(Duration::ZERO);
    response.map(|body| Body::new(Until::new(body, left)))
}

fn is_event_stream(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}
