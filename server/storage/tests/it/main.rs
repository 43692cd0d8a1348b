//! The store as the rest of the server uses it, in memory and on disk.

mod blob_files;
mod blobs;
mod crash;
mod directory;
mod envelope;
mod failures;
mod hostile_envelopes;
mod keys;
mod life;
mod listing;
mod model;
mod paging;
mod properties;
mod pruning;
mod restart;
mod sealed;
mod support;
mod tenants;
