//! One live connection to a server: how it is made, what is known of the server through it, and its end. Not when it is
//! made again.

use crate::catalog::{self, Catalog};
use crate::error::{StartError, UpstreamError, chain, quoted};
use crate::http;
use crate::lines::Lines;
use crate::listener::Listener;
use crate::program::{Order, Program};
use crate::redactor::Redactor;
use crate::secrets::Secrets;
use crate::watched::{Faults, Watched};
use mcp_v8_settings::{Upstream, UpstreamProtocol, UpstreamTransport};
use rmcp::RoleClient;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ClientRequest, PingRequest,
    ProtocolVersion, SubscriptionFilter,
};
use rmcp::service::{
    ClientInitializeError, ClientLifecycleMode, ClientServiceExt, Peer, PeerRequestOptions,
    RunningService, ServiceError,
};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use serde_json::Value as Json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What a connection gets to close.
const CLOSE: Duration = Duration::from_secs(2);

/// What a server gets to show that it is there.
const PING: Duration = Duration::from_secs(3);

/// How often, and how many times, is looked how a program ended whose output is closed.
const LOOK: Duration = Duration::from_millis(10);
const LOOKS: u32 = 30;

/// Least time between two lists, so that a server which always says its tools changed is not asked without end.
const LIST_PAUSE: Duration = Duration::from_secs(1);

/// See the module.
pub(crate) struct Link {
    peer: Peer<RoleClient>,
    listener: Listener,
    faults: Arc<Faults>,
    secrets: Arc<Redactor>,
    service: Mutex<Option<RunningService<RoleClient, Listener>>>,
    program: Mutex<Option<Program>>,
    known: tokio::sync::Mutex<Known>,
}

/// The result of a call.
pub(crate) struct Answer {
    pub(crate) json: Json,
    /// The tool says that it failed.
    pub(crate) is_error: bool,
    /// Length of its JSON.
    pub(crate) bytes: usize,
}

struct Known {
    catalog: Arc<Catalog>,
    listed: Instant,
}

impl Link {
    /// Starts or connects, agrees on a revision and lists the tools. Bounded by its caller.
    pub(crate) async fn open(
        upstream: &Upstream,
        secrets: Arc<dyn Secrets>,
    ) -> Result<Self, StartError> {
        let secrets = Redactor::new(secrets);
        let shown = |error: StartError| match error {
            StartError::Handshake(text) => StartError::Handshake(secrets.clean(text)),
            other => other,
        };
        let faults = Arc::new(Faults::default());
        let listener = Listener::default();
        let (service, program) = match &upstream.transport {
            UpstreamTransport::Stdio { command, args, env, cwd } => {
                let server = &upstream.name;
                let order = Order { server, command, args, env, cwd: cwd.as_deref() };
                let (mut program, (stdout, stdin)) = Program::start(&order, &secrets)?;
                let lines = Lines::new(stdout, upstream.max_message_bytes, faults.clone());
                // The reader ends first; this is only so that the two agree.
                let transport = AsyncRwTransport::new_client(lines, stdin)
                    .with_max_line_length(upstream.max_message_bytes);
                let started = serve(&listener, transport, &faults, upstream.protocol).await;
                let service = started.map_err(|error| match &error {
                    StartError::Handshake(text) => {
                        shown(StartError::Handshake(format!("{text}{}", program.why())))
                    }
                    _ => error,
                })?;
                (service, Some(program))
            }
            UpstreamTransport::Http { url, token_file, header_files } => {
                let token = token_file.as_deref();
                let transport = http::transport(upstream, url, token, header_files, &secrets)?;
                let started = serve(&listener, transport, &faults, upstream.protocol).await;
                (started.map_err(shown)?, None)
            }
        };
        let peer = service.peer().clone();
        let catalog = catalog::fetch(&peer, upstream.max_tools, upstream.max_message_bytes).await;
        let catalog = catalog.map_err(|error| match faults.first() {
            Some(fault) => StartError::Fault(fault),
            None => StartError::List(secrets.clean(quoted(&error.to_string()))),
        })?;
        subscribe(&peer, &listener);
        Ok(Self {
            peer,
            listener,
            faults,
            secrets,
            service: Mutex::new(Some(service)),
            program: Mutex::new(program),
            known: tokio::sync::Mutex::new(Known {
                catalog: Arc::new(catalog),
                listed: Instant::now(),
            }),
        })
    }

    pub(crate) fn is_closed(&self) -> bool {
        // A program that was killed is known to be gone before its pipe is read to the end.
        self.peer.is_transport_closed() || self.program().as_mut().is_some_and(Program::has_ended)
    }

    fn program(&self) -> MutexGuard<'_, Option<Program>> {
        self.program.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the server says of itself, for people: its name and version, and the revision spoken.
    pub(crate) fn about(&self) -> (String, String) {
        let Some(info) = self.peer.peer_info() else { return Default::default() };
        let named = info.server_info.as_ref();
        let name = named.map(|one| format!("{} {}", one.name, one.version)).unwrap_or_default();
        (quoted(&name).chars().take(200).collect(), info.protocol_version.to_string())
    }

