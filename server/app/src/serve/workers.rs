//! The worker pool of the server: its numbers from the configuration, and what the log says of its jail and cgroups.

use anyhow::Context;
use mcp_v8_settings::{Cgroup, Jail, Settings};
use mcp_v8_workers::{
    CgroupLimits, CgroupMode, CgroupState, JailMode, Pool, PoolConfig, WorkerBinary,
};

/// What the operator should know of the confinement of workers.
pub fn log(pool: &Pool) {
    for missing in pool.jail_missing() {
        tracing::warn!(%missing, "the jail of the workers is incomplete");
    }
    match pool.cgroup() {
        CgroupState::Off => {}
        CgroupState::Missing(missing) => {
            tracing::info!(%missing, "workers have no cgroup of their own");
        }
        CgroupState::Below(directory) => {
            tracing::info!(directory = %directory.display(), "each worker has a cgroup of its own");
        }
    }
}

/// The pool of the configuration.
pub fn config(settings: &Settings) -> anyhow::Result<PoolConfig> {
    let workers = &settings.workers;
    let jail = match workers.jail {
        Jail::Auto => JailMode::Auto,
        Jail::Required => JailMode::Required,
        Jail::Off => JailMode::Off,
    };
    let cgroup = match workers.cgroup {
        Cgroup::Auto => CgroupMode::Auto,
        Cgroup::Required => CgroupMode::Required,
        Cgroup::Off => CgroupMode::Off,
    };
    let cgroup_limits =
        CgroupLimits { memory_bytes: workers.cgroup_memory_bytes, tasks: workers.cgroup_tasks };
    Ok(PoolConfig {
        cgroup,
        cgroup_limits,
        binary: WorkerBinary {
            program: WorkerBinary::current_program().context("finding this program's own file")?,
            heap_bytes: settings.limits.heap_bytes,
            buffer_bytes: settings.limits.buffer_bytes,
            data_bytes: workers.memory_bytes,
            jail,
        },
        ready: workers.ready,
        max: workers.max,
        runs_per_worker: workers.runs_per_worker,
        start_timeout: workers.start_timeout,
        terminate_grace: workers.terminate_grace,
    })
}
