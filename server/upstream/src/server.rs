//! One server of the configuration: connected to when it is needed, left alone while it fails, connected to again. Not the
//! connection itself.

use crate::backoff;
use crate::catalog::Catalog;
use crate::error::{StartError, UpstreamError};
use crate::link::{Answer, Link};
use crate::secrets::Secrets;
use mcp_v8_settings::{Upstream, UpstreamTransport};
use rmcp::model::CallToolRequestParams;
use serde_json::{Map, Value as Json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore};

/// Calls in a row without an answer after which a server is asked whether it is there.
const SILENT_MAX: u32 = 3;

/// A server, for people.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ServerState {
    pub name: String,
    /// `stdio` or `http`.
    pub transport: &'static str,
    /// `idle`, `starting`, `connected` or `failing`.
    pub state: &'static str,
    /// The revision of MCP that is spoken, where it is connected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Tools, where it is connected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<usize>,
    /// Why it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// See the module.
pub(crate) struct Server {
    pub(crate) upstream: Upstream,
    secrets: Arc<dyn Secrets>,
    state: Arc<Mutex<State>>,
    places: Semaphore,
    /// Calls that ran out of time since the last answer.
    silent: AtomicU32,
    /// A call was answered since the last start.
    answered: AtomicBool,
    closing: AtomicBool,
}

struct State {
    link: Option<Arc<Link>>,
    /// Starts that failed, and connections that ended without one answer, in a row.
    failures: u32,
    /// Why it failed last, and until when it is left alone.
    last: Option<(Arc<StartError>, Instant)>,
}

impl Server {
    pub(crate) fn new(upstream: Upstream, secrets: Arc<dyn Secrets>) -> Arc<Self> {
        Arc::new(Self {
            places: Semaphore::new(upstream.max_parallel),
            upstream,
            secrets,
            state: Arc::new(Mutex::new(State { link: None, failures: 0, last: None })),
            silent: AtomicU32::new(0),
            answered: AtomicBool::new(false),
            closing: AtomicBool::new(false),
        })
    }

    /// Its tools.
    pub(crate) async fn catalog(self: &Arc<Self>) -> Result<Arc<Catalog>, UpstreamError> {
        let link = self.link().await?;
        Ok(link.catalog(&self.upstream).await)
    }

    /// Calls a tool once; it is never called a second time.
    pub(crate) async fn call(
        self: &Arc<Self>,
        tool: &str,
        arguments: Option<Map<String, Json>>,
    ) -> Result<Answer, UpstreamError> {
        let limit = self.upstream.call_timeout;
        let name = || self.upstream.name.clone();
        let link = self.link().await?;
        let mut params = CallToolRequestParams::new(tool.to_owned());
        params.arguments = arguments;
        let timed_out = || UpstreamError::Timeout { server: name(), limit };
        let deadline = tokio::time::Instant::now() + limit;
        // Who waits for a place has asked the server nothing: its silence is not the server's.
        let place = tokio::time::timeout_at(deadline, self.places.acquire()).await;
        let _place = place.map_err(|_| timed_out())?.map_err(|_| UpstreamError::Closing)?;
        let called = link.call(&self.upstream.name, params);
        let Ok(result) = tokio::time::timeout_at(deadline, called).await else {
            self.is_silent(&link).await;
            return Err(timed_out());
        };
        if let Err(UpstreamError::Broken { .. }) = &result {
            self.drop_link(&link).await;
        } else {
            self.silent.store(0, Ordering::SeqCst);
            self.answered.store(true, Ordering::SeqCst);
        }
        let answer = result?;
        let most = self.upstream.max_message_bytes;
        if answer.bytes > most {
            return Err(UpstreamError::Size { server: name(), tool: tool.to_owned(), limit: most });
        }
        Ok(answer)
    }

    /// A call had no answer in time. Several in a row may be a slow tool, or a server that hangs: then it is asked.
    async fn is_silent(&self, link: &Arc<Link>) {
        if self.silent.fetch_add(1, Ordering::SeqCst) + 1 < SILENT_MAX {
            return;
        }
        if link.is_alive().await {
            self.silent.store(0, Ordering::SeqCst);
        } else {
            self.drop_link(link).await;
        }
    }

