//! Secrets that a server sends back, replaced before a script sees them. Only exact ones: an encoded or split secret is
//! not found, which is why the policy decides who gets one at all.

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use std::sync::Arc;
use zeroize::Zeroizing;

const INSTEAD: &[u8] = b"[redacted]";

/// Secrets sent so far in one fetch, and how to find them.
#[derive(Clone, Default)]
pub(super) struct Secrets {
    known: Vec<Arc<Zeroizing<Vec<u8>>>>,
    finder: Option<Arc<AhoCorasick>>,
}

impl Secrets {
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// # Errors
    /// [`BuildError`] where they do not fit into a table, which a few kilobytes do.
    pub(super) fn add(
        &mut self,
        secrets: impl IntoIterator<Item = Zeroizing<String>>,
    ) -> Result<(), BuildError> {
        let before = self.known.len();
        for secret in secrets {
            let new = self.known.iter().all(|known| known.as_slice() != secret.as_bytes());
            if new {
                self.known.push(Arc::new(Zeroizing::new(secret.as_bytes().to_vec())));
            }
        }
        if self.known.len() > before {
            let patterns = self.known.iter().map(|secret| secret.as_slice());
            let mut builder = AhoCorasick::builder();
            let finder = builder.match_kind(MatchKind::LeftmostLongest).build(patterns)?;
            self.finder = Some(Arc::new(finder));
        }
        Ok(())
    }

    /// Those that were added.
    pub(super) fn texts(&self) -> impl Iterator<Item = Zeroizing<String>> {
        let text = |secret: &Arc<Zeroizing<Vec<u8>>>| String::from_utf8(secret.to_vec()).ok();
        self.known.iter().filter_map(text).map(Zeroizing::new)
    }

    pub(super) fn found_in(&self, bytes: &[u8]) -> bool {
        self.finder.as_ref().is_some_and(|finder| finder.is_match(bytes))
    }

    /// The bytes without secrets.
    pub(super) fn without(&self, bytes: &[u8]) -> Vec<u8> {
        let Some(finder) = &self.finder else { return bytes.to_vec() };
        finder.replace_all_bytes(bytes, &vec![INSTEAD; self.known.len()])
    }

    pub(super) fn stream(&self) -> Option<Redactor> {
        (!self.is_empty()).then(|| Redactor { secrets: self.clone(), held: Zeroizing::default() })
    }

    /// How many bytes at the end could be the start of a secret.
    fn undecided(&self, bytes: &[u8]) -> usize {
        let longest = self.known.iter().map(|secret| secret.len()).max().unwrap_or(0);
        let most = bytes.len().min(longest.saturating_sub(1));
        let starts = |end: &[u8]| {
            self.known.iter().any(|secret| end.len() < secret.len() && secret.starts_with(end))
        };
        (1..=most).rev().find(|length| starts(&bytes[bytes.len() - length..])).unwrap_or(0)
    }
}

/// Secrets out of a body that comes in pieces. It holds back less than the longest secret.
pub(super) struct Redactor {
    secrets: Secrets,
    held: Zeroizing<Vec<u8>>,
}

impl Redactor {
    /// What can be shown now.
    pub(super) fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        let Some(finder) = self.secrets.finder.clone() else { return piece.to_vec() };
        self.held.extend_from_slice(piece);
        let mut shown = Vec::with_capacity(self.held.len());
        let mut at = 0;
        for found in finder.find_iter(self.held.as_slice()) {
            shown.extend_from_slice(&self.held[at..found.start()]);
            shown.extend_from_slice(INSTEAD);
            at = found.end();
        }
        let end = self.held.len() - self.secrets.undecided(&self.held[at..]);
        shown.extend_from_slice(&self.held[at..end]);
        self.held.drain(..end);
        shown
    }

    /// What was held back and is no secret.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut *self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn secrets(texts: &[&str]) -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add(texts.iter().map(|text| Zeroizing::new((*text).to_owned()))).unwrap();
        secrets
    }

    fn streamed(secrets: &Secrets, pieces: &[&[u8]]) -> String {
        let mut redactor = secrets.stream().unwrap();
        let mut shown: Vec<u8> = pieces.iter().flat_map(|piece| redactor.push(piece)).collect();
        shown.extend(redactor.finish());
        String::from_utf8(shown).unwrap()
    }

    #[test]
    fn a_secret_is_replaced_wherever_the_pieces_are_cut() {
        let (secrets, text) = (secrets(&["hunter2hunter2"]), b"a hunter2hunter2 b hunter2hunt");
        for cut in 0..text.len() {
            let (one, two) = text.split_at(cut);
            assert_eq!(streamed(&secrets, &[one, two]), "a [redacted] b hunter2hunt", "{cut}");
        }
    }

    #[test]
    fn what_cannot_be_a_secret_is_shown_at_once() {
        let secrets = secrets(&["hunter2hunter2"]);
        let mut redactor = secrets.stream().unwrap();
        assert_eq!(redactor.push(b"data: 1\n\n"), b"data: 1\n\n");
        assert_eq!(redactor.push(b"data: hunt"), b"data: ");
        assert_eq!(redactor.push(b"ing\n"), b"hunting\n");
    }

    proptest! {
        #[test]
        fn pieces_give_what_the_whole_gives(
            text in "[ab]{0,200}", cuts in proptest::collection::vec(0_usize..200, 0..8),
        ) {
            let secrets = secrets(&["abababba", "bbbbaaaa"]);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.push(text.len());
            cuts.sort_unstable();
            let mut from = 0;
            let pieces: Vec<&[u8]> = cuts
                .iter()
                .map(|cut| &text.as_bytes()[std::mem::replace(&mut from, *cut)..*cut])
                .collect();
            let whole = String::from_utf8(secrets.without(text.as_bytes())).unwrap();
            prop_assert_eq!(streamed(&secrets, &pieces), whole);
        }
    }
}
