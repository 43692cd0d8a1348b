//! What a script can ask for, one struct per capability. Each is what the policy judges and what `host` carries out.

pub mod fetch;
pub mod filesystem;
pub mod headers;
pub mod mcp_tool;
pub mod module;
pub mod run_js_file;
pub mod subprocess;
pub mod target;
pub mod websocket;

use mcp_v8_sandbox::Capability;
use serde::Serialize;

/// A request that needs a decision. Its serialization is the policy input, so it holds no secret of the operator:
/// those are added after the decision.
pub trait Request: Serialize + Send + Sync + sealed::Sealed {
    const CAPABILITY: Capability;

    /// One line for people and for the audit record: what is asked, without queries, header values or arguments.
    fn summary(&self) -> String;
}

pub(crate) mod sealed {
    /// Requests are defined here only, where their inputs are documented and tested.
    pub trait Sealed {}
}
