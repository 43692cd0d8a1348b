//! Output that waits to become a chunk. Not durable: it is lost when the process dies.

use crate::CHUNK_BYTES_MAX;
use mcp_v8_sandbox::ExecutionId;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Output is stored, and so visible to readers, this long after it was appended, unless its execution finishes or a
/// whole chunk comes together sooner. The commit itself comes on top.
pub const VISIBLE_WITHIN: Duration = Duration::from_millis(20);

#[derive(Default)]
pub(super) struct PendingOutput {
    texts: HashMap<ExecutionId, Pending>,
}

struct Pending {
    text: String,
    since: Instant,
}

impl Pending {
    fn due(&self) -> Instant {
        if self.text.len() >= CHUNK_BYTES_MAX { self.since } else { self.since + VISIBLE_WITHIN }
    }
}

impl PendingOutput {
    /// Adds text to what waits of an execution.
    pub fn push(&mut self, id: ExecutionId, text: String, now: Instant) {
        match self.texts.entry(id) {
            std::collections::hash_map::Entry::Occupied(mut entry) => {
                entry.get_mut().text.push_str(&text);
            }
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(Pending { text, since: now });
            }
        }
    }

    /// What waits of one execution.
    pub fn take(&mut self, id: ExecutionId) -> Option<String> {
        self.texts.remove(&id).map(|pending| pending.text)
    }

    /// What has waited long enough.
    pub fn take_due(&mut self, now: Instant) -> Vec<(ExecutionId, String)> {
        self.texts
            .extract_if(|_, pending| pending.due() <= now)
            .map(|(id, pending)| (id, pending.text))
            .collect()
    }

    pub fn take_all(&mut self) -> Vec<(ExecutionId, String)> {
        self.texts.drain().map(|(id, pending)| (id, pending.text)).collect()
    }

    /// When something is due next; `None` when nothing waits.
    pub fn next_due(&self) -> Option<Instant> {
        self.texts.values().map(Pending::due).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_waits_for_more_until_it_is_due_or_fills_a_chunk() {
        let mut pending = PendingOutput::default();
        let now = Instant::now();
        let (slow, fast) = (ExecutionId::generate(), ExecutionId::generate());
        assert_eq!(pending.next_due(), None);
        pending.push(slow, "a".to_owned(), now);
        pending.push(slow, "b".to_owned(), now + VISIBLE_WITHIN / 2);
        assert_eq!(pending.take_due(now), Vec::new());
        assert_eq!(pending.next_due(), Some(now + VISIBLE_WITHIN));
        pending.push(fast, "x".repeat(CHUNK_BYTES_MAX), now);
        assert_eq!(pending.take_due(now).len(), 1);
        assert_eq!(pending.take_due(now + VISIBLE_WITHIN), vec![(slow, "ab".to_owned())]);
        assert_eq!((pending.next_due(), pending.take(slow)), (None, None));
    }
}
