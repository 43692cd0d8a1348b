//! `/api/executions/{id}/events`: console output as it appears, then the end, as server-sent events (WHATWG HTML,
//! "Server-sent events"). What has been printed before is in it, too.

use super::Caller;
use super::executions::with_output;
use super::id::Id;
use crate::problem::{Problem, ProblemBody};
use crate::router::App;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{Stream, unfold};
use mcp_v8_sandbox::{Code, ExecutionId, Principal};
use serde::Serialize;
use std::convert::Infallible;
use std::time::Duration;
use utoipa::ToSchema;

/// The route, which the bound on event streams knows by this.
pub const PATH: &str = "/api/executions/{id}/events";

/// Bytes of output in one event, at most.
const CHUNK: u64 = 64 << 10;

/// Between signs of life while nothing happens: proxies close what is silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Id of the last event. A client that comes back with it has everything.
const END: &str = "end";

/// An event.
#[derive(Debug, ToSchema)]
pub struct ExecutionEvent {
    /// output or end.
    event: &'static str,
    /// What Last-Event-ID names it by: of output, the byte after it; of the end, end.
    id: String,
    /// JSON: an OutputEvent, or at the end the ExecutionInfo.
    data: String,
}

impl ExecutionEvent {
    fn new(event: &'static str, id: String, data: &impl Serialize) -> Option<Self> {
        Some(Self { event, id, data: serde_json::to_string(data).ok()? })
    }
}

impl From<ExecutionEvent> for Event {
    fn from(event: ExecutionEvent) -> Self {
        // JSON has no line ends of its own.
        Self::default().event(event.event).id(event.id).data(event.data)
    }
}

/// Data of an event named `output`. Its id is `end_byte`.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutputEvent {
    /// The text, line ends included. Not always whole lines.
    data: String,
    /// Its first byte in the output, from 0.
    start_byte: u64,
    /// The byte after it.
    end_byte: u64,
}

/// Follows an execution: events named output (data: OutputEvent, id: the byte after it), then one named end (data:
/// ExecutionInfo, id: end), which ends the stream. Comments in between keep the connection open.
#[utoipa::path(
    get, path = "/api/executions/{id}/events", operation_id = "follow_execution", tag = "executions",
    params(
        ("id" = String, Path, description = "Execution id"),
        ("Last-Event-ID" = Option<String>, Header, description = "Id of the last event the client has: the stream goes on after it"),
    ),
    responses(
        (status = 200, description = "The events, until the execution is over", body = ExecutionEvent, content_type = "text/event-stream"),
        (status = 204, description = "The client has the last event already (Last-Event-ID: end), and shall not come back"),
        (status = 400, description = "Last-Event-ID is of no event of an execution", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Foreign Host or Origin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such execution", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn follow_execution(
    State(app): State<App>,
    Caller(principal): Caller,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // Before the answer begins: afterwards there is no status any more.
    app.service.wait(&principal, id, Duration::ZERO).await?;
    let Some(from) = position(&headers)? else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let events = Sse::new(events(Follower { app, principal, id, from }));
    let mut response = events.keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    let headers = response.headers_mut();
    // A program's output is nobody else's.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx: pass it on at once.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// The byte to go on with; `None` after the last event.
fn position(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(last) = headers.get("last-event-id") else { return Ok(Some(0)) };
    match last.to_str() {
        Ok(END) => Ok(None),
        Ok("") => Ok(Some(0)),
        Ok(text)
            if text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u64>().is_ok() =>
        {
            Ok(text.parse().ok())
        }
        _ => {
            let detail =
                "Last-Event-ID must be the id of an event of this route: a number of bytes, or end";
            Err(Problem::new(Code::ErrorRequest, detail))
        }
    }
}

/// Somebody who follows an execution, and how far he is.
struct Follower {
    app: App,
    principal: Principal,
    id: ExecutionId,
    from: u64,
}

/// The events from here on. One that cannot be had any more ends the stream without its last event, so that the client
/// comes back and is told why.
fn events(follower: Follower) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(Some(follower), async |follower| {
        let mut follower = follower?;
        let service = &follower.app.service;
        let page = service.follow(&follower.principal, follower.id, follower.from, CHUNK).await;
        let page = page.inspect_err(|error| tracing::warn!(%error, "an event stream breaks off"));
        let page = page.ok()?;
        if page.data.is_empty() {
            return Some((Ok(follower.end().await?.into()), None));
        }
        follower.from = page.end_byte;
        let (start_byte, end_byte) = (page.start_byte, page.end_byte);
        let output = OutputEvent { data: page.data, start_byte, end_byte };
        let event = ExecutionEvent::new("output", end_byte.to_string(), &output)?;
        Some((Ok(event.into()), Some(follower)))
    })
}

impl Follower {
    async fn end(&self) -> Option<ExecutionEvent> {
        let record = self.app.service.wait(&self.principal, self.id, Duration::ZERO).await.ok()?;
        let execution = with_output(&self.app, &self.principal, &record).await.ok()?;
        ExecutionEvent::new(END, END.to_owned(), &execution)
    }
}
