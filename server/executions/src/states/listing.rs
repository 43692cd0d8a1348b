//! The list of sessions: those that are stored, and those that are live and were never saved, in one order.

use super::StateError;
use crate::service::Service;
use mcp_v8_sandbox::{Principal, SessionName};
use mcp_v8_storage::{SessionQuery, SessionRecord};
use std::collections::BTreeMap;

/// A session in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub name: SessionName,
    /// `None`: it is live only, and nothing of it was saved yet.
    pub saved: Option<SessionRecord>,
    /// Runs since it was last saved.
    pub unsaved_runs: u64,
}

impl Session {
    /// Runs so far.
    pub fn runs(&self) -> u64 {
        self.saved.as_ref().map_or(0, |saved| saved.runs) + self.unsaved_runs
    }
}

/// A page of sessions, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionPage {
    pub sessions: Vec<Session>,
    /// `None` on the last page.
    pub next: Option<SessionName>,
}

impl Service {
    /// A tenant's sessions, by name: saved ones, and live ones.
    ///
    /// # Errors
    /// [`StateError::Storage`], also for a limit out of range.
    pub async fn sessions(
        &self,
        principal: &Principal,
        query: SessionQuery,
    ) -> Result<SessionPage, StateError> {
        self.heaps_kept()?;
        let SessionQuery { limit, after } = query.clone();
        // First, so that a session that is saved meanwhile is in one of the two.
        let live = self.0.sessions.unsaved_runs(principal.tenant());
        let stored = self.0.store.sessions(principal.tenant(), query).await?;
        Ok(merged(stored, live, after.as_ref(), limit as usize))
    }
}

/// Within the names that a stored page covers, a live session that is not in it is not stored.
fn merged(
    stored: mcp_v8_storage::SessionPage,
    mut live: BTreeMap<SessionName, u64>,
    after: Option<&SessionName>,
    limit: usize,
) -> SessionPage {
    let mut more = stored.next.is_some();
    let saved = stored.sessions.into_iter().map(|saved| Session {
        unsaved_runs: live.remove(&saved.name).unwrap_or(0),
        name: saved.name.clone(),
        saved: Some(saved),
    });
    let mut sessions: Vec<Session> = saved.collect();
    let covered = |name: &SessionName| {
        after.is_none_or(|after| name > after)
            && stored.next.as_ref().is_none_or(|last| name <= last)
    };
    let unsaved = live.into_iter().filter(|(name, _)| covered(name));
    sessions.extend(unsaved.map(|(name, unsaved_runs)| Session {
        name,
        saved: None,
        unsaved_runs,
    }));
    sessions.sort_by(|one, other| one.name.cmp(&other.name));
    more |= sessions.len() > limit;
    sessions.truncate(limit);
    let next = sessions.last().filter(|_| more).map(|session| session.name.clone());
    SessionPage { sessions, next }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mcp_v8_sandbox::{CheckpointKind, HeapId};
    use mcp_v8_storage::Timestamp;

    fn name(text: &str) -> SessionName {
        text.parse().expect("a good name")
    }

    /// As storage answers: by name, behind `after`, at most `limit`.
    fn stored(
        all: &[&str],
        after: Option<&SessionName>,
        limit: usize,
    ) -> mcp_v8_storage::SessionPage {
        let mut sessions: Vec<_> = all
            .iter()
            .map(|text| name(text))
            .filter(|name| after.is_none_or(|after| name > after))
            .map(|name| SessionRecord {
                name,
                head: HeapId([0; 32]),
                kind: CheckpointKind::Values,
                runs: 2,
                created_at: Timestamp(0),
                updated_at: Timestamp(0),
                bytes: 1,
            })
            .collect();
        let more = sessions.len() > limit;
        sessions.truncate(limit);
        let next = sessions.last().filter(|_| more).map(|session| session.name.clone());
        mcp_v8_storage::SessionPage { sessions, next }
    }

    #[test]
    fn pages_put_together_are_all_sessions_once_in_order_with_any_limit() {
        let saved = ["b", "d", "f", "h"];
        let live = ["a", "c", "d", "e", "g", "i", "j"];
        let expected: Vec<_> = "abcdefghij".chars().map(|one| name(&one.to_string())).collect();
        for limit in 1..=11 {
            let (mut seen, mut after, mut both) = (Vec::new(), None, 0);
            loop {
                let live = live.iter().map(|text| (name(text), 3)).collect();
                let page = stored(&saved, after.as_ref(), limit);
                let page = merged(page, live, after.as_ref(), limit);
                assert!(page.sessions.len() <= limit);
                both += page.sessions.iter().filter(|session| session.runs() == 5).count();
                seen.extend(page.sessions.into_iter().map(|session| session.name));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!((seen, both), (expected.clone(), 1), "limit {limit}");
        }
    }
}
