//! The store as the rest of the server uses it, in memory and on disk.

mod blob_files;
mod blobs;
mod cache;
mod crash;
mod directory;
mod envelope;
mod failures;
mod hostile_envelopes;
mod keys;
mod life;
mod listing;
mod memory;
mod model;
mod moto;
mod paging;
mod properties;
mod proxy;
mod pruning;
mod restart;
mod s3;
mod s3_faults;
mod s3_server;
mod sealed;
mod support;
mod tenants;
