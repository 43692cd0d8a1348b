//! The child processes of `[policies.subprocess]`: where programs are, what they reach, and how much they may use. Not
//! the rules, which are a chain like every other, and not starting anything: `host` does that.

use super::filesystem::Guarded;
use super::policies::{ChainMode, ChainTable, RuleTable, checked};
use crate::key::Key;
use crate::problem::Problem;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SubprocessTable {
    /// Directories in which a command without a slash is looked for, in order; also the PATH of children.
    path: Vec<PathBuf>,
    /// What children read and execute, files and directories, where the kernel has Landlock. What is not there is left
    /// out. None of it may hold state, keys or credentials.
    read: Vec<PathBuf>,
    /// What children change as well.
    write: Vec<PathBuf>,
    /// Where children start unless the script says something else; relative paths of scripts begin here.
    cwd: PathBuf,
    /// Names of variables of the server that children get.
    env: Vec<String>,
    /// Names of variables that scripts may set. Those that make programs load or run something else (LD_PRELOAD,
    /// BASH_ENV, NODE_OPTIONS, GIT_SSH_COMMAND ...) are refused wherever they stand.
    script_env: Vec<String>,
    /// Whether children reach the network, and with it this server and the machine's other listeners. Sockets that are
    /// files are reached by whoever may write to them, with or without it.
    network: bool,
    /// "auto": as much confinement as this kernel has. "required": children start only when it is complete.
    jail: ChildJail,
    /// Time of one child, seconds. 60: longer than a run may take by default.
    timeout_secs: u64,
    /// What one child may write to its outputs together, MiB; then it is ended. 8: what a script can hold as text.
    max_output_mb: u64,
    /// Processes of one child with all that it starts. 64: a build, and no fork bomb.
    max_processes: u64,
    /// Memory that one process of a child may ask for (RLIMIT_DATA), MiB. 1024: a compiler. The sum over its processes is
    /// bounded by max_processes alone.
    max_memory_mb: u64,
    /// One file that a child writes (RLIMIT_FSIZE), MiB. 256: an archive.
    max_file_mb: u64,
    /// Children that one run may have at once. 4: pipes and processes belong to the whole server.
    max_children: usize,
    /// Children that one run may start over all its time. 200: a script that asks git about many files.
    max_children_per_run: u64,
    /// As in policies.fetch: "all" rules must allow, or "any" one.
    mode: ChainMode,
    /// Rules, in order, as in policies.fetch; at least one. The default query is data.mcp.subprocess.allow.
    #[schemars(example = RuleTable::examples())]
    rules: Vec<RuleTable>,
    /// Time for one decision over all its rules, milliseconds; then it is a denial. Left out: 100, or 1000 where a
    /// rule has a url.
    #[schemars(example = 100)]
    timeout_ms: Option<u64>,
    /// Longest request, as JSON for the policy, bytes; a longer one is denied. 1 MiB: far above any real one.
    max_input_bytes: usize,
}

/// How much the server insists on the confinement of children.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChildJail {
    /// As much as this kernel has.
    #[default]
    Auto,
    /// All of it, or no child starts.
    Required,
}

/// The child processes of scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subprocess {
    pub path: Vec<PathBuf>,
    pub read: Vec<PathBuf>,
    pub write: Vec<PathBuf>,
    pub cwd: PathBuf,
    pub env: Vec<String>,
    pub script_env: Vec<String>,
    pub network: bool,
    pub jail: ChildJail,
    pub timeout: Duration,
    pub max_output_bytes: u64,
    pub max_processes: u64,
    /// Of one process.
    pub max_memory_bytes: u64,
    /// Of one file.
    pub max_file_bytes: u64,
    pub max_children: usize,
    pub max_children_per_run: u64,
}

impl Default for SubprocessTable {
    fn default() -> Self {
        let paths = |all: &[&str]| all.iter().map(PathBuf::from).collect();
        let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect();
        Self {
            path: paths(&["/usr/local/bin", "/usr/bin", "/bin", "/run/current-system/sw/bin"]),
            read: paths(&[
                "/usr",
                "/bin",
                "/sbin",
                "/lib",
                "/lib64",
                "/etc",
                "/nix/store",
                "/run/current-system",
                "/proc",
                "/dev/zero",
                "/dev/random",
                "/dev/urandom",
            ]),
            write: paths(&["/dev/null"]),
            cwd: "/".into(),
            env: names(&["LANG", "LC_ALL", "TZ"]),
            script_env: names(&["LANG", "LC_ALL", "TZ", "NO_COLOR"]),
            network: false,
            jail: ChildJail::default(),
            timeout_secs: 60,
            max_output_mb: 8,
            max_processes: 64,
            max_memory_mb: 1024,
            max_file_mb: 256,
            max_children: 4,
            max_children_per_run: 200,
            mode: ChainMode::default(),
            rules: Vec::new(),
            timeout_ms: None,
            max_input_bytes: super::policies::max_input_bytes(),
        }
    }
}

