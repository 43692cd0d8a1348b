//! A page of what a store holds. Not a page of a user's list: that comes from the metadata.

use super::BlobKey;
use crate::Timestamp;

/// Most entries of a page; S3 has the same (ListObjectsV2).
pub const LIST_MAX: usize = 1000;

/// A stored blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobEntry {
    pub key: BlobKey,
    pub bytes: u64,
    pub modified: Timestamp,
}

/// Entries in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlobPage {
    pub entries: Vec<BlobEntry>,
    /// What to list after for the next page; `None` at the end.
    pub next: Option<BlobKey>,
}

impl BlobPage {
    /// A page out of up to one entry more than it may have.
    pub(super) fn cut(mut entries: Vec<BlobEntry>) -> Self {
        let more = entries.len() > LIST_MAX;
        entries.truncate(LIST_MAX);
        let next = entries.last().filter(|_| more).map(|entry| entry.key);
        Self { entries, next }
    }
}
