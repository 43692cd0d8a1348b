//! `[workers]`: the processes that run JavaScript. Not what a single run may use: that is `limits`.

use super::limits::LimitsTable;
use crate::measure::{Measure, Unit};
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a worker needs beside heap and buffers, MiB: V8 itself, code, compiler threads, stacks.
const OVERHEAD_MB: u64 = 512;

/// What a worker may have beside its data segment, MiB: stacks, mapped files, tables of the kernel.
const CGROUP_MARGIN_MB: u64 = 64;

/// Fewest runs at once when the operator says nothing: one that waits must not block the only slot.
const CONCURRENT_RUNS_MIN: usize = 2;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WorkersTable {
    /// Runs at once; further ones wait. Left out: the number of processor cores the server may use, at least 2, at
    /// most max.
    #[schemars(example = 4)]
    concurrent_runs: Option<usize>,
    /// Spare workers kept started, so that a run does not wait for a process. 2: one for the next run and one for
    /// the run after it.
    ready: usize,
    /// Worker processes in all: running, spare, and held by live sessions. 64: the 32 of
    /// sessions.max_live, and as many runs beside them.
    max: usize,
    /// Runs after which a worker is replaced. 1000: what V8 leaks or fragments stays small, and the cost of a start
    /// does not show.
    runs_per_worker: u64,
    /// Time a worker may take to report ready, milliseconds. 10000: only a machine in trouble takes longer.
    start_timeout_ms: u64,
    /// Time between the polite end of a run and SIGKILL, milliseconds. 250: answers come well within a second of the
    /// deadline.
    terminate_grace_ms: u64,
    /// Data segment of a worker (RLIMIT_DATA), MiB, enforced by the kernel. 0: computed as limits.heap_memory_max_mb +
    /// limits.array_buffer_mb + 512, so that V8's own limits are hit first and say what happened.
    memory_mb: u64,
    /// Confinement of workers by the kernel (system calls, files, network, resource limits). "auto": whatever this kernel
    /// offers, with a warning for each part it lacks. "required": refuse to start without all of it. "off": none; only
    /// for debugging.
    jail: Jail,
    /// A cgroup (version 2) of its own for each worker, so that the kernel bounds all of its memory. "auto": where the
    /// server's own cgroup is delegated to it (systemd: Delegate=yes) and holds no other process; a line in the log says
    /// what is missing elsewhere. "required": refuse to start without. "off": none.
    cgroup: Cgroup,
    /// Memory of a worker's cgroup (memory.max, without swap), MiB; a worker that needs more is killed, and its run ends
    /// as limit.memory. 0: computed as workers.memory_mb + 64, so that allocations fail before the kill.
    cgroup_memory_mb: u64,
    /// Threads and processes in a worker's cgroup (pids.max). 64: V8 starts at most 16 helpers, and a worker starts no
    /// process.
    cgroup_tasks: u64,
}

/// A cgroup of its own for each worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cgroup {
    /// Where the server's own cgroup is delegated.
    Auto,
    /// Refuse to start without.
    Required,
    /// None.
    Off,
}

/// Confinement of workers by the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Jail {
    /// What the kernel offers; a warning for each part it lacks.
    Auto,
    /// Refuse to start when a part is missing.
    Required,
    /// None. The server warns loudly.
    Off,
}

impl Default for WorkersTable {
    fn default() -> Self {
        Self {
            concurrent_runs: None,
            ready: 2,
            max: 64,
            runs_per_worker: 1000,
            start_timeout_ms: 10_000,
            terminate_grace_ms: 250,
            memory_mb: 0,
            jail: Jail::Auto,
            cgroup: Cgroup::Auto,
            cgroup_memory_mb: 0,
            cgroup_tasks: 64,
        }
    }
}

/// The processes that run JavaScript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workers {
    /// At least 1, at most `max`.
    pub concurrent_runs: usize,
    /// At most `max`.
    pub ready: usize,
    pub max: usize,
    pub runs_per_worker: u64,
    pub start_timeout: Duration,
    pub terminate_grace: Duration,
    /// RLIMIT_DATA of a worker: never less than heap and buffers together.
    pub memory_bytes: u64,
    pub jail: Jail,
    pub cgroup: Cgroup,
    /// `memory.max` of a worker's cgroup: never less than heap and buffers together.
    pub cgroup_memory_bytes: u64,
    pub cgroup_tasks: u64,
}

impl WorkersTable {
    pub(crate) fn resolve(self, limits: &LimitsTable, resolver: &mut Resolver<'_>) -> Workers {
        let max = Measure::count(&["workers.max"], self.max);
        resolver.at_most(Measure::count(&["workers.ready"], self.ready), max);
        let concurrent_runs = self.concurrent_runs.unwrap_or_else(|| cores().min(self.max));
        resolver.at_most(Measure::count(&["workers.concurrent_runs"], concurrent_runs), max);
        let script = limits.script_memory();
        let memory_mb = match self.memory_mb {
            0 => script.number + OVERHEAD_MB,
            written => {
                // Below it the kernel would end a worker before V8 can say that the script used too much.
                let memory = Measure::new(&["workers.memory_mb"], written, Unit::Mebibytes);
                resolver.at_most(script, memory);
                written
            }
        };
        let cgroup_memory_mb = match self.cgroup_memory_mb {
            0 => memory_mb + CGROUP_MARGIN_MB,
            written => {
                let all = Measure::new(&["workers.cgroup_memory_mb"], written, Unit::Mebibytes);
                resolver.at_most(script, all);
                written
            }
        };
        Workers {
            concurrent_runs,
            ready: self.ready,
            max: self.max,
            runs_per_worker: self.runs_per_worker,
            start_timeout: Duration::from_millis(self.start_timeout_ms),
            terminate_grace: Duration::from_millis(self.terminate_grace_ms),
            memory_bytes: memory_mb << 20,
            jail: self.jail,
            cgroup: self.cgroup,
            cgroup_memory_bytes: cgroup_memory_mb << 20,
            cgroup_tasks: self.cgroup_tasks,
        }
    }
}

/// Cores by affinity and cgroup quota, not by what the machine has.
fn cores() -> usize {
    std::thread::available_parallelism()
        .map_or(CONCURRENT_RUNS_MIN, |n| n.get().max(CONCURRENT_RUNS_MIN))
}
