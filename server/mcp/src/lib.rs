//! The MCP surface: the tools, the text a model reads, stdio and Streamable HTTP.
//!
//! The only crate that knows rmcp. It renders executions and decides nothing about them (that is `executions`), and it
//! opens no socket (that is `http`).
#![forbid(unsafe_code)]

mod arguments;
mod artifacts;
mod asking;
mod card;
mod completions;
mod context;
mod guard;
mod ids;
mod jsonrpc;
mod page;
mod prompts;
mod reach;
mod resources;
mod schema;
mod server;
mod sessions;
mod stdio;
mod streamable;
mod tasks;
mod text;
mod tools;
mod view;

pub use server::Server;
pub use stdio::{StdioError, serve_stdio};
pub use streamable::{StreamableConfig, streamable};
