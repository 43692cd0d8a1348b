//! What a module exports, in the words of its text format.

use std::fmt;

/// An export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    pub name: String,
    /// `None` for a memory, table, global or tag.
    pub function: Option<Signature>,
}

/// The types of a function, for example `i32` or `externref`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    pub params: Vec<String>,
    pub results: Vec<String>,
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({})", self.params.join(", "))?;
        match self.results.as_slice() {
            [] => Ok(()),
            [one] => write!(f, " -> {one}"),
            all => write!(f, " -> [{}]", all.join(", ")),
        }
    }
}
