//! A problem with its place, and the list of them. Not the reasons themselves: those are `Problem`.

use crate::key::Key;
use crate::place::Place;
use crate::problem::Problem;
use crate::source::Source;
use std::fmt;

/// Most problems one list keeps; a file of garbage has one per byte.
pub const DIAGNOSTICS_MAX: usize = 100;

/// One problem of one source. Shown as `source:line:column: key: message`, and the suggestion on a line of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub source: Source,
    /// Where in the file; `None` for other sources, and when the reason is the file as a whole.
    pub place: Option<Place>,
    /// `None` when the reason is the text (syntax, encoding) or the file as a whole.
    pub key: Option<Key>,
    pub problem: Problem,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.source)?;
        if let Some(Place { line, column }) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ": {key}")?;
        }
        write!(f, ": {}", self.problem)?;
        match self.problem.suggestion() {
            Some(suggestion) => write!(f, "\n  hint: {suggestion}"),
            None => Ok(()),
        }
    }
}

/// Every problem of a configuration, in the order of the file, then variables, flags, defaults. Never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    omitted: usize,
}

impl Diagnostics {
    pub(crate) fn new(mut list: Vec<Diagnostic>) -> Self {
        list.sort_by(|a, b| (&a.source, a.place, &a.key).cmp(&(&b.source, b.place, &b.key)));
        list.dedup();
        let omitted = list.len().saturating_sub(DIAGNOSTICS_MAX);
        list.truncate(DIAGNOSTICS_MAX);
        Self { list, omitted }
    }

    /// The first [`DIAGNOSTICS_MAX`] problems.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// How many more there were.
    pub fn omitted(&self) -> usize {
        self.omitted
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, diagnostic) in self.list.iter().enumerate() {
            let newline = if at > 0 { "\n" } else { "" };
            write!(f, "{newline}{diagnostic}")?;
        }
        match self.omitted {
            0 => Ok(()),
            more => write!(f, "\n... and {more} more"),
        }
    }
}

impl std::error::Error for Diagnostics {}
