//! Which columns of a session's history a caller wants: the text `index,code`. Not how they are shown: each surface
//! has its own shape.

use std::collections::BTreeSet;
use std::str::FromStr;

/// A column of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SnapshotField {
    Index,
    InputHeap,
    OutputHeap,
    Code,
    CodeBytes,
    Timestamp,
    ExecutionId,
    Kind,
    Bytes,
    Stored,
    ErrorCode,
}

impl SnapshotField {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::Index,
        Self::InputHeap,
        Self::OutputHeap,
        Self::Code,
        Self::CodeBytes,
        Self::Timestamp,
        Self::ExecutionId,
        Self::Kind,
        Self::Bytes,
        Self::Stored,
        Self::ErrorCode,
    ];

    /// Its name in requests and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::InputHeap => "input_heap",
            Self::OutputHeap => "output_heap",
            Self::Code => "code",
            Self::CodeBytes => "code_bytes",
            Self::Timestamp => "timestamp",
            Self::ExecutionId => "execution_id",
            Self::Kind => "kind",
            Self::Bytes => "bytes",
            Self::Stored => "stored",
            Self::ErrorCode => "error_code",
        }
    }
}

/// A choice of columns; all of them when nothing was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotFields(BTreeSet<SnapshotField>);

/// A column that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("fields: there is no field {0:?}; there are {names}", names = names())]
pub struct UnknownField(String);

impl SnapshotFields {
    /// This column is wanted.
    pub fn has(&self, field: SnapshotField) -> bool {
        self.0.contains(&field)
    }

    /// The value, where its column is wanted.
    pub fn pick<T>(&self, field: SnapshotField, value: impl FnOnce() -> T) -> Option<T> {
        self.has(field).then(value)
    }

    /// Something of a source is wanted: only then is it worth reading.
    pub fn needs_source(&self) -> bool {
        self.has(SnapshotField::Code) || self.has(SnapshotField::CodeBytes)
    }
}

impl Default for SnapshotFields {
    fn default() -> Self {
        Self(SnapshotField::ALL.into())
    }
}

impl FromStr for SnapshotFields {
    type Err = UnknownField;
    fn from_str(text: &str) -> Result<Self, UnknownField> {
        let parse = |name: &str| {
            let found = SnapshotField::ALL.into_iter().find(|field| field.as_str() == name);
            found.ok_or_else(|| UnknownField(name.chars().take(64).collect()))
        };
        text.split(',').map(|name| parse(name.trim())).collect::<Result<_, _>>().map(Self)
    }
}

fn names() -> String {
    SnapshotField::ALL.map(SnapshotField::as_str).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_chosen_by_name_and_an_unknown_one_is_answered_with_those_there_are() {
        let chosen: SnapshotFields = "timestamp, index".parse().expect("both exist");
        assert!(chosen.has(SnapshotField::Index) && chosen.has(SnapshotField::Timestamp));
        assert!(!chosen.has(SnapshotField::Kind) && !chosen.needs_source());
        assert_eq!(chosen.pick(SnapshotField::Index, || 1), Some(1));
        assert_eq!(chosen.pick(SnapshotField::Code, || 1), None);
        for field in SnapshotField::ALL {
            assert!(SnapshotFields::default().has(field));
            assert!(field.as_str().parse().is_ok_and(|chosen: SnapshotFields| chosen.has(field)));
        }
        for bad in ["", "index,", "output_fs", "INDEX"] {
            let refused = bad.parse::<SnapshotFields>().expect_err(bad).to_string();
            assert!(refused.contains("output_heap"), "{refused}");
        }
    }
}
