//! Streamable HTTP, every revision rmcp speaks, as a service for `http` to mount. Host, Origin, authentication and the
//! size of bodies are checked there, before a request comes here.

use crate::asking::{Asking, Full};
use crate::jsonrpc;
use crate::server::Server;
use crate::sessions::Sessions;
use bytes::Bytes;
use futures::future::BoxFuture;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, combinators::BoxBody};
use mcp_v8_sandbox::{Code, Principal};
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower_service::Service;

/// Margin of an MCP session over the longest run: rmcp counts a session as idle while a call runs.
const IDLE_MARGIN: Duration = Duration::from_secs(60);

const SESSION_HEADER: &str = "mcp-session-id";

/// An id that no session ever has.
const NO_SESSION: HeaderValue = HeaderValue::from_static("00000000-0000-0000-0000-000000000000");

/// When a client may try again to get a session.
const RETRY_SECS: HeaderValue = HeaderValue::from_static("30");

/// What the transport needs to know.
#[derive(Clone, Debug)]
pub struct StreamableConfig {
    /// MCP sessions at once.
    pub max_sessions: usize,
    /// The same for one tenant.
    pub max_sessions_per_tenant: usize,
    /// When an MCP session without messages ends.
    pub session_idle: Duration,
    /// The longest run an operator allows.
    pub longest_run: Duration,
    pub max_body_bytes: u64,
    /// Ends every stream at shutdown.
    pub shutdown: CancellationToken,
}

/// The MCP endpoint.
#[derive(Clone)]
pub struct Streamable {
    inner: StreamableHttpService<Server, Sessions>,
    sessions: Arc<Sessions>,
}

/// The MCP endpoint for this server.
pub fn streamable(server: Server, config: StreamableConfig) -> Streamable {
    let idle = config.session_idle.max(config.longest_run + IDLE_MARGIN);
    let sessions =
        Arc::new(Sessions::new(config.max_sessions, config.max_sessions_per_tenant, idle));
    let own = StreamableHttpServerConfig::default()
        .with_allowed_hosts(Vec::<String>::new())
        .with_json_response(true)
        .with_max_request_body_bytes(usize::try_from(config.max_body_bytes).unwrap_or(usize::MAX))
        .with_cancellation_token(config.shutdown);
    let inner = StreamableHttpService::new(move || Ok(server.clone()), sessions.clone(), own);
    Streamable { inner, sessions }
}

impl<B> Service<Request<B>> for Streamable
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: std::fmt::Display + Send,
{
    type Response = Response<BoxBody<Bytes, Infallible>>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let endpoint = self.clone();
        Box::pin(async move { Ok(answer(endpoint, request).await) })
    }
}

async fn answer<B>(
    endpoint: Streamable,
    request: Request<B>,
) -> Response<BoxBody<Bytes, Infallible>>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: std::fmt::Display + Send,
{
    let (mut parts, body) = request.into_parts();
    let bytes = match body.collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) => {
            let failure =
                jsonrpc::failure(-32600, format!("the body could not be read: {error}"), None);
            return json(StatusCode::PAYLOAD_TOO_LARGE, &failure);
        }
    };
    let is_json = parts
        .headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if parts.method == Method::POST
        && is_json
        && let Err(failure) = jsonrpc::check(&bytes)
    {
        return json(StatusCode::BAD_REQUEST, &failure);
    }
    let caller = parts.extensions.get::<Principal>().cloned().unwrap_or_else(Principal::nobody);
    if let Some(id) = parts.headers.get(SESSION_HEADER)
        && !id.to_str().is_ok_and(|id| endpoint.sessions.is_of(id, &caller))
    {
        // A session of somebody else is answered exactly like one that never was.
        parts.headers.insert(SESSION_HEADER, NO_SESSION);
    }
    let ends_session = parts.method == Method::DELETE;
    let asking = Asking::new(caller);
    let request = Request::from_parts(parts, http_body_util::Full::new(bytes));
    let mut response = asking.with(endpoint.inner.handle(request)).await;
    if let Some(full) = asking.refused() {
        return too_many(full);
    }
    if ends_session && response.status() == StatusCode::ACCEPTED {
        // The session is gone when rmcp answers: nothing is left to be done later (RFC 9110, 9.3.5), and the Python
        // SDK warns of anything but 200 and 204.
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    response
}

fn too_many(full: Full) -> Response<BoxBody<Bytes, Infallible>> {
    let mut failure = jsonrpc::failure(-32000, format!("{full}; try again later"), None);
    failure["error"]["data"] = serde_json::json!({ "code": Code::UnavailableBusy.as_str() });
    let mut response = json(StatusCode::TOO_MANY_REQUESTS, &failure);
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_SECS);
    response
}

fn json(status: StatusCode, value: &serde_json::Value) -> Response<BoxBody<Bytes, Infallible>> {
    let mut response =
        Response::new(http_body_util::Full::new(Bytes::from(value.to_string())).boxed());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
