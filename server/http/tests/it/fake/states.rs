//! The stored states of the fake: heaps are numbers, a session is the list of its heaps.

use super::Fake;
use mcp_v8_executions::{
    Heap, HeapRecord, Session, SessionPage, SessionQuery, SessionRecord, Snapshot, SnapshotPage,
    SnapshotQuery, Source, StateError, TagPage, TagQuery, Tagged, Tags, Timestamp,
};
use mcp_v8_http::{Answer, States};
use mcp_v8_sandbox::{CheckpointKind, Code, ExecutionId, HeapId, Lost, Principal, SessionName};
use std::collections::{BTreeMap, BTreeSet};

/// What is kept, by tenant.
#[derive(Default)]
pub struct Kept {
    heaps: BTreeMap<(String, HeapId), Tags>,
    sessions: BTreeMap<(String, SessionName), Vec<HeapId>>,
    busy: BTreeSet<SessionName>,
    off: bool,
}

/// The id of the n-th heap.
pub fn heap_id(number: u8) -> HeapId {
    HeapId([number; 32])
}

impl Fake {
    pub fn add_heap(&self, principal: &Principal, number: u8) -> HeapId {
        let id = heap_id(number);
        self.states().heaps.insert((principal.tenant().to_owned(), id), Tags::new());
        id
    }

    /// A session that ran once for each of these heaps.
    pub fn add_session(&self, principal: &Principal, name: &str, heaps: &[u8]) {
        let key = (principal.tenant().to_owned(), name.parse().expect("a good name"));
        let heaps = heaps.iter().map(|number| self.add_heap(principal, *number)).collect();
        self.states().sessions.insert(key, heaps);
    }

    /// A run of this session is under way.
    pub fn occupy(&self, name: &str) {
        self.states().busy.insert(name.parse().expect("a good name"));
    }

    /// From now on nothing is kept.
    pub fn keep_nothing(&self) {
        self.states().off = true;
    }

    fn states(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.states.lock().expect("no test panicked")
    }

    fn kept(&self) -> Result<std::sync::MutexGuard<'_, Kept>, StateError> {
        let kept = self.states();
        if kept.off { Err(StateError::NoHeaps) } else { Ok(kept) }
    }

    /// Changes the tags of a heap of this tenant.
    fn with_tags<T>(
        &self,
        principal: &Principal,
        id: HeapId,
        change: impl FnOnce(&mut Tags) -> T,
    ) -> Result<T, StateError> {
        let key = (principal.tenant().to_owned(), id);
        self.kept()?.heaps.get_mut(&key).map(change).ok_or(StateError::NoHeap(id))
    }
}

