//! Console output: text from JavaScript into the worker's output buffer.

use crate::output::Output;
use deno_core::{OpState, op2};
use std::sync::Arc;

/// Where an isolate's console writes to; nowhere while the base is made.
#[derive(Clone)]
pub struct Sink(Option<Arc<Output>>);

impl Sink {
    /// Drops everything.
    pub fn closed() -> Self {
        Self(None)
    }

    /// Writes to the worker's output.
    pub fn open(output: Arc<Output>) -> Self {
        Self(Some(output))
    }
}

impl Sink {
    /// Where it writes to.
    pub fn output(&self) -> Option<Arc<Output>> {
        self.0.clone()
    }
}

/// Appends to the console output of the run. Ends the run when the limit is reached.
#[op2(fast)]
pub fn op_mcp_write(state: &mut OpState, #[string] text: &str) {
    if let Some(output) = &state.borrow::<Sink>().0 {
        output.write(text);
    }
}
