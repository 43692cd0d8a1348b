//! `[storage]`: where executions are kept and when they go. Not the database: that is the storage crate.

use crate::problem::Problem;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StorageTable {
    /// "dir": a directory on local disk, so that executions survive a restart. "none": in memory only, and gone with
    /// the process.
    kind: Kind,
    /// The directory of kind "dir"; it is created if need be. A relative path starts at the folder of this file. Left
    /// out: $STATE_DIRECTORY (set by systemd), else $XDG_STATE_HOME/mcp-v8, else ~/.local/state/mcp-v8.
    #[schemars(example = "/var/lib/mcp-v8")]
    path: Option<PathBuf>,
    /// Finished executions to keep; the oldest go first. 10000: listings stay quick, and it is days of one agent.
    max_executions: u64,
    /// Age at which a finished execution goes, hours. 168: a week.
    max_age_hours: u64,
    /// Console output to keep over all executions, bytes; the oldest goes first. 1 GiB: fits any disk.
    max_output_bytes_total: u64,
    /// State of a session that one checkpoint may hold, MiB before compression. 256: as much as a heap.
    max_checkpoint_mb: u64,
    /// Age at which a run leaves the history of its session, and an unused heap outside of every session goes, hours.
    /// 720: 30 days. Heads of sessions and tagged heaps stay at any age.
    max_heap_age_hours: u64,
    /// Runs in the history of one session, and with them their heaps; the oldest go first. 100: enough to go back
    /// further than anyone looks.
    max_heaps_per_session: u64,
    /// Heaps to keep over all sessions, bytes as stored; the longest unused go first, heads of sessions and tagged
    /// heaps never. 10 GiB: thousands of small sessions.
    max_heap_bytes_total: u64,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Dir,
    None,
}

impl Default for StorageTable {
    fn default() -> Self {
        Self {
            kind: Kind::Dir,
            path: None,
            max_executions: 10_000,
            max_age_hours: 168,
            max_output_bytes_total: 1 << 30,
            max_checkpoint_mb: 256,
            max_heap_age_hours: 720,
            max_heaps_per_session: 100,
            max_heap_bytes_total: 10 << 30,
        }
    }
}

/// What is kept, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    pub location: Location,
    pub max_executions: u64,
    pub max_age: Duration,
    pub max_output_bytes_total: u64,
    pub max_checkpoint_bytes: u64,
    pub max_heap_age: Duration,
    pub max_heaps_per_session: u64,
    pub max_heap_bytes_total: u64,
}

/// Where executions are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Gone with the process.
    Memory,
    /// An absolute path. It need not exist yet.
    Directory(PathBuf),
}

impl StorageTable {
    pub(crate) fn resolve(self, resolver: &mut Resolver<'_>) -> Storage {
        Storage {
            location: match self.kind {
                Kind::None => Location::Memory,
                Kind::Dir => Location::Directory(directory(self.path.as_deref(), resolver)),
            },
            max_executions: self.max_executions,
            max_age: Duration::from_secs(self.max_age_hours * 60 * 60),
            max_output_bytes_total: self.max_output_bytes_total,
            max_checkpoint_bytes: self.max_checkpoint_mb << 20,
            max_heap_age: Duration::from_secs(self.max_heap_age_hours * 60 * 60),
            max_heaps_per_session: self.max_heaps_per_session,
            max_heap_bytes_total: self.max_heap_bytes_total,
        }
    }
}

fn directory(written: Option<&Path>, resolver: &mut Resolver<'_>) -> PathBuf {
    let key = "storage.path";
    let Some(path) = written else {
        return state_directory(resolver).unwrap_or_else(|| {
            resolver.refuse(key, Problem::NoStateDirectory);
            PathBuf::new()
        });
    };
    if path.as_os_str().is_empty() {
        resolver.refuse(key, Problem::Empty);
    }
    if path.starts_with("~") {
        resolver.refuse(key, Problem::Tilde);
    }
    resolver.absolute(key, path)
}

/// systemd.exec(5) `StateDirectory=` (the first of a list), then the XDG Base Directory Specification, by which a
/// relative path counts as unset.
fn state_directory(resolver: &Resolver<'_>) -> Option<PathBuf> {
    let absolute = |name| resolver.variable(name).map(Path::new).filter(|path| path.is_absolute());
    let systemd = resolver.variable("STATE_DIRECTORY").and_then(|list| list.split(':').next());
    let systemd = systemd.map(Path::new).filter(|path| path.is_absolute()).map(Path::to_owned);
    systemd
        .or_else(|| absolute("XDG_STATE_HOME").map(|path| path.join("mcp-v8")))
        .or_else(|| absolute("HOME").map(|path| path.join(".local/state/mcp-v8")))
}
