//! The problems found so far. Collecting goes on after the first, so that one start shows them all.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::key::Key;

#[derive(Default)]
pub(crate) struct Flaws {
    list: Vec<Diagnostic>,
    /// Keys whose value was dropped, and keys a typo most likely means: what depends on them is not judged.
    dropped: Vec<Key>,
}

impl Flaws {
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    pub(crate) fn drop_key(&mut self, key: Key) {
        self.dropped.push(key);
    }

    pub(crate) fn dropped(&self, key: &Key) -> bool {
        self.dropped.iter().any(|dropped| dropped.overlaps(key))
    }

    /// `value`, unless anything was reported.
    pub(crate) fn unless_any<T>(self, value: T) -> Result<T, Diagnostics> {
        if self.list.is_empty() { Ok(value) } else { Err(Diagnostics::new(self.list)) }
    }

    pub(crate) fn into_diagnostics(self) -> Diagnostics {
        Diagnostics::new(self.list)
    }
}
