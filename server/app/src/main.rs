//! The `mcp-v8` program: one binary for the server, its workers and its tools. Wiring only.
#![forbid(unsafe_code)]

mod check;
mod child;
mod cli;
mod exit;
mod flags;
mod heap;
mod hosts;
mod limits;
mod metrics;
mod policy;
mod serve;
mod signals;
mod sockets;
mod state;
mod systemd;
mod telemetry;
mod wasm;
mod worker;

use std::process::ExitCode;

/// In a worker, a failed allocation ends the run with a code of its own instead of an abort.
#[global_allocator]
static ALLOCATOR: mcp_v8_engine::WorkerAllocator = mcp_v8_engine::WorkerAllocator;

fn main() -> ExitCode {
    cli::run()
}