impl States for Fake {
    fn sessions<'a>(
        &'a self,
        principal: &'a Principal,
        query: SessionQuery,
    ) -> Answer<'a, SessionPage, StateError> {
        Box::pin(async move {
            self.ask(|asked| asked.sessions.push(query.clone()));
            let kept = self.kept()?;
            let own = kept.sessions.iter().filter(|((tenant, name), _)| {
                tenant == principal.tenant()
                    && query.after.as_ref().is_none_or(|after| name > after)
            });
            let mut sessions: Vec<_> = own.map(|((_, name), heaps)| listed(name, heaps)).collect();
            let more = sessions.len() > query.limit as usize;
            sessions.truncate(query.limit as usize);
            let next = sessions.last().filter(|_| more).map(|session| session.name.clone());
            Ok(SessionPage { sessions, next })
        })
    }

    fn snapshots<'a>(
        &'a self,
        principal: &'a Principal,
        session: &'a SessionName,
        query: SnapshotQuery,
    ) -> Answer<'a, SnapshotPage, StateError> {
        Box::pin(async move {
            self.ask(|asked| asked.snapshots.push(query.clone()));
            let kept = self.kept()?;
            let key = (principal.tenant().to_owned(), session.clone());
            let heaps =
                kept.sessions.get(&key).ok_or_else(|| StateError::NoSession(session.clone()))?;
            let runs = 1..=heaps.len() as u64;
            let older = runs.rev().filter(|run| query.before.is_none_or(|before| *run < before));
            let mut snapshots: Vec<_> =
                older.map(|run| snapshot(heaps, run, query.sources)).collect();
            let more = snapshots.len() > query.limit as usize;
            snapshots.truncate(query.limit as usize);
            let next = snapshots.last().filter(|_| more).map(|snapshot| snapshot.run);
            Ok(SnapshotPage { snapshots, next })
        })
    }

    fn delete_session<'a>(
        &'a self,
        principal: &'a Principal,
        session: &'a SessionName,
    ) -> Answer<'a, (), StateError> {
        Box::pin(async move {
            let mut kept = self.kept()?;
            if kept.busy.contains(session) {
                return Err(StateError::InUse(session.clone()));
            }
            let removed = kept.sessions.remove(&(principal.tenant().to_owned(), session.clone()));
            removed.map(drop).ok_or_else(|| StateError::NoSession(session.clone()))
        })
    }

    fn heap<'a>(&'a self, principal: &'a Principal, id: HeapId) -> Answer<'a, Heap, StateError> {
        Box::pin(async move {
            let tags = self.with_tags(principal, id, |tags| tags.clone())?;
            let record = HeapRecord {
                id,
                tenant: principal.tenant().to_owned(),
                kind: CheckpointKind::Values,
                parent: Some(heap_id(0)),
                engine: "an engine".into(),
                values_bytes: 3,
                heap_bytes: 0,
                stored_bytes: 2,
                created_at: Timestamp(0),
                used_at: Timestamp(1),
                lost: vec![Lost { name: "f".into(), reason: "a reason".into() }],
            };
            Ok(Heap { record, tags })
        })
    }

    fn tags<'a>(&'a self, principal: &'a Principal, id: HeapId) -> Answer<'a, Tags, StateError> {
        Box::pin(async move { self.with_tags(principal, id, |tags| tags.clone()) })
    }

    fn set_tags<'a>(
        &'a self,
        principal: &'a Principal,
        id: HeapId,
        new: Tags,
    ) -> Answer<'a, (), StateError> {
        Box::pin(async move {
            mcp_v8_storage::check_tags(&new).map_err(StateError::Tags)?;
            self.with_tags(principal, id, |tags| *tags = new)
        })
    }

    fn delete_tags<'a>(
        &'a self,
        principal: &'a Principal,
        id: HeapId,
        names: Option<BTreeSet<String>>,
    ) -> Answer<'a, (), StateError> {
        Box::pin(async move {
            self.with_tags(principal, id, |tags| {
                tags.retain(|name, _| names.as_ref().is_some_and(|names| !names.contains(name)));
            })
        })
    }

    fn heaps_by_tags<'a>(
        &'a self,
        principal: &'a Principal,
        query: TagQuery,
    ) -> Answer<'a, TagPage, StateError> {
        Box::pin(async move {
            self.ask(|asked| asked.tag_searches.push(query.clone()));
            let kept = self.kept()?;
            if query.tags.is_empty() {
                return Err(StateError::Tags(mcp_v8_storage::TagError::NothingAsked));
            }
            let found = kept.heaps.iter().filter(|((tenant, id), tags)| {
                tenant == principal.tenant()
                    && query.after.is_none_or(|after| *id > after)
                    && query.tags.iter().all(|(name, value)| tags.get(name) == Some(value))
            });
            let mut heaps: Vec<_> =
                found.map(|((_, id), tags)| Tagged { heap: *id, tags: tags.clone() }).collect();
            let more = heaps.len() > query.limit as usize;
            heaps.truncate(query.limit as usize);
            let next = heaps.last().filter(|_| more).map(|tagged| tagged.heap);
            Ok(TagPage { heaps, next })
        })
    }
}

fn listed(name: &SessionName, heaps: &[HeapId]) -> Session {
    Session { name: name.clone(), saved: Some(record(name, heaps)), unsaved_runs: 0 }
}

fn record(name: &SessionName, heaps: &[HeapId]) -> SessionRecord {
    SessionRecord {
        name: name.clone(),
        head: *heaps.last().expect("a session has run"),
        kind: CheckpointKind::Values,
        runs: heaps.len() as u64,
        created_at: Timestamp(0),
        updated_at: Timestamp(1),
        bytes: 2,
    }
}

fn snapshot(heaps: &[HeapId], run: u64, source: bool) -> Snapshot {
    let at = run as usize - 1;
    Snapshot {
        run,
        execution: ExecutionId::generate(),
        heap: heaps[at],
        parent: at.checked_sub(1).map(|before| heaps[before]),
        kind: CheckpointKind::Values,
        at: Timestamp(run as i64),
        bytes: 2,
        failure: (run == 1).then_some(Code::ErrorScript),
        stored: true,
        source: source.then(|| Source { text: format!("run {run}"), bytes: 5 }),
    }
}
