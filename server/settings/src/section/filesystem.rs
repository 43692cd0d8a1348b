//! The files of `[policies.filesystem]`: roots and quotas. Not the rules, which are a chain like every other, and not
//! opening anything: `host` does that.

use super::auth::{Auth, KeySource};
use super::fetch::Fetch;
use super::modules::Modules;
use super::policies::{ChainMode, ChainTable, Policies, RuleSource, RuleTable, checked};
use super::storage::{BlobStore, Location, Storage};
use super::upstream::Upstream;
use super::wasm::WasmModule;
use crate::key::Key;
use crate::problem::Problem;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Component, Path, PathBuf};

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FilesystemTable {
    /// Directories that scripts reach, at least one: path (a relative one starts at the folder of this file), mode
    /// ("read", the default, or "read_write") and a name for policies. They must be there at the start. What is mounted
    /// beneath a root is not part of it. A root holds neither this file nor policies, keys or credentials, and does not
    /// lie in the state directory.
    #[schemars(example = RootTable::examples())]
    roots: Vec<RootTable>,
    /// Largest file that scripts read whole or make, MiB. 64: what a heap can hold as text.
    max_file_mb: u64,
    /// What one run may write over all files, MiB. 256: four of the largest.
    max_write_mb_per_run: u64,
    /// Files, directories and links that one run may create. 10000: an unpacked package fits, and a disk does not run
    /// out of inodes.
    max_entries: u64,
    /// Files and directories that one run may have open. 64: descriptors belong to the whole server.
    max_open: usize,
    /// As in policies.fetch: "all" rules must allow, or "any" one.
    mode: ChainMode,
    /// Rules, in order, as in policies.fetch; at least one. The default query is data.mcp.filesystem.allow.
    #[schemars(example = RuleTable::examples())]
    rules: Vec<RuleTable>,
    /// Time for one decision over all its rules, milliseconds; then it is a denial. Left out: 100, or 1000 where a
    /// rule has a url.
    #[schemars(example = 100)]
    timeout_ms: Option<u64>,
    /// Longest request, as JSON for the policy, bytes; a longer one is denied. 1 MiB: far above any real one.
    max_input_bytes: usize,
}

#[derive(Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RootTable {
    /// The directory.
    path: PathBuf,
    /// "read": nothing in it changes. "read_write": scripts write, as far as the rules allow.
    mode: RootMode,
    /// What policies call it, 1 to 64 characters of A-Z a-z 0-9 . _ -
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// What scripts may do in a root at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RootMode {
    /// Nothing in it changes.
    #[default]
    Read,
    /// Scripts write, as far as the rules allow.
    ReadWrite,
}

/// The files of scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// At least one.
    pub roots: Vec<FileRoot>,
    pub quotas: FileQuotas,
    /// What no root may reach.
    pub guarded: Vec<Guarded>,
}

/// Quotas of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileQuotas {
    /// Largest file read whole or made.
    pub max_file_bytes: u64,
    pub max_write_bytes: u64,
    /// Files, directories and links created.
    pub max_entries: u64,
    /// Open files and directories.
    pub max_open: usize,
}

/// One root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRoot {
    /// Absolute. It need not exist: `host` says so.
    pub path: PathBuf,
    pub mode: RootMode,
    pub name: Option<String>,
    /// Where it stands, for messages.
    pub origin: String,
}

/// Something of the server that scripts must not reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// What it is: the key that names it.
    pub key: String,
    /// Absolute. It need not exist.
    pub path: PathBuf,
    /// Not the server's alone: a root may lie in it, but may not hold it.
    pub shared: bool,
    /// Reading it gives away state, a key or a credential; the configuration and policies hold none.
    pub secret: bool,
}

impl Default for FilesystemTable {
    fn default() -> Self {
        Self {
            roots: Vec::new(),
            max_file_mb: 64,
            max_write_mb_per_run: 256,
            max_entries: 10_000,
            max_open: 64,
            mode: ChainMode::default(),
            rules: Vec::new(),
            timeout_ms: None,
            max_input_bytes: super::policies::max_input_bytes(),
        }
    }
}

impl Guarded {
    /// Whether a root at `root` reaches it, as the disk is now: symbolic links are resolved as far as they exist.
    pub fn overlaps(&self, root: &Path) -> bool {
        let (own, root) = (real(&self.path), real(root));
        own.starts_with(&root) || (!self.shared && root.starts_with(&own))
    }
}

impl FilesystemTable {
    /// The rules, out of the table.
    pub(crate) fn take_chain(&mut self) -> ChainTable {
        let rules = std::mem::take(&mut self.rules);
        ChainTable::new(self.mode, rules, self.timeout_ms, self.max_input_bytes)
    }

