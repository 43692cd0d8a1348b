//! A list of executions, page by page. Not a search: it filters by session and status only.

use crate::{Record, Status};
use mcp_v8_sandbox::{ExecutionId, SessionName};

/// Most executions of one page.
pub const LIST_LIMIT_MAX: u32 = 1000;

/// Executions of a page when nobody says how many.
pub const LIST_LIMIT_DEFAULT: u32 = 100;

/// Which executions of a tenant, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// At most this many, 1 to [`LIST_LIMIT_MAX`].
    pub limit: u32,
    /// Only those submitted before this one: [`ListPage::next`] of the page before.
    pub before: Option<ExecutionId>,
    pub status: Option<Status>,
    pub session: Option<SessionName>,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self { limit: LIST_LIMIT_DEFAULT, before: None, status: None, session: None }
    }
}

/// A page of a list, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    pub records: Vec<Record>,
    /// [`ListQuery::before`] of the next page; `None` on the last one.
    pub next: Option<ExecutionId>,
}
