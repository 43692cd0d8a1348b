//! The op of configured WebAssembly: the bytes of a module, when a script first uses it.

use super::fetch::Refused;
use crate::calls::Calls;
use deno_core::{OpState, ToJsBuffer, op2};
use mcp_v8_sandbox::host_call::wasm::WasmCall;
use mcp_v8_sandbox::{HostAnswer, HostCall, HostError};
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// A module for js/wasm_globals.js.
#[derive(Serialize)]
pub struct Given {
    bytes: ToJsBuffer,
    stateful: bool,
    imports: bool,
}

/// Asks with the thread in hand: a global's getter cannot wait.
#[op2]
#[serde]
pub fn op_mcp_wasm(state: Rc<RefCell<OpState>>, #[string] name: String) -> Result<Given, Refused> {
    let calls = state.borrow().try_borrow::<Arc<Calls>>().cloned();
    let calls =
        calls.ok_or_else(|| Refused(HostError::new("Error", "there is no server to ask")))?;
    match calls.ask_now(HostCall::Wasm(WasmCall { name })).map_err(Refused)? {
        HostAnswer::Wasm(given) => Ok(Given {
            bytes: given.bytes.into(),
            stateful: given.stateful,
            imports: given.imports,
        }),
        _ => Err(Refused(HostError::new("Error", "the server gave an answer of another kind"))),
    }
}