    /// The connection, made where there is none.
    async fn link(self: &Arc<Self>) -> Result<Arc<Link>, UpstreamError> {
        let mut state = self.state.clone().lock_owned().await;
        if self.closing.load(Ordering::SeqCst) {
            return Err(UpstreamError::Closing);
        }
        match &state.link {
            Some(link) if !link.is_closed() => return Ok(link.clone()),
            Some(_) => self.ended(&mut state),
            None => {}
        }
        if let Some((cause, until)) = &state.last {
            let wait = until.saturating_duration_since(Instant::now());
            if wait > Duration::ZERO {
                let (server, cause) = (self.upstream.name.clone(), cause.clone());
                return Err(UpstreamError::Waiting { server, wait, cause });
            }
        }
        // Not by the caller, whose run may end meanwhile: then a slow server would never start.
        let started = tokio::spawn(self.clone().start(state)).await;
        let failed = |cause| UpstreamError::Start { server: self.upstream.name.clone(), cause };
        started.unwrap_or_else(|_| Err(Arc::new(StartError::Task))).map_err(failed)
    }

    async fn start(
        self: Arc<Self>,
        mut state: OwnedMutexGuard<State>,
    ) -> Result<Arc<Link>, Arc<StartError>> {
        let limit = self.upstream.start_timeout;
        let begun = Instant::now();
        let opened = Link::open(&self.upstream, self.secrets.clone());
        let opened = tokio::time::timeout(limit, opened).await;
        let server = &self.upstream.name;
        match opened.unwrap_or(Err(StartError::Time(limit))) {
            Ok(link) => {
                let link = Arc::new(link);
                self.answered.store(false, Ordering::SeqCst);
                self.silent.store(0, Ordering::SeqCst);
                let (peer, protocol) = link.about();
                let tools = link.catalog(&self.upstream).await;
                tracing::info!(server, peer, protocol, tools = tools.len(), left_out = tools.left_out, took = ?begun.elapsed(), "another MCP server is connected");
                state.link = Some(link.clone());
                Ok(link)
            }
            Err(error) => {
                tracing::warn!(server, %error, "another MCP server cannot be used");
                let cause = Arc::new(error);
                state.failed(cause.clone());
                Err(cause)
            }
        }
    }

    /// The connection is gone, by itself.
    fn ended(&self, state: &mut State) {
        tracing::warn!(server = self.upstream.name, "the connection to another MCP server ended");
        if let Some(link) = state.link.take() {
            tokio::spawn(async move { link.close().await });
        }
        if self.answered.load(Ordering::SeqCst) {
            state.failures = 0;
            state.last = None;
        } else {
            state.failed(Arc::new(StartError::Ended(" before it answered a call".to_owned())));
        }
    }

    /// This connection is not used again.
    async fn drop_link(&self, link: &Arc<Link>) {
        let mut state = self.state.lock().await;
        if state.link.as_ref().is_some_and(|known| Arc::ptr_eq(known, link)) {
            self.ended(&mut state);
        }
    }

    /// Its state for people.
    pub(crate) async fn state(&self) -> ServerState {
        let mut view = ServerState {
            name: self.upstream.name.clone(),
            transport: match self.upstream.transport {
                UpstreamTransport::Stdio { .. } => "stdio",
                UpstreamTransport::Http { .. } => "http",
            },
            state: "idle",
            protocol: None,
            tools: None,
            error: None,
        };
        // While it starts, the state is its.
        let Ok(state) = self.state.try_lock() else {
            return ServerState { state: "starting", ..view };
        };
        match (&state.link, &state.last) {
            (Some(link), _) if !link.is_closed() => {
                let link = link.clone();
                drop(state);
                view.state = "connected";
                view.protocol = Some(link.about().1);
                view.tools = Some(link.catalog(&self.upstream).await.len());
            }
            (_, Some((cause, _))) => {
                view.state = "failing";
                view.error = Some(cause.to_string());
            }
            _ => {}
        }
        view
    }

    /// Ends it, and starts it no more.
    pub(crate) async fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        self.places.close();
        let link = self.state.lock().await.link.take();
        if let Some(link) = link {
            link.close().await;
        }
    }
}

impl State {
    fn failed(&mut self, cause: Arc<StartError>) {
        self.failures = self.failures.saturating_add(1);
        self.last = Some((cause, Instant::now() + backoff::wait(self.failures)));
    }
}
