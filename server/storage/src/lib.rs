//! What is known of executions, their console output, sessions and heaps, in one SQLite database, on disk or in
//! memory; and sealed checkpoints as blobs, on disk, in memory or in S3.
//!
//! Layer 1. It stores and pages; it does not decide who may run what, when to stop a run, or how an answer looks.
//! Both locations run the same code: [`Location::Memory`] is an in-memory SQLite database. Every look-up names the
//! tenant, and what belongs to another tenant answers exactly like what does not exist.
//!
//! One thread owns the connection that writes and puts what is queued into one transaction (group commit); on disk a
//! second thread owns a connection that reads. The async side only passes messages.
#![forbid(unsafe_code)]

mod artifact;
mod backlog;
mod blobs;
mod connection;
mod count;
mod counters;
mod doing;
mod durable;
mod envelope;
mod error;
mod home;
mod identity;
mod keyring;
mod list;
mod location;
mod page;
mod private;
mod reader;
mod record;
mod retention;
mod sql;
mod state;
mod status;
mod store;
mod timestamp;
mod writer;

pub use artifact::{ArtifactPage, ArtifactQuery, ArtifactRecord};
pub use backlog::QUEUED_OUTPUT_MAX;
pub use blobs::{
    BlobEntry, BlobError, BlobKey, BlobMetrics, BlobOperation, BlobPage, Blobs, CacheOptions,
    CredentialFileError, Faults, LIST_MAX, OperationMetrics, RemoteError, RemoteOperation,
    S3Options, Step, TenantKey, Whole,
};
pub use connection::{DURABILITY, STATE_DURABILITY};
pub use counters::StoreMetrics;
pub use doing::Doing;
pub use envelope::{
    Engine, EngineMatch, EngineMismatch, EnvelopeError, Envelopes, Opened, Sealed,
    TENANT_BYTES_MAX, V8_VERSION_BYTES_MAX, Why,
};
pub use error::StorageError;
pub use identity::DatabaseId;
pub use keyring::{KeyFileProblem, Keyring, KeyringError};
pub use list::{LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX, ListPage, ListQuery};
pub use location::Location;
pub use page::{OutputPage, PageRequest};
pub use private::PrivateFileError;
pub use record::{Finished, NewExecution, Record};
pub use retention::{Pruned, Retention};
pub use sql::{CHUNK_BYTES_MAX, CHUNK_BYTES_MIN};
pub use state::{
    Advance, Claim, Expendable, Head, HeapPage, HeapQuery, HeapRecord, HeapRetention, NewHeap, Pin,
    SOURCE_KEPT_MAX, SessionPage, SessionQuery, SessionRecord, SessionRun, Snapshot, SnapshotPage,
    SnapshotQuery, Source, TAG_NAME_BYTES_MAX, TAG_VALUE_BYTES_MAX, TAGS_PER_HEAP_MAX, TagError,
    TagPage, TagQuery, Tagged, Tags, check_tags,
};
pub use status::{Status, UnknownStatus};
pub use store::Store;
pub use timestamp::Timestamp;
pub use writer::{BATCH_MAX, VISIBLE_WITHIN};