    /// What is left beside the rules.
    pub(crate) fn resolve(self, guarded: Vec<Guarded>, resolver: &mut Resolver<'_>) -> Files {
        let key = Key::from("policies.filesystem");
        let roots_key = key.child("roots");
        if self.roots.is_empty() {
            resolver.refuse_any(&[roots_key.clone(), key], Problem::NoRoots);
        }
        let mut roots: Vec<FileRoot> = Vec::new();
        for (at, table) in self.roots.into_iter().enumerate() {
            let key = roots_key.item(at);
            let Some(root) = table.resolve(&key, resolver) else { continue };
            let path_key = key.child("path");
            if roots.iter().any(|other| real(&other.path) == real(&root.path)) {
                resolver.refuse(path_key.clone(), Problem::Repeated);
            }
            if let Some(one) = guarded.iter().find(|one| one.overlaps(&root.path)) {
                let (key, path) = (one.key.clone(), one.path.clone());
                let root = root.path.clone();
                resolver.refuse(path_key, Problem::RootOverlaps { root, key, path });
            }
            roots.push(root);
        }
        let quotas = FileQuotas {
            max_file_bytes: self.max_file_mb << 20,
            max_write_bytes: self.max_write_mb_per_run << 20,
            max_entries: self.max_entries,
            max_open: self.max_open,
        };
        Files { roots, quotas, guarded }
    }
}

impl RootTable {
    fn examples() -> [Self; 1] {
        [Self { path: "/srv/data".into(), ..Self::default() }]
    }

    /// `None`, and reported, without a path.
    fn resolve(self, key: &Key, resolver: &mut Resolver<'_>) -> Option<FileRoot> {
        let good = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if self
            .name
            .as_ref()
            .is_some_and(|name| !(1..=64).contains(&name.len()) || !name.chars().all(good))
        {
            resolver.refuse(key.child("name"), Problem::RootName);
        }
        let path_key = key.child("path");
        if self.path.as_os_str().is_empty() {
            // The key may be left out; its table is there.
            resolver.refuse_any(&[path_key, key.clone()], Problem::Empty);
            return None;
        }
        let path = checked(&self.path, &path_key, resolver);
        Some(FileRoot { path, mode: self.mode, name: self.name, origin: resolver.origin(key) })
    }
}

/// Sections beside storage and policies whose files no root may reach.
pub(crate) struct Kept<'a> {
    pub(crate) fetch: &'a Fetch,
    pub(crate) modules: &'a Modules,
    pub(crate) auth: Option<&'a Auth>,
    pub(crate) wasm: &'a [WasmModule],
    pub(crate) upstream: &'a [Upstream],
}

/// What no root may reach: configuration, policies, state, keys, credentials.
pub(crate) fn guarded(
    storage: &Storage,
    policies: &Policies,
    Kept { fetch, modules, auth, wasm, upstream }: Kept<'_>,
    resolver: &Resolver<'_>,
) -> Vec<Guarded> {
    let mut all = Vec::new();
    let mut add = |key: &str, path: &Path, shared, secret| {
        // What is empty is reported where it stands.
        if !path.as_os_str().is_empty() {
            all.push(Guarded { key: key.to_owned(), path: path.to_owned(), shared, secret });
        }
    };
    if let Some(file) = resolver.file() {
        let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        // A relative root starts in this folder, so one may lie in it.
        add("folder of the configuration", file.parent().unwrap_or(&file), true, false);
        // Through a symbolic link the file itself can be somewhere else.
        add("configuration", &file, true, false);
    }
    if let Location::Directory(path) = &storage.location {
        add("storage.path", path, false, true);
    }
    if let Some(path) = &storage.key_file {
        add("storage.key_file", path, true, true);
    }
    if let BlobStore::S3 { bucket, cache } = &storage.blobs {
        bucket.credential_files().for_each(|(key, path)| add(key, path, true, true));
        if let Some(cache) = cache {
            add("storage.cache.path", &cache.path, false, true);
        }
    }
    for header in &fetch.headers {
        add("fetch.headers", header.secret_file(), true, true);
    }
    for upstream in upstream {
        upstream.secret_files().into_iter().for_each(|path| add("upstream", path, true, true));
    }
    // What scripts import next time, and by which sum it is known again.
    for (key, path) in
        [("modules.lock_file", &modules.lock_file), ("modules.cache_dir", &modules.cache_dir)]
    {
        if let Some(path) = path {
            add(key, path, key == "modules.lock_file", false);
        }
    }
    // Whoever writes these makes tokens, or code of the operator's.
    if let Some(KeySource::File(path)) = auth.and_then(|auth| Some(&auth.jwt.as_ref()?.keys)) {
        add("auth.jwks_file", path, true, false);
    }
    for module in wasm {
        add(&format!("wasm.{}.path", module.name), &module.path, true, false);
    }
    for (name, chain) in policies.chains() {
        for rule in &chain.rules {
            if let RuleSource::Path(path) = &rule.source {
                add(&format!("policies.{name}.rules"), path, false, false);
            }
        }
    }
    all
}

/// A path as the disk has it: symbolic links resolved as far as it exists, and as it reads from there on.
fn real(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let (Ok(mut real), Ok(rest)) = (ancestor.canonicalize(), path.strip_prefix(ancestor)) {
            for component in rest.components() {
                match component {
                    Component::ParentDir => drop(real.pop()),
                    name => real.push(name),
                }
            }
            return real;
        }
    }
    path.to_owned()
}
