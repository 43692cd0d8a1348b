//! The bounded, fair queue: tenants take turns and run so many at once, a session's runs keep their order, and one session
//! runs once at a time.

use mcp_v8_sandbox::{Caller, ExecutionId, HeapId, Limits, Principal, SessionName};
use mcp_v8_storage::Tags;
use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Instant;

/// A run that was admitted and waits.
#[derive(Debug)]
pub struct Queued {
    pub id: ExecutionId,
    pub principal: Principal,
    pub source: String,
    pub session: Option<SessionName>,
    /// Start from this heap.
    pub heap: Option<HeapId>,
    /// The state after the run is kept.
    pub keeps: bool,
    /// Tags of the heap after the run.
    pub tags: Tags,
    pub limits: Limits,
    /// When it was admitted.
    pub since: Instant,
}

/// A session of a tenant.
pub type SessionKey = (String, SessionName);

impl Queued {
    /// Whose run it is.
    pub fn caller(&self) -> Caller {
        Caller {
            principal: self.principal.clone(),
            execution: self.id,
            session: self.session.clone(),
        }
    }

    /// The session it needs for itself.
    pub fn session_key(&self) -> Option<SessionKey> {
        Some((self.principal.tenant().to_owned(), self.session.clone()?))
    }
}

/// Why a run cannot wait.
#[derive(Debug, PartialEq, Eq)]
pub enum Full {
    /// All tenants together.
    Queue,
    /// This tenant.
    Tenant,
}

/// Waiting runs.
#[derive(Debug)]
pub struct Queue {
    waiting: HashMap<String, VecDeque<Queued>>,
    /// Tenants that wait, in the order of their turns.
    turns: VecDeque<String>,
    busy: HashSet<SessionKey>,
    /// Runs of each tenant under way.
    running: HashMap<String, usize>,
    length: usize,
    bounds: Bounds,
}

/// How many runs wait, and how many of a tenant are under way.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub waiting: usize,
    pub waiting_per_tenant: usize,
    pub running_per_tenant: usize,
}

impl Queue {
    pub fn new(bounds: Bounds) -> Self {
        Self {
            waiting: HashMap::new(),
            turns: VecDeque::new(),
            busy: HashSet::new(),
            running: HashMap::new(),
            length: 0,
            bounds,
        }
    }

    pub fn len(&self) -> usize {
        self.length
    }

    /// A tenant's waiting runs.
    pub fn waiting_of(&self, tenant: &str) -> usize {
        self.waiting.get(tenant).map_or(0, VecDeque::len)
    }

    /// There is room for one more of this tenant.
    pub fn room(&self, tenant: &str) -> Result<(), Full> {
        if self.length >= self.bounds.waiting {
            return Err(Full::Queue);
        }
        if self.waiting_of(tenant) >= self.bounds.waiting_per_tenant {
            return Err(Full::Tenant);
        }
        Ok(())
    }

    /// Appends a run.
    pub fn push(&mut self, run: Queued) {
        let tenant = run.principal.tenant().to_owned();
        let own = self.waiting.entry(tenant.clone()).or_default();
        if own.is_empty() {
            self.turns.push_back(tenant);
        }
        own.push_back(run);
        self.length += 1;
    }

    /// The next run whose tenant may run one more and whose session is free; its session is busy from now on.
    pub fn pop(&mut self) -> Option<Queued> {
        for _ in 0..self.turns.len() {
            let tenant = self.turns.pop_front()?;
            let found = self.pop_of(&tenant);
            if self.waiting_of(&tenant) > 0 {
                self.turns.push_back(tenant);
            } else {
                self.waiting.remove(&tenant);
            }
            if let Some(run) = found {
                self.length -= 1;
                self.busy.extend(run.session_key());
                let tenant = run.principal.tenant().to_owned();
                *self.running.entry(tenant).or_default() += 1;
                return Some(run);
            }
        }
        None
    }

    fn pop_of(&mut self, tenant: &str) -> Option<Queued> {
        let running = self.running.get(tenant).copied().unwrap_or_default();
        if running >= self.bounds.running_per_tenant {
            return None;
        }
        let own = self.waiting.get_mut(tenant)?;
        let free = |run: &Queued| run.session_key().is_none_or(|key| !self.busy.contains(&key));
        let index = own.iter().position(free)?;
        own.remove(index)
    }

    /// Takes a session that no run has; false when one has it.
    pub fn hold(&mut self, session: &SessionKey) -> bool {
        self.busy.insert(session.clone())
    }

    /// Takes a session that no run has and none waits for; false otherwise.
    pub fn hold_unused(&mut self, session: &SessionKey) -> bool {
        let waits = |run: &Queued| run.session.as_ref() == Some(&session.1);
        let awaited = self.waiting.get(&session.0).is_some_and(|own| own.iter().any(waits));
        !awaited && self.hold(session)
    }

    /// A run that was taken out by [`Queue::pop`] is over: its tenant may run another, and its session is free.
    pub fn ended(&mut self, tenant: &str, session: Option<&SessionKey>) {
        if let Some(running) = self.running.get_mut(tenant) {
            *running -= 1;
            if *running == 0 {
                self.running.remove(tenant);
            }
        }
        self.release(session);
    }

    /// A session that was held is free again.
    pub fn release(&mut self, session: Option<&SessionKey>) {
        if let Some(key) = session {
            self.busy.remove(key);
        }
    }

    /// Takes one run out before its turn.
    pub fn remove(&mut self, tenant: &str, id: ExecutionId) -> Option<Queued> {
        let own = self.waiting.get_mut(tenant)?;
        let index = own.iter().position(|run| run.id == id)?;
        let run = own.remove(index);
        if own.is_empty() {
            self.waiting.remove(tenant);
            self.turns.retain(|known| known != tenant);
        }
        self.length -= 1;
        run
    }

    /// Takes everything out.
    pub fn drain(&mut self) -> Vec<Queued> {
        self.turns.clear();
        self.length = 0;
        self.waiting.drain().flat_map(|(_, runs)| runs).collect()
    }
}

#[cfg(test)]
mod tests;
