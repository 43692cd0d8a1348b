//! What a connection is doing, and until when it may. Only the clock: who reads, writes and answers reports here.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// The bounds of one connection, from `transport.http`.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the head of a request; on a new connection, from the start.
    pub head: Duration,
    /// Between requests, and for a client that does not take what is sent.
    pub idle: Duration,
}

/// What a connection does when it answers no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quiet {
    /// It is new, or the head of the next request has begun.
    Head,
    /// Nothing came since the last answer.
    Idle,
}

#[derive(Debug)]
struct State {
    requests: usize,
    quiet: Quiet,
    since: Instant,
    /// HTTP/2 frames come outside of requests too (pings, window updates), so bytes do not begin a head there.
    multiplexed: bool,
    /// Since when the client does not take what is sent.
    stalled: Option<Instant>,
}

/// What a connection is doing.
#[derive(Debug)]
pub struct Activity {
    timeouts: Timeouts,
    state: Mutex<State>,
    changed: Notify,
}

impl Activity {
    /// Of a connection that was just accepted.
    pub fn new(timeouts: Timeouts) -> Self {
        let since = Instant::now();
        let state =
            State { requests: 0, quiet: Quiet::Head, since, multiplexed: false, stalled: None };
        Self { timeouts, state: Mutex::new(state), changed: Notify::new() }
    }

    /// Bytes came in.
    pub fn read(&self) {
        let mut state = self.state();
        if state.requests == 0 && state.quiet == Quiet::Idle && !state.multiplexed {
            (state.quiet, state.since) = (Quiet::Head, Instant::now());
            self.changed.notify_one();
        }
    }

    /// The client took bytes.
    pub fn wrote(&self) {
        self.state().stalled = None;
    }

    /// The client does not take bytes.
    pub fn stalled(&self) {
        let mut state = self.state();
        if state.stalled.is_none() {
            state.stalled = Some(Instant::now());
            self.changed.notify_one();
        }
    }

    /// A request has come in whole, but for its body.
    pub fn began(&self, multiplexed: bool) {
        let mut state = self.state();
        state.requests += 1;
        state.multiplexed = multiplexed;
        self.changed.notify_one();
    }

    /// A request was answered, or given up.
    pub fn ended(&self) {
        let mut state = self.state();
        state.requests = state.requests.saturating_sub(1);
        if state.requests == 0 {
            (state.quiet, state.since) = (Quiet::Idle, Instant::now());
            self.changed.notify_one();
        }
    }

    /// Returns when the connection has been doing the same for too long.
    pub async fn expired(&self) {
        loop {
            let changed = self.changed.notified();
            match self.deadline() {
                Some(deadline) if deadline <= Instant::now() => return,
                Some(deadline) => {
                    tokio::select! { () = changed => {}, () = sleep_until(deadline) => {} }
                }
                None => changed.await,
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let (state, timeouts) = (self.state(), self.timeouts);
        let quiet = (state.requests == 0).then(|| match state.quiet {
            Quiet::Head => state.since + timeouts.head,
            Quiet::Idle => state.since + timeouts.idle,
        });
        let stalled = state.stalled.map(|since| since + timeouts.idle);
        quiet.into_iter().chain(stalled).min()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
