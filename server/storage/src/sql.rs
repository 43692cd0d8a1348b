//! The statements. Each takes a connection inside a transaction; none begins or commits one.

mod append;
mod artifact;
mod chunk;
mod execution;
mod listing;
mod paging;
mod prune;
mod row;
mod schema;
pub(crate) mod state;
mod usage;

pub(crate) use append::append;
pub use append::{CHUNK_BYTES_MAX, CHUNK_BYTES_MIN};
pub(crate) use artifact::{artifact, artifacts, hand_out};
pub(crate) use execution::{close_unfinished, finish, insert, start};
pub(crate) use listing::{get, list};
pub(crate) use paging::output;
pub(crate) use prune::{Cutoff, Step, cutoff, prune};
pub(crate) use schema::migrate;
pub(crate) use usage::stored;
