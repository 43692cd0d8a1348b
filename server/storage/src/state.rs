//! What is known of sessions and heaps. Not the bytes of a heap: those are blobs, and the caller moves them.
//!
//! # Order of a save
//!
//! 1. [`Store::pin`](crate::Store::pin) the id. It waits while a collector has claimed it.
//! 2. Put the blob, durably. "It exists already" is the blob store's own finding, made under the pin; a row here says
//!    nothing about it.
//! 3. [`Store::advance`](crate::Store::advance) or [`Store::register`](crate::Store::register) with the pin, which
//!    stays until the commit. A row that was marked for deletion is stored again by this.
//! 4. Answer.
//!
//! A crash between 2 and 3 leaves a blob without a row: an orphan. A crash after 3 leaves everything.
//!
//! # Order of a resume
//!
//! 1. Pin the id. 2. [`Store::heap`](crate::Store::heap): `None` is "not found". 3. Read the blob: missing now is a
//!    damaged store, not a fresh session. 4. Drop the pin.
//!
//! # Order of a collection
//!
//! 1. [`Store::collectable`](crate::Store::collectable) marks rows as `deleting`, durably, and claims their ids: from
//!    then on look-ups answer as for an unknown heap, and a new pin waits.
//! 2. Delete the blobs. "It is gone already" is success.
//! 3. [`Store::collected`](crate::Store::collected) removes the rows and gives the claims back.
//!
//! A crash or a failure in between leaves rows that are `deleting`; the next collection offers them first. Until then
//! a save of such an id, which puts its blob under its own pin, revives the row. Blobs without rows come from
//! [`Store::orphans`](crate::Store::orphans), with claims as well.
//!
//! Pins and claims are of this process; that no other uses the database is the directory's lock.

mod advance;
mod heap;
mod listing;
mod pins;
mod retention;
mod save;
mod session;
mod snapshot;
mod tags;

pub use advance::{Advance, SessionRun};
pub use heap::{HeapRecord, NewHeap};
pub use listing::{HeapPage, HeapQuery, SessionPage, SessionQuery, SnapshotPage, SnapshotQuery};
pub(crate) use pins::Pins;
pub use pins::{Claim, Pin};
pub use retention::{Expendable, HeapRetention};
pub(crate) use save::{Move, Save};
pub use session::{Head, SessionRecord};
pub use snapshot::{SOURCE_KEPT_MAX, Snapshot, Source};
pub(crate) use tags::check_query;
pub use tags::{
    TAG_NAME_BYTES_MAX, TAG_VALUE_BYTES_MAX, TAGS_PER_HEAP_MAX, TagError, TagPage, TagQuery,
    Tagged, Tags, check_tags,
};
