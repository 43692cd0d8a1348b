//! WebAssembly modules that the operator configures: read and checked when the server starts, bounded, and described for
//! clients. It runs nothing: V8 does, in a worker.
#![forbid(unsafe_code)]

mod bounded;
mod error;
mod inspect;
mod load;
mod signature;
mod stub;

pub use error::{WasmError, WasmProblem};
pub use load::{Module, load};
pub use signature::{Export, Signature};
pub use stub::{Stub, stubs};

/// Longest module, bytes: it travels in one frame between server and worker, which is capped at 64 MiB.
pub const MODULE_BYTES_MAX: u64 = 32 << 20;

/// Most entries that a table may have at its start.
pub const TABLE_ENTRIES_MAX: u64 = 1 << 20;

/// Most exports of one module; V8 takes a million, and nobody reads them.
pub const EXPORTS_MAX: usize = 10_000;
