//! MCP sessions of the revisions before 2026-07-28: rmcp's own, with a cap and unique ids. Not the sessions of
//! scripts: those are named by the caller and live in `executions`.

use crate::ids::SessionIds;
use futures::{Stream, StreamExt as _};
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_server::session::local::{
    LocalSessionManager, LocalSessionManagerError,
};
use rmcp::transport::streamable_http_server::session::{
    RestoreOutcome, ServerSseMessage, SessionId, SessionManager,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// rmcp's session manager with what it lacks.
#[derive(Debug, Default)]
pub struct Sessions {
    local: LocalSessionManager,
    ids: Mutex<HashMap<SessionId, SessionIds>>,
    max: usize,
}

/// No session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("{0} MCP sessions are open (transport.http.max_sessions)")]
    TooMany(usize),
    #[error(transparent)]
    Local(#[from] LocalSessionManagerError),
}

impl Sessions {
    /// At most `max` sessions, each ended after `idle` without a message.
    pub fn new(max: usize, idle: Duration) -> Self {
        let mut local = LocalSessionManager::default();
        local.session_config.keep_alive = Some(idle);
        Self { local, ids: Mutex::default(), max }
    }

    fn ids(&self) -> MutexGuard<'_, HashMap<SessionId, SessionIds>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, id: &SessionId) -> SessionIds {
        self.ids().entry(id.clone()).or_default().clone()
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
        let open: Vec<SessionId> = self.local.sessions.read().await.keys().cloned().collect();
        // Sessions that ended by themselves leave their ids behind until here.
        self.ids().retain(|id, _| open.contains(id));
        if open.len() >= self.max {
            return Err(SessionError::TooMany(self.max));
        }
        Ok(self.local.create_session().await?)
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
        self.ids().remove(id);
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
