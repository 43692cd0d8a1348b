//! Deleting a session: its row, its history and its live worker, while no run of it can begin.

use super::StateError;
use crate::queue::SessionKey;
use crate::service::{Inner, Service};
use mcp_v8_sandbox::{Principal, SessionName};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a session is waited for. A run lets go of its session a moment after its end was answered, and whoever had
/// that answer may delete at once.
const PATIENCE: Duration = Duration::from_millis(250);

const PAUSE: Duration = Duration::from_millis(5);

/// A session that is held in the queue; let go when this is dropped, however that comes.
struct Held {
    inner: Arc<Inner>,
    key: SessionKey,
}

impl Service {
    /// Deletes a session and its history, and ends its live worker without saving. Its heaps go with the next
    /// collection, as far as no tag and no other session keeps them. Goes on to its end even if the caller does not
    /// wait.
    ///
    /// # Errors
    /// [`StateError::NoSession`] for an unknown or foreign one; [`StateError::InUse`] while a run of it is queued or
    /// running. Nothing has changed then.
    pub async fn delete_session(
        &self,
        principal: &Principal,
        session: &SessionName,
    ) -> Result<(), StateError> {
        self.heaps_kept()?;
        let key = (principal.tenant().to_owned(), session.clone());
        let until = Instant::now() + PATIENCE;
        let held = loop {
            match Held::take(&self.0, &key) {
                Some(held) => break held,
                None if Instant::now() >= until => {
                    return Err(StateError::InUse(session.clone()));
                }
                None => sleep(PAUSE).await,
            }
        };
        tokio::spawn(held.delete()).await.unwrap_or(Err(StateError::Ended))
    }
}

impl Held {
    fn take(inner: &Arc<Inner>, key: &SessionKey) -> Option<Self> {
        let held = inner.queue().hold_unused(key);
        held.then(|| Self { inner: inner.clone(), key: key.clone() })
    }

    async fn delete(self) -> Result<(), StateError> {
        let Self { inner, key } = &self;
        let stored = inner.store.delete_session(&key.0, &key.1).await?;
        // One that was never saved is in memory alone.
        let known = inner.sessions.knows(key);
        if let Some(live) = inner.sessions.forget(key) {
            inner.pool.discard(live.worker);
        }
        if stored || known { Ok(()) } else { Err(StateError::NoSession(key.1.clone())) }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.inner.queue().release(Some(&self.key));
        self.inner.changed.notify_one();
    }
}
