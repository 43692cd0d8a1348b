//! What later versions will read and this one refuses. Not typos: they get no "did you mean".

use crate::key::Key;

/// Tables of the design that this version does not have.
pub(crate) const SECTIONS: &[&str] = &[
    "fetch",
    "modules",
    "wasm",
    "upstream",
    "auth",
    "cluster",
    "storage.s3",
    "storage.cache",
    "transport.sse",
];

/// Values of the design that this version does not have: key and value.
const VALUES: &[(&str, &str)] = &[("storage.kind", "s3")];

pub(crate) fn section(key: &Key) -> bool {
    SECTIONS.iter().any(|planned| Key::from(*planned) == *key)
}

pub(crate) fn value(key: &Key, text: &str) -> bool {
    VALUES.iter().any(|(planned, value)| *value == text && Key::from(*planned) == *key)
}
