//! The contract across the wall between the server and a worker: job in, events and an outcome out.
//!
//! Layer 0: types, and the framing they travel in. It is not the server (no tokio, no I/O policy) and not the
//! engine (no V8); both sides depend on it and on nothing of each other.
#![forbid(unsafe_code)]

pub mod artifact;
pub mod capability;
pub mod checkpoint;
pub mod code;
pub mod host_call;
pub mod id;
pub mod job;
pub mod limits;
pub mod outcome;
pub mod principal;
pub mod report;
pub mod script_error;
pub mod wire;

pub use artifact::{Artifact, InvalidArtifact};
pub use capability::{Capability, UnknownCapability};
pub use checkpoint::{Checkpoint, CheckpointKind, Parts, Section};
pub use code::Code;
pub use host_call::{Caller, Host, HostAnswer, HostCall, HostError, HostFuture};
pub use id::{ExecutionId, HeapId, SessionName};
pub use job::{Job, Scope};
pub use limits::Limits;
pub use outcome::{Outcome, StopReason, Value};
pub use principal::Principal;
pub use report::{Lost, Report, Saved, Usage};
pub use script_error::{ScriptError, ScriptErrorKind};
