//! Who asks for an MCP session: rmcp makes sessions without saying for whom, in the task of the request.

use crate::sessions::SessionError;
use mcp_v8_sandbox::Principal;
use std::sync::{Arc, OnceLock};

tokio::task_local! {
    static ASKING: Asking;
}

/// A request that may make a session, and why it got none.
#[derive(Clone, Debug)]
pub struct Asking {
    principal: Principal,
    refused: Arc<OnceLock<Full>>,
}

/// Too many sessions are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    #[error("{0} MCP sessions are open (transport.http.max_sessions)")]
    Server(usize),
    #[error("{0} MCP sessions of this tenant are open (quotas.mcp_sessions)")]
    Tenant(usize),
}

impl Asking {
    pub fn new(principal: Principal) -> Self {
        Self { principal, refused: Arc::default() }
    }

    /// Runs a request in its name.
    pub async fn with<F: Future>(&self, request: F) -> F::Output {
        ASKING.scope(self.clone(), request).await
    }

    /// Why the request got no session; `None` when it did not ask for one, or got it.
    pub fn refused(&self) -> Option<Full> {
        self.refused.get().copied()
    }
}

/// The caller of this task's request.
pub fn principal() -> Principal {
    ASKING.try_with(|asking| asking.principal.clone()).unwrap_or_else(|_| Principal::nobody())
}

/// Notes that the request gets no session.
pub fn refuse(full: Full) -> SessionError {
    let _ = ASKING.try_with(|asking| asking.refused.set(full));
    SessionError::Full(full)
}
