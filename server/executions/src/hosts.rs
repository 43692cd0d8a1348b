//! Where the calls of runs go: a seam, so that this layer knows neither files nor networks. What is behind it judges
//! every call and performs it.

use mcp_v8_sandbox::{Caller, Capability, Host, HostError, Principal};
use serde_json::{Map, Value as Json};
use std::pin::Pin;

/// A text on its way.
pub type TextFuture<'a> = Pin<Box<dyn Future<Output = Result<String, HostError>> + Send + 'a>>;

/// Something on its way.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A server whose tools scripts call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolServer {
    pub name: String,
    /// `stdio` or `http`.
    pub transport: &'static str,
    /// `idle`, `starting`, `connected` or `failing`.
    pub state: &'static str,
    /// Tools, where they are known.
    pub tools: Option<usize>,
}

/// A tool of such a server.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerTool {
    pub server: String,
    pub name: String,
    /// In the words of the server.
    pub description: String,
    pub input_schema: Map<String, Json>,
    pub annotations: Map<String, Json>,
    /// How a program imports it.
    pub import: String,
}

/// Opens a host for each run.
pub trait Hosts: std::fmt::Debug + Send + Sync + 'static {
    /// What scripts have globals for: the capabilities with a policy.
    fn capabilities(&self) -> Vec<Capability>;

    /// Names of the WebAssembly modules that scripts have as globals.
    fn wasm(&self) -> Vec<String>;

    /// The servers whose tools scripts call; none is started for this.
    fn tool_servers(&self) -> Later<'_, Vec<ToolServer>>;

    /// Tools of those servers that answer soon.
    fn server_tools(&self) -> Later<'_, Vec<ServerTool>>;

    /// The TypeScript declaration of such a tool, as this caller may see it.
    fn declaration<'a>(
        &'a self,
        principal: &'a Principal,
        server: &'a str,
        tool: &'a str,
    ) -> Later<'a, Option<String>>;

    /// The host of one run; dropped with it.
    fn open(&self, caller: Caller) -> Box<dyn Host>;

    /// The text of a script file of this machine, at most `most` bytes, if this caller may run it.
    fn script_file<'a>(&'a self, caller: Caller, path: &'a str, most: u64) -> TextFuture<'a>;
}
