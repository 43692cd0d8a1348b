//! The body of one response, pulled piece by piece, decoded, counted, and without secrets. Not the head.

use super::error::{FetchError, chain};
use super::exchange::Answered;
use super::redact::{Redactor, Secrets};
use bytes::Bytes;
use mcp_v8_settings::Fetch;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::time::{Instant, timeout};

/// Longest piece, bytes: what comes from one read of the network is shorter.
const PIECE_BYTES_MAX: u32 = 1 << 20;

/// Bytes of bodies of one run, sent and received.
pub(crate) struct Total {
    used: AtomicU64,
    most: u64,
    key: &'static str,
}

impl Total {
    /// `key` is where the limit stands.
    pub(crate) fn new(most: u64, key: &'static str) -> Self {
        Self { used: AtomicU64::new(0), most, key }
    }

    pub(crate) fn take(&self, bytes: usize) -> Result<(), OverTotal> {
        let taken = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
            used.checked_add(bytes as u64).filter(|used| *used <= self.most)
        });
        taken.map(drop).map_err(|_| OverTotal { key: self.key, limit: self.most })
    }
}

/// The run may send and receive no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("all that the run sends and receives together is over {key} ({limit})")]
pub(crate) struct OverTotal {
    key: &'static str,
    limit: u64,
}

/// An open response. Dropping it closes the connection, unless everything was read.
pub(super) struct Body {
    response: reqwest::Response,
    settings: Arc<Fetch>,
    deadline: Instant,
    redactor: Option<Redactor>,
    secrets: Secrets,
    /// Read and not asked for yet.
    rest: Bytes,
    received: u64,
    ended: bool,
}

impl Body {
    pub(super) fn new(answered: Answered, settings: Arc<Fetch>, deadline: Instant) -> Self {
        let Answered { response, secrets, .. } = answered;
        let redactor = secrets.stream();
        let (rest, received, ended) = (Bytes::new(), 0, false);
        Self { response, settings, deadline, redactor, secrets, rest, received, ended }
    }

    /// The next piece, of 1 to `most` bytes; `None` after the last.
    pub(super) async fn read(
        &mut self,
        most: u32,
        total: &Total,
    ) -> Result<Option<Bytes>, FetchError> {
        let most = most.clamp(1, PIECE_BYTES_MAX) as usize;
        while self.rest.is_empty() && !self.ended {
            match self.next().await? {
                Some(piece) => self.take(piece, total)?,
                None => {
                    self.ended = true;
                    self.rest =
                        self.redactor.as_mut().map(Redactor::finish).unwrap_or_default().into();
                }
            }
        }
        let piece = self.rest.split_to(most.min(self.rest.len()));
        Ok((!piece.is_empty()).then_some(piece))
    }

    async fn next(&mut self) -> Result<Option<Bytes>, FetchError> {
        let idle = self.settings.idle_timeout;
        let left = self.deadline.saturating_duration_since(Instant::now());
        let read = timeout(idle.min(left), self.response.chunk()).await;
        let time = |_| match idle < left {
            true => FetchError::Time {
                what: "the next byte of the response",
                key: "fetch.idle_timeout_secs",
                limit: idle,
            },
            false => whole(&self.settings),
        };
        let broken = |error| {
            let text = self.secrets.without(chain(error).as_bytes());
            FetchError::Body(String::from_utf8_lossy(&text).into_owned())
        };
        read.map_err(time)?.map_err(broken)
    }

    fn take(&mut self, piece: Bytes, total: &Total) -> Result<(), FetchError> {
        total.take(piece.len())?;
        self.received += piece.len() as u64;
        let limit = self.settings.max_response_bytes;
        if self.received > limit {
            let what = "the decoded body of the response";
            return Err(FetchError::Size { what, key: "fetch.max_response_mb", limit });
        }
        self.rest = match &mut self.redactor {
            Some(redactor) => redactor.push(&piece).into(),
            None => piece,
        };
        Ok(())
    }
}

/// The fetch as a whole was too slow.
pub(super) fn whole(settings: &Fetch) -> FetchError {
    FetchError::Time { what: "the fetch", key: "fetch.timeout_secs", limit: settings.timeout }
}
