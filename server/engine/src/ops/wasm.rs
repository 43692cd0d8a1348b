//! The op of configured WebAssembly: the bytes of a module, when a script first uses it.

use super::ask::{Refused, ask_now, unexpected};
use deno_core::{OpState, ToJsBuffer, op2};
use mcp_v8_sandbox::host_call::wasm::WasmCall;
use mcp_v8_sandbox::{HostAnswer, HostCall};
use serde::Serialize;

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
pub fn op_mcp_wasm(state: &mut OpState, #[string] name: String) -> Result<Given, Refused> {
    match ask_now(state, HostCall::Wasm(WasmCall { name }))? {
        HostAnswer::Wasm(given) => Ok(Given {
            bytes: given.bytes.into(),
            stateful: given.stateful,
            imports: given.imports,
        }),
        _ => Err(unexpected()),
    }
}
