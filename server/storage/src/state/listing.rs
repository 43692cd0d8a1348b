//! Pages of sessions, of a session's history, and of heaps. Limits are 1 to [`LIST_LIMIT_MAX`](crate::LIST_LIMIT_MAX).

use super::{HeapRecord, SessionRecord, Snapshot};
use crate::LIST_LIMIT_DEFAULT;
use mcp_v8_sandbox::{HeapId, SessionName};

/// Which sessions of a tenant, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionQuery {
    pub limit: u32,
    /// Only names after this one: [`SessionPage::next`] of the page before.
    pub after: Option<SessionName>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionPage {
    pub sessions: Vec<SessionRecord>,
    /// `None` on the last page.
    pub next: Option<SessionName>,
}

/// Which part of a session's history, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotQuery {
    pub limit: u32,
    /// Only runs before this one: [`SnapshotPage::next`] of the page before.
    pub before: Option<u64>,
    /// Read the sources as well: only worth its cost where they are shown.
    pub sources: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotPage {
    pub snapshots: Vec<Snapshot>,
    /// `None` on the last page.
    pub next: Option<u64>,
}

/// Which heaps of a tenant, by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeapQuery {
    pub limit: u32,
    /// Only ids after this one: [`HeapPage::next`] of the page before.
    pub after: Option<HeapId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeapPage {
    pub heaps: Vec<HeapRecord>,
    /// `None` on the last page.
    pub next: Option<HeapId>,
}

impl Default for SessionQuery {
    fn default() -> Self {
        Self { limit: LIST_LIMIT_DEFAULT, after: None }
    }
}

impl Default for SnapshotQuery {
    fn default() -> Self {
        Self { limit: LIST_LIMIT_DEFAULT, before: None, sources: false }
    }
}

impl Default for HeapQuery {
    fn default() -> Self {
        Self { limit: LIST_LIMIT_DEFAULT, after: None }
    }
}
