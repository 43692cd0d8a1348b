//! Event streams: how many a tenant has open. They stay open without a request, so nothing else bounds them.

use crate::guarded::Guarded;
use crate::problem::Problem;
use crate::rest::events;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use mcp_v8_sandbox::{Code, Principal};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// When a client that was refused a stream may try again.
const RETRY: Duration = Duration::from_secs(30);

/// Open streams by tenant.
#[derive(Debug)]
pub struct Streams {
    /// `None`: there is one tenant.
    most: Option<usize>,
    open: Mutex<HashMap<String, usize>>,
}

impl Streams {
    pub fn new(most: Option<usize>) -> Arc<Self> {
        Arc::new(Self { most, open: Mutex::default() })
    }

    /// A place for one more; `None` when the tenant has all of its own.
    fn take(self: &Arc<Self>, tenant: &str) -> Option<Place> {
        let mut open = self.lock();
        let own = open.entry(tenant.to_owned()).or_default();
        if self.most.is_some_and(|most| *own >= most) {
            return None;
        }
        *own += 1;
        Some(Place { streams: self.clone(), tenant: tenant.to_owned() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Given back when it is dropped: with the stream, or with the answer that was none.
struct Place {
    streams: Arc<Streams>,
    tenant: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        if let Some(own) = open.get_mut(&self.tenant) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.tenant);
            }
        }
    }
}

/// Refuses a request for a stream with 429 when its tenant has too many.
pub async fn hold(State(streams): State<Arc<Streams>>, request: Request, next: Next) -> Response {
    let principal = request.extensions().get::<Principal>();
    let (Some(most), Some(principal)) = (streams.most, principal) else {
        return next.run(request).await;
    };
    if request.method() != Method::GET || !(wants_events(request.headers()) || is_stream(&request))
    {
        return next.run(request).await;
    }
    let Some(place) = streams.take(principal.tenant()) else {
        let detail = format!("{most} event streams of this tenant are open (quotas.event_streams)");
        let problem = Problem::new(Code::UnavailableBusy, detail);
        return problem.with_retry_after(Some(RETRY)).into_response();
    };
    let response = next.run(request).await;
    response.map(|body| Body::new(Guarded::new(body, place)))
}

/// The route answers with events, whatever the client says it wants.
fn is_stream(request: &Request) -> bool {
    let path = request.extensions().get::<MatchedPath>();
    path.is_some_and(|path| path.as_str() == events::PATH)
}

fn wants_events(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter();
    accepted.any(|one| one.to_str().is_ok_and(|one| one.contains("text/event-stream")))
}
