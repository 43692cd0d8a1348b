//! Live sessions: each holds a worker between its runs, for a while. A session that lost its worker says so in its
//! next run; it never starts fresh in silence.

use crate::queue::SessionKey;
use mcp_v8_sandbox::Lost;
use mcp_v8_workers::Worker;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Sessions without a worker that are remembered, to say what was lost.
const ENDED_KEPT: usize = 4096;

/// What live sessions may hold.
#[derive(Clone, Debug)]
pub struct LiveLimits {
    pub idle_ttl: Duration,
    pub max_live: usize,
    /// V8 heap of all resting sessions together, bytes.
    pub max_memory: u64,
}

/// All sessions that were used since the start.
#[derive(Debug)]
pub struct Sessions {
    limits: LiveLimits,
    inner: Mutex<HashMap<SessionKey, Session>>,
}

#[derive(Debug)]
struct Session {
    state: State,
    checkpoint: Option<mcp_v8_sandbox::Checkpoint>,
    /// Runs so far: names of scripts count up.
    runs: u64,
    used: Instant,
}

#[derive(Debug)]
enum State {
    /// A run has its worker.
    InUse,
    /// Rests.
    Live { worker: Box<Worker>, heap: u64 },
    /// Its live state is gone, and why.
    Ended(&'static str),
}

/// What a run gets from its session.
#[derive(Debug)]
pub struct Checkout {
    /// The session's worker; `None`: lease one.
    pub worker: Option<Worker>,
    /// The number of this run in the session, from 1.
    pub run: u64,
    pub lost: Vec<Lost>,
    pub checkpoint: Option<mcp_v8_sandbox::Checkpoint>,
}

impl Sessions {
    pub fn new(limits: LiveLimits) -> Self {
        Self { limits, inner: Mutex::new(HashMap::new()) }
    }

    /// A run of the session begins. The queue sees to it that there is only one.
    pub fn checkout(&self, key: &SessionKey) -> Checkout {
        let mut inner = self.lock();
        let session = inner.entry(key.clone()).or_insert_with(|| Session {
            state: State::InUse,
            checkpoint: None,
            runs: 0,
            used: Instant::now(),
        });
        session.runs += 1;
        let run = session.runs;
        match std::mem::replace(&mut session.state, State::InUse) {
            State::Live { worker, .. } => {
                Checkout { worker: Some(*worker), run, lost: Vec::new(), checkpoint: None }
            }
            State::InUse => Checkout { worker: None, run, lost: Vec::new(), checkpoint: None },
            State::Ended(why) => Checkout {
                worker: None,
                run,
                lost: if session.checkpoint.is_some() { Vec::new() } else { vec![everything(why)] },
                checkpoint: session.checkpoint.clone(),
            },
        }
    }

    pub fn keep(&self, key: &SessionKey, checkpoint: Option<mcp_v8_sandbox::Checkpoint>) {
        if let Some(session) = self.lock().get_mut(key) {
            session.checkpoint = checkpoint;
        }
    }

    /// The run is over and the worker is sound. Returns workers that had to make room.
    pub fn rest(&self, key: &SessionKey, worker: Worker, heap: u64) -> Vec<Worker> {
        let mut inner = self.lock();
        if let Some(session) = inner.get_mut(key) {
            session.used = Instant::now();
            session.state = State::Live { worker: Box::new(worker), heap };
        }
        let mut evicted = Vec::new();
        while over(&inner, &self.limits) {
            match end_longest_at_rest(
                &mut inner,
                "it made room for other sessions (sessions.max_live, sessions.max_live_memory_mb)",
            ) {
                Some(worker) => evicted.push(worker),
                None => break,
            }
        }
        forget_old(&mut inner);
        evicted
    }

    /// The run took the live state with it.
    pub fn ended(&self, key: &SessionKey, why: &'static str) {
        if let Some(session) = self.lock().get_mut(key) {
            session.used = Instant::now();
            session.state = State::Ended(why);
        }
    }

    /// The session starts anew, and whoever used it knows.
    pub fn forget(&self, key: &SessionKey) {
        self.lock().remove(key);
    }

    /// Ends the session that has rested longest, for its worker's place.
    pub fn evict_one(&self) -> Option<Worker> {
        end_longest_at_rest(&mut self.lock(), "it made room for other runs (workers.max)")
    }

    /// Ends sessions that have rested too long.
    pub fn expire(&self) -> Vec<Worker> {
        let ttl = self.limits.idle_ttl;
        let mut inner = self.lock();
        let expired = inner.values_mut().filter(|session| session.used.elapsed() > ttl);
        expired
            .filter_map(|session| end(session, "it was idle for too long (sessions.idle_ttl_secs)"))
            .collect()
    }

    /// Sessions that hold a worker at rest.
    pub fn live(&self) -> usize {
        self.lock().values().filter(|session| matches!(session.state, State::Live { .. })).count()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionKey, Session>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What to say when the live state is gone.
pub fn everything(why: &str) -> Lost {
    Lost { name: "*".into(), reason: format!("the session's earlier variables are gone: {why}") }
}

fn over(sessions: &HashMap<SessionKey, Session>, limits: &LiveLimits) -> bool {
    let heaps = sessions.values().filter_map(|session| match &session.state {
        State::Live { heap, .. } => Some(*heap),
        _ => None,
    });
    let (count, memory) =
        heaps.fold((0, 0u64), |(count, sum), heap| (count + 1, sum.saturating_add(heap)));
    count > limits.max_live || (memory > limits.max_memory && count > 1)
}

fn end(session: &mut Session, why: &'static str) -> Option<Worker> {
    if !matches!(session.state, State::Live { .. }) {
        return None;
    }
    match std::mem::replace(&mut session.state, State::Ended(why)) {
        State::Live { worker, .. } => Some(*worker),
        _ => None,
    }
}

fn end_longest_at_rest(
    sessions: &mut HashMap<SessionKey, Session>,
    why: &'static str,
) -> Option<Worker> {
    let live = sessions.values_mut().filter(|session| matches!(session.state, State::Live { .. }));
    live.min_by_key(|session| session.used).and_then(|session| end(session, why))
}

/// Bounds what is remembered of sessions that hold nothing.
fn forget_old(sessions: &mut HashMap<SessionKey, Session>) {
    while sessions.len() > ENDED_KEPT {
        let ended = sessions.iter().filter(|(_, session)| matches!(session.state, State::Ended(_)));
        let Some(oldest) =
            ended.min_by_key(|(_, session)| session.used).map(|(key, _)| key.clone())
        else {
            return;
        };
        sessions.remove(&oldest);
    }
}
