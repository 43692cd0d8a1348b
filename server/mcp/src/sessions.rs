//! MCP sessions of the revisions before 2026-07-28: rmcp's own, with caps, owners and unique ids. Not the sessions of
//! scripts: those are named by the caller and live in `executions`.

use crate::asking::{self, Full};
use crate::ids::SessionIds;
use futures::{Stream, StreamExt as _};
use mcp_v8_sandbox::Principal;
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_server::session::local::{
    LocalSessionManager, LocalSessionManagerError,
};
use rmcp::transport::streamable_http_server::session::{
    RestoreOutcome, ServerSseMessage, SessionId, SessionManager,
};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// rmcp's session manager with what it lacks.
#[derive(Debug, Default)]
pub struct Sessions {
    local: LocalSessionManager,
    known: Mutex<HashMap<SessionId, Known>>,
    /// Held while a session is made, so that no two take the last place.
    making: tokio::sync::Mutex<()>,
    max: usize,
    max_per_tenant: usize,
}

/// What is remembered of a session.
#[derive(Debug)]
struct Known {
    owner: Principal,
    ids: SessionIds,
}

/// No session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error(transparent)]
    Full(Full),
    #[error(transparent)]
    Local(#[from] LocalSessionManagerError),
}

impl Sessions {
    /// At most `max` sessions, and `max_per_tenant` of each tenant, each ended after `idle` without a message.
    pub fn new(max: usize, max_per_tenant: usize, idle: Duration) -> Self {
        let mut local = LocalSessionManager::default();
        local.session_config.keep_alive = Some(idle);
        Self { local, max, max_per_tenant, ..Self::default() }
    }

    /// Whether this is a session of this caller. One that is unknown is nobody's.
    pub fn is_of(&self, id: &str, principal: &Principal) -> bool {
        self.known().get(id).is_some_and(|known| known.owner.is_same_caller(principal))
    }

    fn known(&self) -> MutexGuard<'_, HashMap<SessionId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, id: &SessionId) -> SessionIds {
        self.known().get(id).map(|known| known.ids.clone()).unwrap_or_default()
    }

    /// Forgets what has ended, and finds out whether there is a place for one more.
    async fn room(&self, tenant: &str) -> Result<(), Full> {
        let open: HashSet<SessionId> = self.local.sessions.read().await.keys().cloned().collect();
        let mut known = self.known();
        known.retain(|id, _| open.contains(id));
        let own = known.values().filter(|known| known.owner.tenant() == tenant).count();
        if open.len() >= self.max {
            return Err(Full::Server(self.max));
        }
        if own >= self.max_per_tenant { Err(Full::Tenant(own)) } else { Ok(()) }
    }
}

fn restored(
    stream: impl Stream<Item = ServerSseMessage> + Send + Sync + 'static,
    ids: SessionIds,
) -> impl Stream<Item = ServerSseMessage> + Send + Sync + 'static {
    stream.map(move |mut event| {
        if let Some(message) = event.message.take() {
            let mut message = Arc::unwrap_or_clone(message);
            ids.outward(&mut message);
            event.message = Some(Arc::new(message));
        }
        event
    })
}

impl SessionManager for Sessions {
    type Error = SessionError;
    type Transport = <LocalSessionManager as SessionManager>::Transport;

    async fn create_session(&self) -> Result<(SessionId, Self::Transport), SessionError> {
        let owner = asking::principal();
        let _making = self.making.lock().await;
        self.room(owner.tenant()).await.map_err(asking::refuse)?;
        let (id, transport) = self.local.create_session().await?;
        self.known().insert(id.clone(), Known { owner, ids: SessionIds::default() });
        Ok((id, transport))
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<ServerJsonRpcMessage, SessionError> {
        Ok(self.local.initialize_session(id, message).await?)
    }

    async fn has_session(&self, id: &SessionId) -> Result<bool, SessionError> {
        Ok(self.local.has_session(id).await?)
    }

    async fn close_session(&self, id: &SessionId) -> Result<(), SessionError> {
        self.known().remove(id);
        Ok(self.local.close_session(id).await?)
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, SessionError> {
        let ids = self.of(id);
        let stream = self.local.create_stream(id, ids.inward(message)).await?;
        Ok(restored(stream, ids))
    }

    async fn accept_message(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<(), SessionError> {
        for message in self.of(id).spread(message) {
            self.local.accept_message(id, message).await?;
        }
        Ok(())
    }

    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, SessionError> {
        Ok(restored(self.local.create_standalone_stream(id).await?, self.of(id)))
    }

    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, SessionError> {
        Ok(restored(self.local.resume(id, last_event_id).await?, self.of(id)))
    }

    async fn restore_session(
        &self,
        id: SessionId,
    ) -> Result<RestoreOutcome<Self::Transport>, SessionError> {
        Ok(self.local.restore_session(id).await?)
    }
}
