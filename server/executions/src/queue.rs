//! The bounded, fair queue: tenants take turns, a session's runs keep their order, and one session runs once at a time.

use mcp_v8_sandbox::{Caller, ExecutionId, HeapId, Limits, Principal, SessionName};
use mcp_v8_storage::Tags;
use std::collections::{HashMap, HashSet, VecDeque};

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
    length: usize,
    max: usize,
    max_per_tenant: usize,
}

impl Queue {
    pub fn new(max: usize, max_per_tenant: usize) -> Self {
        Self {
            waiting: HashMap::new(),
            turns: VecDeque::new(),
            busy: HashSet::new(),
            length: 0,
            max,
            max_per_tenant,
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
        if self.length >= self.max {
            return Err(Full::Queue);
        }
        if self.waiting_of(tenant) >= self.max_per_tenant {
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

    /// The next run whose session is free; its session is busy from now on.
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
                return Some(run);
            }
        }
        None
    }

    fn pop_of(&mut self, tenant: &str) -> Option<Queued> {
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

    /// A run is over: its session is free again.
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
