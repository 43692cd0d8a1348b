//! What later versions will read and this one refuses. Not typos: they get no "did you mean".

use crate::key::Key;

/// Tables of the design that this version does not have.
pub(crate) const SECTIONS: &[&str] = &["cluster", "transport.sse"];

pub(crate) fn section(key: &Key) -> bool {
    SECTIONS.iter().any(|planned| Key::from(*planned) == *key)
}
