//! The base snapshot: our ops and scripts and Deno's web platform, made once when the server starts, by a worker that
//! does nothing else. Not a session's state.

use crate::{extensions, ops::output::Sink, scripts};
use deno_core::{JsRuntimeForSnapshot, RuntimeOptions};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// True in the process that makes the base.
pub static MAKING: AtomicBool = AtomicBool::new(false);

/// Why the base could not be made: a defect of this program, not of its input.
#[derive(Debug, thiserror::Error)]
pub enum BaseError {
    #[error("no tokio runtime for the base snapshot")]
    Runtime(#[source] std::io::Error),
    #[error("the base script {name} failed")]
    Script {
        name: &'static str,
        #[source]
        source: Box<deno_core::error::JsError>,
    },
}

/// Makes the base snapshot, about 1.5 MB. In a process of its own: deno_core gives V8 reproducible flags for it.
///
/// # Errors
/// [`BaseError`] when a script of ours throws.
pub fn make() -> Result<Box<[u8]>, BaseError> {
    let tokio = runtime().map_err(BaseError::Runtime)?;
    let _inside = tokio.enter();
    MAKING.store(true, Ordering::SeqCst);
    let mut runtime = JsRuntimeForSnapshot::new(RuntimeOptions {
        extensions: extensions::all(Sink::closed(), Arc::default()),
        ..Default::default()
    });
    for (name, text) in scripts::OWN.iter().chain(crate::crypto::SCRIPTS).chain(scripts::NODE) {
        runtime
            .execute_script(*name, text.to_string())
            .map_err(|source| BaseError::Script { name, source })?;
    }
    Ok(runtime.snapshot())
}

/// The reactor of an isolate: timers only, one thread.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_time().build()
}
