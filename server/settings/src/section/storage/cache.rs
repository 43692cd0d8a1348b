//! `[storage.cache]`: checkpoints of a bucket also on local disk. Not the cache: that is the storage crate's.

use super::checked;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CacheTable {
    /// A directory of its own; everything in it may be removed at any time. Left out: the directory cache in
    /// storage.path.
    #[schemars(example = "/var/cache/mcp-v8")]
    path: Option<PathBuf>,
    /// Size of all files in it, MiB; the longest unused goes first. 1024: the states of hundreds of sessions.
    max_mb: u64,
}

impl Default for CacheTable {
    fn default() -> Self {
        Self { path: None, max_mb: 1024 }
    }
}

/// Checkpoints on local disk, in front of a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    pub path: PathBuf,
    pub bytes_max: u64,
}

impl CacheTable {
    /// `home`: the state directory, where there is one.
    pub(super) fn resolve(self, home: Option<&Path>, resolver: &mut Resolver<'_>) -> Cache {
        let path = match &self.path {
            Some(path) => checked("storage.cache.path", path, resolver),
            // Without a state directory there is no bucket either, and nothing to keep in front of it.
            None => home.map(|home| home.join("cache")).unwrap_or_default(),
        };
        Cache { path, bytes_max: self.max_mb << 20 }
    }
}
