//! Tools of other MCP servers, as scripts use them: a decision for every call, a budget for every run, a record of what
//! came of it. Not the connections: those are in the upstream crate.

mod audit;
mod fault;
mod run;
mod server;
mod view;

pub use mcp_v8_upstream::ServerState;
pub use run::ToolRun;
pub use server::{ListedTool, ToolServer};
