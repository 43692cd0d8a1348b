//! What runs inside a worker process: the V8 isolate, its globals, TypeScript, REPL semantics.
//!
//! The only crate that knows V8. It is not the server: it owns no file, socket or clock of the host; everything it
//! says goes through one descriptor, to a server that trusts none of it.

mod base;
mod blobs;
mod buffers;
mod calls;
mod capabilities;
mod checkpoint;
mod control;
mod crypto;
mod error;
mod extensions;
mod heap;
mod isolate;
mod memory;
mod modules;
mod ops;
mod output;
mod platform;
mod prepare;
mod run;
mod scripts;
mod wire_io;
mod worker;

pub use base::make as make_base;
pub use deno_core::v8::VERSION_STRING as V8_VERSION;
pub use memory::{EXIT_OUT_OF_MEMORY, WorkerAllocator};
pub use worker::{WorkerOptions, work};
