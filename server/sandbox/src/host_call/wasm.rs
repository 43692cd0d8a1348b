//! WebAssembly modules of the configuration: a worker gets one when a script first uses it.

use serde::{Deserialize, Serialize};

/// See [`super::HostCall::Wasm`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WasmCall {
    /// As in `[wasm.<name>]`.
    pub name: String,
}

/// See [`super::HostAnswer::Wasm`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WasmAnswer {
    pub bytes: Vec<u8>,
    /// An instance has a memory, a table or variables, which no checkpoint keeps.
    pub stateful: bool,
    /// It cannot be instantiated without imports of the script's.
    pub imports: bool,
}
