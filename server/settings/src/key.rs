//! A dotted key: the path to a value. Not the value and not its place in a file.

use std::fmt;

/// The path to a value, for example `transport.http.listen[0]`. Names that TOML would have to quote are shown quoted.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Segment {
    Name(String),
    Item(usize),
}

impl Key {
    pub(crate) fn child(&self, name: &str) -> Self {
        self.with(Segment::Name(name.to_owned()))
    }

    pub(crate) fn item(&self, index: usize) -> Self {
        self.with(Segment::Item(index))
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The last name, or nothing for the whole document.
    pub(crate) fn name(&self) -> &str {
        self.0.iter().rev().find_map(Segment::name).unwrap_or_default()
    }

    /// One of the two holds the other, or they are the same.
    pub(crate) fn overlaps(&self, other: &Key) -> bool {
        self.0.iter().zip(&other.0).all(|(mine, theirs)| mine == theirs)
    }

    fn with(&self, last: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(last);
        Self(segments)
    }
}

impl Segment {
    fn name(&self) -> Option<&str> {
        match self {
            Segment::Name(name) => Some(name),
            Segment::Item(_) => None,
        }
    }
}

impl From<&str> for Key {
    /// Splits at dots; only for keys the program itself or a flag spells.
    fn from(dotted: &str) -> Self {
        Self(dotted.split('.').map(|name| Segment::Name(name.to_owned())).collect())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Item(index) => write!(f, "[{index}]")?,
                Segment::Name(name) => {
                    let dot = if at > 0 { "." } else { "" };
                    // A name from a hostile file must not reach a terminal with its control characters.
                    if !name.is_empty() && name.chars().all(bare) {
                        write!(f, "{dot}{name}")?;
                    } else {
                        write!(f, "{dot}{name:?}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_as_toml_would_write_it() {
        let key = Key::from("transport.http.listen").item(2);
        assert_eq!(key.to_string(), "transport.http.listen[2]");
        assert_eq!(Key::default().child("a b\u{1b}").to_string(), "\"a b\\u{1b}\"");
    }

    #[test]
    fn keys_overlap_when_one_holds_the_other() {
        let (table, value) = (Key::from("limits"), Key::from("limits.cpu_secs"));
        assert!(table.overlaps(&value) && value.overlaps(&table));
        assert!(!value.overlaps(&Key::from("limits.queued_runs")));
    }
}
