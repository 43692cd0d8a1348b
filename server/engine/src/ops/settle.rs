//! How a run ended, as its own JavaScript sees it: a value as text, or what was thrown.

use crate::error;
use deno_core::{OpState, op2, v8};
use mcp_v8_sandbox::{ScriptError, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// The end of the current run, once there is one.
#[derive(Default)]
pub struct Settled(pub Option<Result<Value, ScriptError>>);

impl Settled {
    /// A run with a value fails all the same when something of it throws later; of errors, the first counts.
    fn fail(&mut self, error: ScriptError) {
        if !matches!(self.0, Some(Err(_))) {
            self.0 = Some(Err(error));
        }
    }
}

const UNDEFINED: i32 = 0;
const JSON: i32 = 1;

/// The value of the last expression: 0 undefined, 1 JSON text, anything else inspected text.
#[op2(fast)]
pub fn op_mcp_completed(state: &mut OpState, #[smi] kind: i32, #[string] text: String) {
    let value = match kind {
        UNDEFINED => Value::Undefined,
        JSON => Value::Json(text),
        _ => Value::Text(text),
    };
    let settled = state.borrow_mut::<Settled>();
    settled.0.get_or_insert(Ok(value));
}

/// What the script threw or rejected with, and how it looks when it is no Error.
#[op2(fast, reentrant)]
pub fn op_mcp_threw<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: Rc<RefCell<OpState>>,
    thrown: v8::Local<'s, v8::Value>,
    #[string] inspected: String,
) {
    let error = error::from_exception(scope, thrown, Some(inspected));
    state.borrow_mut().borrow_mut::<Settled>().fail(error);
}

/// As `op_mcp_threw`, for what nobody caught: nothing more of the run is carried out.
#[op2(fast, reentrant)]
pub fn op_mcp_failed<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: Rc<RefCell<OpState>>,
    thrown: v8::Local<'s, v8::Value>,
    #[string] inspected: String,
) {
    let error = error::from_exception(scope, thrown, Some(inspected));
    state.borrow_mut().borrow_mut::<Settled>().fail(error);
    scope.terminate_execution();
}
