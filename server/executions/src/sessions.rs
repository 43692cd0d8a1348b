//! Live sessions: each holds a worker between its runs, for a while. A session that lost its worker goes on from its
//! checkpoint; without one it says so in its next run. It never starts fresh in silence.

use crate::queue::{Queue, SessionKey};
use mcp_v8_sandbox::{ExecutionId, HeapId, Lost, SessionName};
use mcp_v8_workers::Worker;
use std::collections::{BTreeMap, HashMap};
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

/// A live state: a worker, and the checkpoint it stands at.
#[derive(Debug)]
pub struct Live {
    pub worker: Worker,
    /// V8 heap, bytes.
    pub heap_bytes: u64,
    /// The last checkpoint of the session.
    pub head: Option<HeapId>,
    /// Runs since that checkpoint.
    pub unsaved_runs: u64,
    /// The last run.
    pub last: ExecutionId,
}

/// A live state that has to go, and whose it is.
#[derive(Debug)]
pub struct Evicted {
    pub key: SessionKey,
    pub live: Live,
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
    /// Runs so far: names of scripts count up.
    runs: u64,
    /// Runs since it was last saved, of the live state.
    unsaved_runs: u64,
    used: Instant,
}

#[derive(Debug)]
enum State {
    /// A run has its worker.
    InUse,
    /// Rests.
    Live(Box<Live>),
    /// Its live state is gone, and why.
    Ended(&'static str),
}

/// What a run gets from its session.
#[derive(Debug)]
pub struct Checkout {
    /// The session's live state; `None`: lease a worker.
    pub live: Option<Live>,
    /// The number of this run in the session since the server started, from 1.
    pub run: u64,
    /// Why the live state of an earlier run is gone.
    pub ended: Option<&'static str>,
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
            runs: 0,
            unsaved_runs: 0,
            used: Instant::now(),
        });
        session.runs += 1;
        let run = session.runs;
        match std::mem::replace(&mut session.state, State::InUse) {
            State::Live(live) => Checkout { live: Some(*live), run, ended: None },
            State::InUse => Checkout { live: None, run, ended: None },
            State::Ended(why) => Checkout { live: None, run, ended: Some(why) },
        }
    }

    /// The run is over and the worker is sound. Returns what had to make room.
    pub fn rest(&self, key: &SessionKey, live: Live, queue: &mut Queue) -> Vec<Evicted> {
        let mut inner = self.lock();
        if let Some(session) = inner.get_mut(key) {
            session.used = Instant::now();
            session.unsaved_runs = live.unsaved_runs;
            session.state = State::Live(Box::new(live));
        }
        let mut evicted = Vec::new();
        while over(&inner, &self.limits) {
            match end_longest_at_rest(
                &mut inner,
                queue,
                "it made room for other sessions (sessions.max_live, sessions.max_live_memory_mb)",
            ) {
                Some(one) => evicted.push(one),
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
            session.unsaved_runs = 0;
            session.state = State::Ended(why);
        }
    }

    /// The session starts anew, and whoever used it knows.
    pub fn forget(&self, key: &SessionKey) -> Option<Live> {
        match self.lock().remove(key)?.state {
            State::Live(live) => Some(*live),
            State::InUse | State::Ended(_) => None,
        }
    }

    /// It was used since the server started, and is remembered.
    pub fn knows(&self, key: &SessionKey) -> bool {
        self.lock().contains_key(key)
    }

    /// A tenant's sessions that have a live state, at rest or in a run, with their runs since the last save.
    pub fn unsaved_runs(&self, tenant: &str) -> BTreeMap<SessionName, u64> {
        let inner = self.lock();
        let own = inner
            .iter()
            .filter(|((of, _), session)| of == tenant && !matches!(session.state, State::Ended(_)));
        own.map(|((_, name), session)| (name.clone(), session.unsaved_runs)).collect()
    }

    /// Ends the session that has rested longest, for its worker's place. Like the others below, it holds the session in
    /// the queue: no run begins in it until it is put away.
    pub fn evict_one(&self, queue: &mut Queue) -> Option<Evicted> {
        end_longest_at_rest(&mut self.lock(), queue, "it made room for other runs (workers.max)")
    }

    /// Ends sessions that have rested too long.
    pub fn expire(&self, queue: &mut Queue) -> Vec<Evicted> {
        let ttl = self.limits.idle_ttl;
        self.end_where(
            queue,
            |session| session.used.elapsed() > ttl,
            "it was idle for too long (sessions.idle_ttl_secs)",
        )
    }

    /// Ends all that rest: the server is ending.
    pub fn end_all(&self, queue: &mut Queue) -> Vec<Evicted> {
        self.end_where(queue, |_| true, "the server was ending")
    }

    fn end_where(
        &self,
        queue: &mut Queue,
        which: impl Fn(&Session) -> bool,
        why: &'static str,
    ) -> Vec<Evicted> {
        let mut inner = self.lock();
        let chosen = inner
            .iter_mut()
            .filter(|(key, session)| which(session) && at_rest(session) && queue.hold(key));
        chosen.filter_map(|(key, session)| end(key, session, why)).collect()
    }

    /// Sessions that hold a worker at rest.
    pub fn live(&self) -> usize {
        self.lock().values().filter(|session| matches!(session.state, State::Live(_))).count()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionKey, Session>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What to say when the live state is gone and nothing was stored of it.
pub fn everything(why: &str) -> Lost {
    Lost { name: "*".into(), reason: format!("the session's earlier variables are gone: {why}") }
}

fn over(sessions: &HashMap<SessionKey, Session>, limits: &LiveLimits) -> bool {
    let heaps = sessions.values().filter_map(|session| match &session.state {
        State::Live(live) => Some(live.heap_bytes),
        _ => None,
    });
    let (count, memory) =
        heaps.fold((0, 0u64), |(count, sum), heap| (count + 1, sum.saturating_add(heap)));
    count > limits.max_live || (memory > limits.max_memory && count > 1)
}

fn at_rest(session: &Session) -> bool {
    matches!(session.state, State::Live(_))
}

/// Takes the live state of a session that the caller holds.
fn end(key: &SessionKey, session: &mut Session, why: &'static str) -> Option<Evicted> {
    match std::mem::replace(&mut session.state, State::Ended(why)) {
        State::Live(live) => {
            session.unsaved_runs = 0;
            Some(Evicted { key: key.clone(), live: *live })
        }
        other => {
            session.state = other;
            None
        }
    }
}

/// A session that a run is about to take is passed over: the queue has it already.
fn end_longest_at_rest(
    sessions: &mut HashMap<SessionKey, Session>,
    queue: &mut Queue,
    why: &'static str,
) -> Option<Evicted> {
    let mut live: Vec<_> = sessions.iter_mut().filter(|(_, session)| at_rest(session)).collect();
    live.sort_by_key(|(_, session)| session.used);
    let (key, session) = live.into_iter().find(|(key, _)| queue.hold(key))?;
    end(key, session, why)
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
