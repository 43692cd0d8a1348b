//! `[modules]`: where imports of scripts come from, what is kept of them, and what they may take. Not whether one may be
//! imported: that is `[policies.modules]`.

use crate::key::Key;
use crate::problem::Problem;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ModulesTable {
    /// Where npm: modules come from: a CDN that serves packages as ES modules. npm:name@1/path is name@1/path below
    /// it; a query here is sent with every package, for example https://esm.sh/?target=es2022.
    npm_cdn: String,
    /// Where jsr: modules come from: a registry with the interface of jsr.io, whose checksums are verified.
    jsr_registry: String,
    /// Origins that modules may come from by http:. None: what is not encrypted can be replaced on the way.
    http_origins: Vec<String>,
    /// "record": what was fetched is noted in the lock file, and a change at its URL is noted in its place. "verify":
    /// what is noted must not change; the rest is noted. "frozen": only what is noted is loaded.
    lock: Lock,
    /// The lock file: for every URL its content's SHA-256, or where it redirects. Left out: modules.lock in
    /// storage.path; with storage.kind "none", in memory.
    #[schemars(example = "/etc/mcp-v8/modules.lock")]
    lock_file: Option<PathBuf>,
    /// URLs that the lock file holds. One more takes the place of the oldest, and is an error with lock "verify".
    /// 20000: hundreds of large packages.
    max_locked: usize,
    /// The directory of the contents, by SHA-256. Left out: the folder modules in storage.path; with storage.kind
    /// "none", in memory.
    #[schemars(example = "/var/cache/mcp-v8/modules")]
    cache_dir: Option<PathBuf>,
    /// Contents kept, MiB; the longest unused go first. 256: hundreds of packages.
    cache_mb: u64,
    /// Age at which a URL noted with lock "record" is fetched again, seconds. 86400: a day; exact versions never
    /// change anyway.
    max_age_secs: u64,
    /// Whether nothing is fetched: only what is in the cache is loaded.
    offline: bool,
    /// One module after decompression, MiB. 16: above any sensible one.
    max_module_mb: u64,
    /// Modules of one run, MiB. 64: a few of the largest packages.
    max_total_mb: u64,
    /// Modules of one run, metadata of packages included. 2000: a large application.
    max_count: usize,
    /// Imports from the script down to a module. 64: files of real packages stay below 20.
    max_depth: u32,
    /// Redirects from one URL to its module, each judged by the policy. 10: far above any real chain.
    max_redirects: u32,
    /// Time to fetch one module, seconds, redirects included. 30: a slow CDN builds a package first.
    timeout_secs: u64,
    /// Modules of one run fetched at once. 16: polite to servers.
    max_parallel: usize,
}

/// What the lock file decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lock {
    #[default]
    Record,
    Verify,
    Frozen,
}

impl Default for ModulesTable {
    fn default() -> Self {
        Self {
            npm_cdn: "https://esm.sh".to_owned(),
            jsr_registry: "https://jsr.io".to_owned(),
            http_origins: Vec::new(),
            lock: Lock::Record,
            lock_file: None,
            max_locked: 20_000,
            cache_dir: None,
            cache_mb: 256,
            max_age_secs: 24 * 60 * 60,
            offline: false,
            max_module_mb: 16,
            max_total_mb: 64,
            max_count: 2000,
            max_depth: 64,
            max_redirects: 10,
            timeout_secs: 30,
            max_parallel: 16,
        }
    }
}

/// Where modules come from, what is kept of them, and what they may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modules {
    pub npm_cdn: Url,
    pub jsr_registry: Url,
    /// As `Origin` headers have them.
    pub http_origins: Vec<String>,
    pub lock: Lock,
    /// `None`: in memory.
    pub lock_file: Option<PathBuf>,
    pub max_locked: usize,
    /// `None`: in memory.
    pub cache_dir: Option<PathBuf>,
    pub cache_bytes: u64,
    pub max_age: Duration,
    pub offline: bool,
    pub max_module_bytes: u64,
    pub max_total_bytes: u64,
    pub max_count: usize,
    pub max_depth: u32,
    pub max_redirects: u32,
    pub timeout: Duration,
    pub max_parallel: usize,
}

impl ModulesTable {
    /// `home`: the directory of the state, if there is one.
    pub(crate) fn resolve(self, home: Option<&Path>, resolver: &mut Resolver<'_>) -> Modules {
        let key = Key::from("modules");
        let mut http_origins = Vec::new();
        for (at, text) in self.http_origins.iter().enumerate() {
            match Url::parse(text).ok().filter(is_http_origin) {
                Some(url) => http_origins.push(url.origin().ascii_serialization()),
                None => {
                    let key = key.child("http_origins").item(at);
                    resolver.refuse(key, Problem::NotAPlainOrigin);
                }
            }
        }
        let mut source = |name: &str, text: &str, default: &str| {
            let url = Url::parse(text).ok().filter(|url| serves(url, &http_origins));
            url.unwrap_or_else(|| {
                resolver.refuse(key.child(name), Problem::NotAModuleSource);
                Url::parse(default).expect("the defaults are URLs")
            })
        };
        let defaults = Self::default();
        let npm_cdn = source("npm_cdn", &self.npm_cdn, &defaults.npm_cdn);
        let jsr_registry = source("jsr_registry", &self.jsr_registry, &defaults.jsr_registry);
        let mut path = |name: &str, written: Option<PathBuf>, usual: &str| {
            let key = key.child(name);
            match written {
                Some(path) if path.as_os_str().is_empty() => {
                    resolver.refuse(key, Problem::Empty);
                    None
                }
                Some(path) if path.starts_with("~") => {
                    resolver.refuse(key, Problem::Tilde);
                    None
                }
                Some(path) => Some(resolver.absolute(key, &path)),
                None => home.map(|home| home.join(usual)),
            }
        };
        let lock_file = path("lock_file", self.lock_file, "modules.lock");
        let cache_dir = path("cache_dir", self.cache_dir, "modules");
        if self.lock == Lock::Frozen && lock_file.is_none() {
            resolver.refuse(key.child("lock"), Problem::FrozenInMemory);
        }
        Modules {
            npm_cdn,
            jsr_registry,
            http_origins,
            lock: self.lock,
            lock_file,
            max_locked: self.max_locked,
            cache_dir,
            cache_bytes: self.cache_mb << 20,
            max_age: Duration::from_secs(self.max_age_secs),
            offline: self.offline,
            max_module_bytes: self.max_module_mb << 20,
            max_total_bytes: self.max_total_mb << 20,
            max_count: self.max_count,
            max_depth: self.max_depth,
            max_redirects: self.max_redirects,
            timeout: Duration::from_secs(self.timeout_secs),
            max_parallel: self.max_parallel,
        }
    }
}

fn is_http_origin(url: &Url) -> bool {
    let bare = url.username().is_empty() && url.password().is_none();
    let whole = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    url.scheme() == "http" && bare && whole
}

/// A URL that modules can come from.
fn serves(url: &Url, http_origins: &[String]) -> bool {
    let safe =
        url.scheme() == "https" || http_origins.contains(&url.origin().ascii_serialization());
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    safe && bare && url.has_host()
}
