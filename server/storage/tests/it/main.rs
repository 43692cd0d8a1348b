//! The store as the rest of the server uses it, in memory and on disk.

mod crash;
mod directory;
mod failures;
mod life;
mod listing;
mod model;
mod paging;
mod properties;
mod pruning;
mod restart;
mod support;
mod tenants;