    /// Its tools: as they were listed last, or listed again where they have changed.
    pub(crate) async fn catalog(&self, upstream: &Upstream) -> Arc<Catalog> {
        let mut known = self.known.lock().await;
        if known.listed.elapsed() < LIST_PAUSE {
            return known.catalog.clone();
        }
        if self.listener.take_change() || known.catalog.is_over() {
            known.listed = Instant::now();
            let listed = catalog::fetch(&self.peer, upstream.max_tools, upstream.max_message_bytes);
            match tokio::time::timeout(upstream.start_timeout, listed).await {
                Ok(Ok(catalog)) => known.catalog = Arc::new(catalog),
                Ok(Err(error)) => {
                    self.listener.note_change();
                    tracing::warn!(server = upstream.name, %error, "the changed tools of a server cannot be listed; those known stay");
                }
                Err(_) => {
                    self.listener.note_change();
                    tracing::warn!(
                        server = upstream.name,
                        "the changed tools of a server cannot be listed in time; those known stay"
                    );
                }
            }
        }
        known.catalog.clone()
    }

    /// One call: the result as JSON, without secrets of the operator. Dropping it tells the server that nobody waits.
    pub(crate) async fn call(
        &self,
        server: &str,
        params: CallToolRequestParams,
    ) -> Result<Answer, UpstreamError> {
        let server = server.to_owned();
        match self.peer.call_tool_once(params).await {
            Ok(CallToolResponse::Complete(result)) => {
                self.answer(&result).ok_or(UpstreamError::NoResult { server })
            }
            Ok(CallToolResponse::InputRequired(_)) => Err(UpstreamError::Asks { server }),
            Ok(_) | Err(ServiceError::UnexpectedResponse) => {
                Err(UpstreamError::NoResult { server })
            }
            Err(ServiceError::McpError(error)) => Err(UpstreamError::Refused {
                server,
                code: error.code.0,
                message: self.secrets.clean(quoted(&error.message)),
            }),
            Err(error) => Err(UpstreamError::Broken { server, why: self.why(&error).await }),
        }
    }

    /// Whether the server still answers anything; a refusal is an answer.
    pub(crate) async fn is_alive(&self) -> bool {
        let options = PeerRequestOptions::with_timeout(PING);
        let ping = ClientRequest::PingRequest(PingRequest::default());
        let Ok(asked) = self.peer.send_request_with_option(ping, options).await else {
            return false;
        };
        let answer = asked.await_response().await;
        matches!(answer, Ok(_) | Err(ServiceError::McpError(_) | ServiceError::UnexpectedResponse))
    }

    async fn why(&self, error: &ServiceError) -> String {
        if let Some(fault) = self.faults.first() {
            return format!("it sent {fault}");
        }
        // A program closes its output a little before it is over, and how it ended is worth that wait.
        let is_ending = || self.program().as_mut().is_some_and(|program| !program.has_ended());
        for _ in 0..LOOKS {
            if !is_ending() {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        let end = self.program().as_mut().map(Program::why).unwrap_or_default();
        self.secrets.clean(format!("{}{end}", chain(error)))
    }

    fn answer(&self, result: &CallToolResult) -> Option<Answer> {
        let is_error = result.is_error == Some(true);
        let text = serde_json::to_string(result).ok()?;
        let bytes = text.len();
        let text = self.secrets.clean(text);
        Some(Answer { json: serde_json::from_str(&text).ok()?, is_error, bytes })
    }

    /// Closes the connection, and ends the program.
    pub(crate) async fn close(&self) {
        let service = self.service.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut service) = service {
            let _ = service.close_with_timeout(CLOSE).await;
        }
        let program = self.program().take();
        if let Some(program) = program {
            program.end().await;
        }
    }
}

async fn serve<T: Transport<RoleClient> + 'static>(
    listener: &Listener,
    transport: T,
    faults: &Arc<Faults>,
    protocol: UpstreamProtocol,
) -> Result<RunningService<RoleClient, Listener>, StartError> {
    let (newest, legacy) = (ProtocolVersion::V_2026_07_28, ProtocolVersion::V_2025_11_25);
    let mode = match protocol {
        UpstreamProtocol::Auto => ClientLifecycleMode::Auto {
            preferred_versions: vec![newest],
            legacy_version: Some(legacy),
        },
        UpstreamProtocol::Modern => {
            ClientLifecycleMode::Discover { preferred_versions: vec![newest] }
        }
        UpstreamProtocol::Legacy => ClientLifecycleMode::Initialize,
    };
    let watched = Watched::new(transport, faults.clone());
    let started = listener.clone().serve_with_lifecycle(watched, mode).await;
    started.map_err(|error: ClientInitializeError| match faults.first() {
        Some(fault) => StartError::Fault(fault),
        None => StartError::Handshake(chain(&error)),
    })
}

/// Without `initialize` a server only tells of changes to those who asked (MCP 2026-07-28, `subscriptions/listen`).
fn subscribe(peer: &Peer<RoleClient>, listener: &Listener) {
    let Some(info) = peer.peer_info() else { return };
    let tells = info.capabilities.tools.as_ref().and_then(|tools| tools.list_changed);
    if info.protocol_version < ProtocolVersion::V_2026_07_28 || tells != Some(true) {
        return;
    }
    let (peer, listener) = (peer.clone(), listener.clone());
    tokio::spawn(async move {
        let wanted = SubscriptionFilter::builder().tools_list_changed().build();
        let Ok(mut changes) = peer.listen(wanted).await else { return };
        while let Ok(Some(_)) = changes.next().await {
            listener.note_change();
        }
    });
}
