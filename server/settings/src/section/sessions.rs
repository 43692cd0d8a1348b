//! `[sessions]`: state between runs. Not MCP sessions, which are connections: those are bounded in `transport.http`.

use crate::problem::Problem;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Longest session name, characters. The same rule as `SessionName` of the sandbox crate, which this crate does not
/// depend on; the server parses the name again.
const NAME_MAX: usize = 128;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SessionsTable {
    /// Whether top-level variables stay from run to run. true: an agent builds on what it did before. false, also
    /// --stateless: every run starts fresh.
    enabled: bool,
    /// Session of a run whose caller names none: 1 to 128 characters of A-Z a-z 0-9 . _ : @ -, not starting with a
    /// dot.
    default: String,
    /// What is saved of a session. "values": its top-level variables as data and source, at full speed, readable after
    /// an upgrade of the server. "heap": the whole V8 heap, closures and generators included, with those variables
    /// beside it. The price of "heap", for runs in sessions: V8 interprets them (loops over numbers and bytes take 10
    /// to 50 times as long, recursive calls 3 times, work in built-in functions the same), a save takes about 40 ms
    /// more and 0.6 MB, and there is no WebAssembly, `using`, Float16Array, nor some of the newest built-in methods. A
    /// live Intl object, or an upgrade, leaves only the variables as data and source; the run says so.
    kind: SessionKind,
    /// When a session is saved. "every_run": before the run is answered, so that an answered run survives a crash and
    /// a power loss. "idle": when the session goes to rest, gives its worker back, or the server ends in good order; a
    /// crash or a power loss takes the runs since.
    checkpoint: SaveWhen,
    /// Time after which an unused session gives its worker back, seconds. Where storage keeps heaps it is saved then
    /// and the next run goes on from that; with storage.kind = "none" it loses its variables. 900: the pauses of a
    /// conversation.
    idle_ttl_secs: u64,
    /// Sessions that hold a worker at once; the longest unused one goes first. 32: half of workers.max.
    max_live: usize,
    /// Memory of all workers that sessions hold, MiB; the longest unused one goes first. 2048: a small machine keeps
    /// enough for everything else.
    max_live_memory_mb: u64,
    /// Time that saving a session's state after a run may take, seconds. 30: a state of 100 MB takes two.
    save_timeout_secs: u64,
}

/// What is saved of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// A portable graph of the top-level bindings.
    Values,
    /// A V8 snapshot, with that graph beside it.
    Heap,
}

/// When a session is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SaveWhen {
    /// Before the answer: what was answered is durable.
    EveryRun,
    /// At rest, at eviction and at the end of the server: a crash takes the runs since.
    Idle,
}

impl Default for SessionsTable {
    fn default() -> Self {
        Self {
            enabled: true,
            default: "default".to_owned(),
            kind: SessionKind::Values,
            checkpoint: SaveWhen::EveryRun,
            idle_ttl_secs: 900,
            max_live: 32,
            max_live_memory_mb: 2048,
            save_timeout_secs: 30,
        }
    }
}

/// State between runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sessions {
    /// `false`: stateless.
    pub enabled: bool,
    /// A valid session name.
    pub default: String,
    pub kind: SessionKind,
    pub checkpoint: SaveWhen,
    pub idle_ttl: Duration,
    pub max_live: usize,
    pub max_live_memory_bytes: u64,
    pub save_timeout: Duration,
}

impl SessionsTable {
    pub(crate) fn resolve(self, resolver: &mut Resolver<'_>) -> Sessions {
        if !is_session_name(&self.default) {
            resolver.refuse("sessions.default", Problem::SessionName);
        }
        Sessions {
            enabled: self.enabled,
            default: self.default,
            kind: self.kind,
            checkpoint: self.checkpoint,
            idle_ttl: Duration::from_secs(self.idle_ttl_secs),
            max_live: self.max_live,
            max_live_memory_bytes: self.max_live_memory_mb << 20,
            save_timeout: Duration::from_secs(self.save_timeout_secs),
        }
    }
}

fn is_session_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._:@-".contains(c);
    (1..=NAME_MAX).contains(&text.len()) && !text.starts_with('.') && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::is_session_name;

    #[test]
    fn a_session_name_that_looks_like_a_path_is_refused() {
        for bad in ["", ".", "..", "a/b", "../x", "a b", "a\n", "ä", &"x".repeat(129)] {
            assert!(!is_session_name(bad), "{bad:?}");
        }
        for good in ["a", "user@host:1", "A-b_c.d", &"x".repeat(128)] {
            assert!(is_session_name(good), "{good:?}");
        }
    }
}
