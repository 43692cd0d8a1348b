//! Why there is no worker. A run that fails in a worker is an outcome and not one of these.

use crate::cgroup::NoCgroup;
use crate::spawner::WorkerBinary;
use mcp_v8_sandbox::wire::WireError;
use std::io;
use std::time::Duration;

/// A worker process could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot create the base snapshot's file")]
    BaseFile(#[source] io::Error),
    #[error("the worker that makes the base snapshot failed ({status}); is the binary complete?")]
    Base { status: std::process::ExitStatus },
    #[error("cannot start a worker process from {}", program.display())]
    Spawn {
        program: std::path::PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("a new worker was not ready within {0:?} (workers.start_timeout_ms)")]
    Timeout(Duration),
    #[error("a new worker ended before it was ready: {0}")]
    Died(String),
    #[error("a new worker does not speak this server's wire; was the binary replaced?")]
    Wire(#[from] WireError),
    #[error("the jail is incomplete and workers.jail is \"required\": {}", .0.join("; "))]
    Jail(Vec<String>),
    #[error("workers have no cgroup of their own and workers.cgroup is \"required\"")]
    Cgroup(#[source] NoCgroup),
    #[error("the thread that starts workers is gone")]
    Spawner,
}

impl StartError {
    pub(crate) fn spawning(binary: &WorkerBinary) -> impl Fn(io::Error) -> Self {
        |source| StartError::Spawn { program: binary.program.clone(), source }
    }
}

/// No worker can be had now.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    #[error("all {max} worker processes are in use (workers.max)")]
    Exhausted { max: usize },
    #[error(transparent)]
    Start(#[from] StartError),
}
