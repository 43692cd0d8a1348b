//! What a script asks of the server, and what it gets: the only way to an effect. The server takes every call for
//! hostile, judges it, and performs it; a worker owns nothing.

pub mod child;
pub mod fetch;
pub mod file;
pub mod module;
pub mod wasm;
pub mod websocket;

use crate::{Code, ExecutionId, Principal, SessionName};
use serde::{Deserialize, Serialize};
use std::pin::Pin;

pub use child::ChildCall;
pub use fetch::FetchCall;
pub use file::FileCall;
pub use module::ModuleCall;
pub use websocket::WebSocketCall;

/// A call of a run. One run may have several under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HostCall {
    Fetch(FetchCall),
    File(FileCall),
    Module(ModuleCall),
    Wasm(wasm::WasmCall),
    Child(ChildCall),
    WebSocket(WebSocketCall),
}

/// What a call gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HostAnswer {
    /// It is done.
    Done,
    Fetch(fetch::FetchAnswer),
    File(file::FileAnswer),
    Module(module::Module),
    Wasm(wasm::WasmAnswer),
    Child(child::ChildAnswer),
    WebSocket(websocket::WebSocketAnswer),
}

/// Why a call gave nothing, as the script will see it: an exception it can catch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostError {
    /// The class of the exception: `TypeError`, `Error`, `RangeError`, or the name of a `DOMException`.
    pub class: String,
    /// What happened and what to do, for people and agents.
    pub message: String,
    /// The outcome code, where there is one: `denied.policy`, `denied.egress`, `limit.size` ...
    pub code: Option<Code>,
    /// The system's name of the error where scripts expect one (`ENOENT`), as in Node.
    pub errno: Option<String>,
}

/// An answer on its way.
pub type HostFuture<'a> = Pin<Box<dyn Future<Output = Result<HostAnswer, HostError>> + Send + 'a>>;

/// Performs the calls of one run. Dropped when the run is over: what is open then is closed.
pub trait Host: Send + Sync {
    fn call(&self, call: HostCall) -> HostFuture<'_>;
}

/// Whose run it is: what decisions and records are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub principal: Principal,
    pub execution: ExecutionId,
    pub session: Option<SessionName>,
}

impl HostError {
    /// A plain one.
    pub fn new(class: impl Into<String>, message: impl Into<String>) -> Self {
        Self { class: class.into(), message: message.into(), code: None, errno: None }
    }

    /// With an outcome code.
    pub fn coded(code: Code, class: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: Some(code), ..Self::new(class, message) }
    }
}
