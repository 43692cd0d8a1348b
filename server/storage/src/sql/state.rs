//! The statements of sessions, heaps and tags. Every look-up names the tenant.

mod collect;
mod heap;
mod history;
mod save;
mod session;
mod tags;
mod value;

pub(crate) use collect::{Rule, collected, expendable, gather};
pub(crate) use heap::{heap, heaps, tenants, unknown, usage};
pub(crate) use history::snapshots;
pub(crate) use save::{admit, save};
pub(crate) use session::{delete_session, head, sessions};
pub(crate) use tags::{by_tags, delete_tags, set_tags, tags};
