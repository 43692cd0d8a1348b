//! Where the calls of runs go: a seam, so that this layer knows neither files nor networks. What is behind it judges
//! every call and performs it.

use mcp_v8_sandbox::{Caller, Capability, Host, HostError};
use std::pin::Pin;

/// A text on its way.
pub type TextFuture<'a> = Pin<Box<dyn Future<Output = Result<String, HostError>> + Send + 'a>>;

/// Opens a host for each run.
pub trait Hosts: std::fmt::Debug + Send + Sync + 'static {
    /// What scripts have globals for: the capabilities with a policy.
    fn capabilities(&self) -> Vec<Capability>;

    /// Names of the WebAssembly modules that scripts have as globals.
    fn wasm(&self) -> Vec<String>;

    /// The host of one run; dropped with it.
    fn open(&self, caller: Caller) -> Box<dyn Host>;

    /// The text of a script file of this machine, at most `most` bytes, if this caller may run it.
    fn script_file<'a>(&'a self, caller: Caller, path: &'a str, most: u64) -> TextFuture<'a>;
}
