//! The life of an execution: admission, queue, session, worker, output, end. The application layer.
//!
//! It knows no protocol (that is `mcp` and `http`), no V8 (`engine`) and no SQL (`storage`). A failing script is an
//! outcome that is stored; an error here means that there is no execution to speak of.
#![forbid(unsafe_code)]

mod active;
mod artifacts;
mod checkpoints;
mod clamp;
mod description;
mod dispatch;
mod ends;
mod error;
mod follow;
mod fork;
mod hosts;
mod live;
mod meter;
mod metrics;
mod queue;
mod request;
mod retention;
mod run;
mod service;
mod sessions;
mod snapshot_fields;
mod states;

pub use checkpoints::{CheckpointError, Checkpoints, Collected, Orphan, Orphans};
pub use description::{Description, Failure};
pub use error::{LookupError, SubmitError};
pub use hosts::{Hosts, Later, ServerTool, TextFuture, ToolServer};
pub use mcp_v8_storage::{
    ArtifactPage, ArtifactQuery, ArtifactRecord, HeapRecord, ListPage, ListQuery, OutputPage,
    PageRequest, Record, SessionQuery, SessionRecord, Snapshot, SnapshotPage, SnapshotQuery,
    Source, Status, TagPage, TagQuery, Tagged, Tags, Timestamp, UnknownStatus,
};
pub use metrics::{BUCKETS_SECS, Metrics, Times};
pub use request::{Request, Target};
pub use retention::heaps_to_keep;
pub use service::{Load, Service};
pub use snapshot_fields::{SnapshotField, SnapshotFields, UnknownField};
pub use states::{Heap, Session, SessionPage, StateError};
