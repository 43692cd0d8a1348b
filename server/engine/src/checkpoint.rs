//! A session's state as a portable graph: taken from a live isolate, brought back in a fresh one. JavaScript walks the
//! graph (js/checkpoint); here are the bytes, what only a parser knows of a function, and what only V8 knows of it.
//!
//! It does not store anything, and trusts the bytes it is given: the server has verified them.

mod blob;
mod exchange;
mod facts;
mod free;
mod ops;
mod payload;
mod scopes;
mod strings;

use crate::isolate::Isolate;
use crate::output::Output;
use deno_core::v8;
use exchange::Exchange;
use mcp_v8_sandbox::wire::FromWorker;
use mcp_v8_sandbox::{Limits, Lost, Section};

pub use exchange::{Exchange as State, Portable};
pub use ops::*;
pub use payload::Payload;

/// Bytes of a checkpoint that one frame carries.
const PIECE: usize = 1 << 20;

/// Why a state could not be taken or brought back.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    #[error("the state is larger than {} MB (storage.max_checkpoint_mb)", .limit >> 20)]
    TooLarge { limit: u64 },
    #[error("it has {} MB of ArrayBuffers, and a run may have {} MB (limits.array_buffer_mb)", .size >> 20, .limit >> 20)]
    BuffersTooLarge { size: u64, limit: u64 },
    #[error("the stored state does not decode: {0}")]
    Damaged(&'static str),
    #[error("walking the state failed: {0}")]
    Failed(String),
}

/// Makes a fresh isolate a session's: from here on it is known what the session adds to it.
///
/// # Errors
/// [`CheckpointError::Failed`]; the isolate must not be used then.
pub fn open(isolate: &mut Isolate) -> Result<(), CheckpointError> {
    if isolate.open {
        return Ok(());
    }
    isolate.open = true;
    let open = isolate.host.open.clone();
    call(isolate, &open)
}

/// Takes the state of a session as a portable graph.
///
/// # Errors
/// [`CheckpointError`]; the isolate is as it was.
pub fn take(isolate: &mut Isolate, limits: &Limits) -> Result<Portable, CheckpointError> {
    exchange(isolate, Exchange::outgoing(limits.checkpoint_bytes));
    let save = isolate.host.save.clone();
    let called = call(isolate, &save);
    let outgoing = exchange(isolate, Exchange::default());
    if outgoing.is_over() {
        return Err(CheckpointError::TooLarge { limit: limits.checkpoint_bytes });
    }
    called?;
    outgoing.finish()
}

/// Sends a part of a checkpoint, piece by piece.
pub fn send(output: &Output, section: Section, bytes: &[u8]) {
    for piece in bytes.chunks(PIECE) {
        output.send(&FromWorker::State(section, piece.to_vec()));
    }
}

/// Refuses a state whose ArrayBuffers are larger than all of an isolate's may be.
pub fn fits(buffers: u64, isolate: crate::isolate::Bounds) -> Result<(), CheckpointError> {
    if buffers > isolate.buffers {
        let (size, limit) = (buffers, isolate.buffers);
        return Err(CheckpointError::BuffersTooLarge { size, limit });
    }
    Ok(())
}

/// Brings a state back in a fresh isolate and says what it had lost when it was taken, and now.
///
/// # Errors
/// [`CheckpointError`]; the isolate must not be used then.
pub fn load(isolate: &mut Isolate, payload: Payload) -> Result<Vec<Lost>, CheckpointError> {
    let buffers = payload.buffers().iter().map(|buffer| buffer.len() as u64).sum::<u64>();
    fits(buffers, isolate.bounds)?;
    let mut lost = payload.lost.clone();
    exchange(isolate, Exchange::incoming(payload));
    let load = isolate.host.load.clone();
    let called = call(isolate, &load);
    lost.extend(exchange(isolate, Exchange::default()).lost());
    called.map(|()| lost)
}

fn exchange(isolate: &mut Isolate, new: Exchange) -> Exchange {
    let state = isolate.runtime.op_state();
    let mut state = state.borrow_mut();
    std::mem::replace(state.borrow_mut::<Exchange>(), new)
}

/// Calls a function of the host's own JavaScript; its exception is a defect or a full heap, told in words.
fn call(isolate: &mut Isolate, function: &v8::Global<v8::Function>) -> Result<(), CheckpointError> {
    deno_core::scope!(scope, isolate.runtime);
    v8::tc_scope!(let scope, scope);
    let function = v8::Local::new(scope, function);
    let undefined = v8::undefined(scope).into();
    if function.call(scope, undefined, &[]).is_some() {
        return Ok(());
    }
    let message = scope.exception().map_or_else(
        || "stopped".to_owned(),
        |thrown| crate::error::from_exception(scope, thrown, None).message,
    );
    scope.reset();
    Err(CheckpointError::Failed(message))
}
