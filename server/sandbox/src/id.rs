//! Typed names: of an execution, a session, a checkpoint. Not capabilities: all are looked up under a principal.

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

/// A stored checkpoint: 64 lowercase hexadecimal digits, a keyed hash of its content under its tenant. Not a
/// capability: it is looked up under the verified principal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HeapId(pub [u8; 32]);

impl std::fmt::Display for HeapId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for HeapId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HeapId({self})")
    }
}

impl std::str::FromStr for HeapId {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut id = [0; 32];
        if text.len() != 2 * id.len() {
            return Err(InvalidName::Heap);
        }
        for (byte, pair) in id.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let (high, low) = (digit(pair[0]), digit(pair[1]));
            *byte = high.zip(low).map(|(high, low)| high << 4 | low).ok_or(InvalidName::Heap)?;
        }
        Ok(Self(id))
    }
}

impl TryFrom<String> for HeapId {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<HeapId> for String {
    fn from(id: HeapId) -> String {
        id.to_string()
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
    #[error("a heap id is 64 hexadecimal digits in lower case, as returned by run_js in `heap`")]
    Heap,
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
    fn a_heap_id_is_its_64_digits_and_nothing_that_looks_like_a_path() {
        let id = HeapId(std::array::from_fn(|at| at as u8 * 7));
        assert_eq!(id.to_string().parse(), Ok(id));
        let text = id.to_string();
        let bad = ["", "../../etc/passwd", &text[1..], &text.to_uppercase(), &format!("{text}0")];
        for bad in bad {
            assert_eq!(bad.parse::<HeapId>(), Err(InvalidName::Heap), "{bad:?}");
        }
        assert!(format!("ä{}", &text[2..]).parse::<HeapId>().is_err());
    }

    #[test]
    fn execution_ids_sort_by_time() {
        let ids: Vec<_> = (0..100).map(|_| ExecutionId::generate()).collect();
        assert!(ids.is_sorted());
    }
}
