//! `[storage]`: where executions and checkpoints are kept and when they go. Not the database and not the blobs: those
//! are the storage crate's.

pub(crate) mod cache;
pub(crate) mod s3;

use crate::key::Key;
use crate::problem::Problem;
use crate::resolver::Resolver;
use cache::{Cache, CacheTable};
use s3::{S3, S3Table};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StorageTable {
    /// "dir": a directory on local disk, so that executions and sessions survive a restart. "s3": the same, with the
    /// checkpoints of sessions in a bucket. "none": in memory only, and gone with the process.
    kind: Kind,
    /// The directory of kinds "dir" and "s3"; it is created if need be. A relative path starts at the folder of this
    /// file. Left out: $STATE_DIRECTORY (set by systemd), else $XDG_STATE_HOME/mcp-v8, else ~/.local/state/mcp-v8.
    #[schemars(example = "/var/lib/mcp-v8")]
    path: Option<PathBuf>,
    /// The keys that seal checkpoints: without this file they are lost, and whoever has it can forge them. It is made
    /// when it is missing, and refused when others than its owner can read it. Left out: the file keys in path.
    #[schemars(example = "/var/lib/mcp-v8/keys")]
    key_file: Option<PathBuf>,
    /// Whether checkpoints are encrypted as well as sealed, with a key of key_file. false: enough where the disk or
    /// the bucket is encrypted. Those stored before stay as they are, and are read either way.
    encrypt: bool,
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
    /// The bucket of kind "s3": AWS, or whatever speaks its protocol. Not used with other kinds.
    s3: Option<S3Table>,
    /// Checkpoints of kind "s3" also kept on local disk, so that most are read without asking the bucket. There is a
    /// cache exactly when this section is there.
    cache: Option<CacheTable>,
}

#[derive(Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Dir,
    S3,
    None,
}

impl Default for StorageTable {
    fn default() -> Self {
        Self {
            kind: Kind::Dir,
            path: None,
            key_file: None,
            encrypt: false,
            max_executions: 10_000,
            max_age_hours: 168,
            max_output_bytes_total: 1 << 30,
            max_checkpoint_mb: 256,
            max_heap_age_hours: 720,
            max_heaps_per_session: 100,
            max_heap_bytes_total: 10 << 30,
            s3: None,
            cache: None,
        }
    }
}

/// What is kept, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    pub location: Location,
    pub blobs: BlobStore,
    /// `None`: keys of this process only, because nothing outlives it.
    pub key_file: Option<PathBuf>,
    pub encrypt: bool,
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

/// Where checkpoints are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobStore {
    /// Gone with the process.
    Memory,
    /// In [`Storage::location`], which is a directory.
    Directory,
    /// In a bucket; the cache is on local disk.
    S3 { bucket: Box<S3>, cache: Option<Cache> },
}

impl StorageTable {
    pub(crate) fn resolve(self, resolver: &mut Resolver<'_>) -> Storage {
        let location = match self.kind {
            Kind::None => Location::Memory,
            Kind::Dir | Kind::S3 => Location::Directory(directory(self.path.as_deref(), resolver)),
        };
        let home = match &location {
            Location::Memory => None,
            Location::Directory(path) => Some(path.as_path()),
        };
        let key_file = match &self.key_file {
            Some(path) => Some(checked("storage.key_file", path, resolver)),
            None => home.map(|home| home.join("keys")),
        };
        if self.kind == Kind::S3 && self.s3.is_none() {
            needs("storage.s3", resolver);
        }
        // Judged even where another kind does not use them: a flag may have chosen that kind for one start.
        let bucket = self.s3.map(|table| Box::new(table.resolve(self.kind == Kind::S3, resolver)));
        let cache = self.cache.map(|table| table.resolve(home, resolver));
        let blobs = match (self.kind, bucket) {
            (Kind::None, _) => BlobStore::Memory,
            (Kind::S3, Some(bucket)) => BlobStore::S3 { bucket, cache },
            (Kind::Dir | Kind::S3, _) => BlobStore::Directory,
        };
        Storage {
            location,
            blobs,
            key_file,
            encrypt: self.encrypt,
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
    checked(key, path, resolver)
}

/// A path as written, absolute.
fn checked(key: &str, path: &Path, resolver: &mut Resolver<'_>) -> PathBuf {
    if path.as_os_str().is_empty() {
        resolver.refuse(key, Problem::Empty);
    }
    if path.starts_with("~") {
        resolver.refuse(key, Problem::Tilde);
    }
    resolver.absolute(key, path)
}

/// Reports, at the kind, what it cannot do without.
fn needs(key: &'static str, resolver: &mut Resolver<'_>) {
    let keys = [Key::from(key), Key::from("storage.kind")];
    resolver.refuse_any(&keys, Problem::Needs { kind: "s3", key });
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
