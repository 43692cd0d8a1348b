//! Typed names: an execution's id and a session's name. Not capabilities: both are looked up under a principal.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An execution, UUID version 7 (RFC 9562 section 5.7): sorts by time of submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExecutionId(pub Uuid);

impl ExecutionId {
    /// A new id, from the clock and the operating system's random source.
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }
}

impl std::fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl std::str::FromStr for ExecutionId {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Uuid::try_parse(text).map(Self).map_err(|_| InvalidName::Execution)
    }
}

/// The name of a session: 1 to 128 characters of `A-Z a-z 0-9 . _ : @ -`, not starting with a dot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionName(String);

/// Longest session name, in characters.
pub const SESSION_NAME_MAX: usize = 128;

impl SessionName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SessionName {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, InvalidName> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._:@-".contains(c);
        let good = !text.is_empty()
            && text.len() <= SESSION_NAME_MAX
            && !text.starts_with('.')
            && text.chars().all(allowed);
        good.then_some(Self(text)).ok_or(InvalidName::Session)
    }
}

impl std::str::FromStr for SessionName {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Self::try_from(text.to_owned())
    }
}

impl From<SessionName> for String {
    fn from(name: SessionName) -> String {
        name.0
    }
}

impl std::fmt::Display for SessionName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name that is malformed, before anything is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    #[error("an execution id is a UUID, as returned by run_js")]
    Execution,
    #[error(
        "a session name is 1 to 128 characters of A-Z a-z 0-9 . _ : @ - and does not start with a dot"
    )]
    Session,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_names_that_look_like_paths_or_control_text_are_refused() {
        for bad in ["", ".", "..", "a/b", "../x", "a b", "a\n", "ä", &"x".repeat(129)] {
            assert!(bad.parse::<SessionName>().is_err(), "{bad:?}");
        }
        for good in ["a", "user@host:1", "A-b_c.d", &"x".repeat(128)] {
            assert_eq!(good.parse::<SessionName>().map(String::from).as_deref(), Ok(good));
        }
    }

    #[test]
    fn execution_ids_sort_by_time() {
        let ids: Vec<_> = (0..100).map(|_| ExecutionId::generate()).collect();
        assert!(ids.is_sorted());
    }
}
