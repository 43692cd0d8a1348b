//! The store as the rest of the server uses it, in memory and on disk.

mod artifacts;
mod blob_files;
mod blobs;
mod cache;
mod collecting;
mod crash;
mod crash_heads;
mod directory;
mod envelope;
mod failures;
mod figures;
mod foreign;
mod harness;
mod histories;
mod hostile_envelopes;
mod keys;
mod life;
mod listing;
mod memory;
mod migration;
mod model;
mod moto;
mod paging;
mod properties;
#[path = "../fixture/proxy.rs"]
mod proxy;
mod pruning;
mod races;
mod restart;
mod s3;
mod s3_faults;
#[path = "../fixture/s3.rs"]
mod s3_fixture;
mod s3_owner;
mod s3_server;
mod sealed;
mod sessions;
mod states;
mod support;
mod tagging;
mod tenants;
mod whole_server;