impl SubprocessTable {
    /// The rules, out of the table.
    pub(crate) fn take_chain(&mut self) -> ChainTable {
        let rules = std::mem::take(&mut self.rules);
        ChainTable::new(self.mode, rules, self.timeout_ms, self.max_input_bytes)
    }

    /// What is left beside the rules.
    pub(crate) fn resolve(self, guarded: &[Guarded], resolver: &mut Resolver<'_>) -> Subprocess {
        let key = Key::from("policies.subprocess");
        let mut paths = |name: &str, all: Vec<PathBuf>, listed_for: Use| -> Vec<PathBuf> {
            let list = key.child(name);
            let mut good = Vec::new();
            for (at, path) in all.into_iter().enumerate() {
                let key = list.item(at);
                let path = checked(&path, &key, resolver);
                if let Some(one) =
                    guarded.iter().find(|one| listed_for.is_guarded(one) && one.overlaps(&path))
                {
                    let (guarded, at) = (one.key.clone(), one.path.clone());
                    let problem =
                        Problem::RootOverlaps { root: path.clone(), key: guarded, path: at };
                    // A default stands nowhere: then the list does.
                    resolver.refuse_any(
                        &[key, list.clone(), Key::from("policies.subprocess")],
                        problem,
                    );
                }
                good.push(path);
            }
            good
        };
        let path = paths("path", self.path, Use::Search);
        let (read, write) =
            (paths("read", self.read, Use::Read), paths("write", self.write, Use::Write));
        let cwd = checked(&self.cwd, &key.child("cwd"), resolver);
        for (name, names) in [("env", &self.env), ("script_env", &self.script_env)] {
            for (at, variable) in names.iter().enumerate() {
                if !is_name(variable) || is_loader(variable) {
                    resolver.refuse(key.child(name).item(at), Problem::Variable);
                }
            }
        }
        Subprocess {
            path,
            read,
            write,
            cwd,
            env: self.env,
            script_env: self.script_env,
            network: self.network,
            jail: self.jail,
            timeout: Duration::from_secs(self.timeout_secs),
            max_output_bytes: self.max_output_mb << 20,
            max_processes: self.max_processes,
            max_memory_bytes: self.max_memory_mb << 20,
            max_file_bytes: self.max_file_mb << 20,
            max_children: self.max_children,
            max_children_per_run: self.max_children_per_run,
        }
    }
}

/// What a directory is listed for.
#[derive(Clone, Copy)]
enum Use {
    Search,
    Read,
    Write,
}

impl Use {
    /// The configuration and policies may be read by children, as they are by everyone: /etc holds them.
    fn is_guarded(self, guarded: &Guarded) -> bool {
        match self {
            Use::Search => false,
            Use::Read => guarded.secret,
            Use::Write => true,
        }
    }
}

/// POSIX, "Environment Variable Definition", with lower case.
fn is_name(name: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (1..=128).contains(&name.len())
        && name.chars().all(good)
        && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// Names, or beginnings with `*`, of variables that make common programs load or run what they say.
const LOADERS: &[&str] = &[
    "LD_*",
    "DYLD_*",
    "GLIBC_TUNABLES",
    "GCONV_PATH",
    "LOCPATH",
    "NLSPATH",
    "MALLOC_*",
    "PATH",
    "IFS",
    "ENV",
    "BASH*",
    "SHELLOPTS",
    "PS4",
    "PROMPT_COMMAND",
    "CDPATH",
    "SHELL",
    "NODE_*",
    "NPM_CONFIG_*",
    "DENO_*",
    "BUN_*",
    "PYTHON*",
    "PERL*",
    "RUBY*",
    "GEM_*",
    "LUA_*",
    "JAVA_*",
    "_JAVA_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "CLASSPATH",
    "GIT_*",
    "SSH_*",
    "PAGER",
    "MANPAGER",
    "LESSOPEN",
    "LESSCLOSE",
    "EDITOR",
    "VISUAL",
    "BROWSER",
    "OPENSSL_*",
    "SSL_CERT_*",
    "RUSTC*",
    "CARGO*",
    "GO*",
    "PHP*",
    "R_*",
    "TERMINFO*",
    "TCL*",
    "XDG_*",
];

/// Whether a variable is never given to a child at a script's or the operator's word.
pub(crate) fn is_loader(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    LOADERS.iter().any(|known| match known.strip_suffix('*') {
        Some(beginning) => upper.starts_with(beginning),
        None => upper == *known,
    })
}
