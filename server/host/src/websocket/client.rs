//! What all runs of a server share for their connections: settings, policy gate, floor, TLS. Not connections.

use super::dial::Dialler;
use super::run::WebSocketRun;
use crate::fetch::FetchClient;
use mcp_v8_policy::{Context, Gate};
use mcp_v8_sandbox::host_call::Caller;
use mcp_v8_settings::WebSockets;
use std::sync::Arc;

/// One per server.
pub struct WebSocketClient {
    pub(super) settings: WebSockets,
    pub(super) gate: Arc<Gate>,
    /// For look-ups and the address floor.
    pub(super) fetch: Arc<FetchClient>,
    pub(super) dialler: Dialler,
}

impl WebSocketClient {
    pub fn new(settings: WebSockets, gate: Arc<Gate>, fetch: Arc<FetchClient>) -> Arc<Self> {
        let dialler = Dialler::new(settings.clone(), &fetch);
        Arc::new(Self { settings, gate, fetch, dialler })
    }

    /// What answers the calls of one run.
    pub fn run(self: &Arc<Self>, caller: Caller) -> WebSocketRun {
        let context = Context::new(caller.principal, caller.execution, caller.session);
        WebSocketRun::new(self.clone(), context)
    }
}
