//! Worker processes as the server sees them: spawned, jailed, leased, bounded in time, and replaced.
//!
//! It speaks the wire of `sandbox` to a process that it treats as hostile. It knows nothing of V8 (the worker's inside
//! is `engine`), of queues or of sessions (those are `executions`).

mod base;
mod cgroup;
mod deadline;
mod error;
pub mod jail;
mod pool;
mod process;
mod spawner;
mod worker;

pub use base::Base;
pub use cgroup::{CgroupLimits, CgroupMode, CgroupState, NoCgroup};
pub use error::{LeaseError, StartError};
pub use jail::JailMode;
pub use pool::{Pool, PoolConfig};
pub use spawner::WorkerBinary;
pub use worker::{OutputSink, Ran, Stop, Worker};

/// Descriptor of the wire in a worker.
pub const WIRE_FD: i32 = 3;

/// Descriptor of the base snapshot in a worker.
pub const BASE_FD: i32 = 4;
