//! Tags of heaps: names and values that callers choose. Data for search, not authority over anything.

use crate::{LIST_LIMIT_DEFAULT, StorageError};
use mcp_v8_sandbox::{Code, HeapId};
use std::collections::BTreeMap;

pub type Tags = BTreeMap<String, String>;

/// Most tags of one heap.
pub const TAGS_PER_HEAP_MAX: usize = 64;

/// Longest name of a tag, bytes of UTF-8.
pub const TAG_NAME_BYTES_MAX: usize = 128;

/// Longest value of a tag, bytes of UTF-8.
pub const TAG_VALUE_BYTES_MAX: usize = 1024;

/// Which heaps of a tenant, by id: those that have every one of these tags, exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagQuery {
    /// At least one.
    pub tags: Tags,
    /// 1 to [`LIST_LIMIT_MAX`](crate::LIST_LIMIT_MAX).
    pub limit: u32,
    /// Only ids after this one: [`TagPage::next`] of the page before.
    pub after: Option<HeapId>,
}

impl TagQuery {
    pub fn of(tags: Tags) -> Self {
        Self { tags, limit: LIST_LIMIT_DEFAULT, after: None }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagPage {
    pub heaps: Vec<Tagged>,
    /// `None` on the last page.
    pub next: Option<HeapId>,
}

/// A heap and all of its tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    pub heap: HeapId,
    pub tags: Tags,
}

/// Tags that are not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    #[error("a heap has at most {TAGS_PER_HEAP_MAX} tags, not {count}")]
    TooMany { count: usize },
    #[error("the name of a tag has at most {TAG_NAME_BYTES_MAX} bytes, not {bytes}")]
    NameTooLong { bytes: usize },
    #[error("the value of a tag has at most {TAG_VALUE_BYTES_MAX} bytes, not {bytes}")]
    ValueTooLong { bytes: usize },
    #[error("the name of a tag is not empty")]
    NameEmpty,
    #[error("a search for tags names at least one")]
    NothingAsked,
}

impl TagError {
    /// The code programs read.
    pub fn code(&self) -> Code {
        match self {
            TagError::TooMany { .. }
            | TagError::NameTooLong { .. }
            | TagError::ValueTooLong { .. } => Code::LimitSize,
            TagError::NameEmpty | TagError::NothingAsked => Code::ErrorRequest,
        }
    }
}

pub(crate) fn check_query(query: &TagQuery) -> Result<(), StorageError> {
    if query.tags.is_empty() {
        return Err(TagError::NothingAsked.into());
    }
    Ok(check_tags(&query.tags)?)
}

/// Whether a heap may have these tags.
///
/// # Errors
/// [`TagError`] names the limit.
pub fn check_tags(tags: &Tags) -> Result<(), TagError> {
    if tags.len() > TAGS_PER_HEAP_MAX {
        return Err(TagError::TooMany { count: tags.len() });
    }
    for (name, value) in tags {
        match (name.len(), value.len()) {
            (0, _) => return Err(TagError::NameEmpty),
            (bytes, _) if bytes > TAG_NAME_BYTES_MAX => {
                return Err(TagError::NameTooLong { bytes });
            }
            (_, bytes) if bytes > TAG_VALUE_BYTES_MAX => {
                return Err(TagError::ValueTooLong { bytes });
            }
            _ => {}
        }
    }
    Ok(())
}
