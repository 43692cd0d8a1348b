//! The command line program and the library under it, against the built server. They are left out where there is none:
//! `cargo xtask clients` names it in `MCP_V8_BIN`.
#![allow(clippy::panic)]

mod built_server;
mod offline;
mod server;
