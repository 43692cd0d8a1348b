//! The store as the rest of the server uses it, in memory and on disk.

mod collecting;
mod crash;
mod crash_heads;
mod directory;
mod failures;
mod figures;
mod foreign;
mod histories;
mod life;
mod listing;
mod migration;
mod model;
mod paging;
mod properties;
mod pruning;
mod races;
mod restart;
mod sessions;
mod states;
mod support;
mod tagging;
mod tenants;
