//! Effects of scripts on the world outside: what a policy allowed is carried out here, and nothing else.
//!
//! Every effect takes an [`Allowed`](mcp_v8_policy::Allowed), which only the policy crate makes. It is not the decision
//! (`policy`), and not the wire between worker and server (`sandbox`, `workers`).
#![forbid(unsafe_code)]

pub mod fetch;
pub mod files;
pub mod modules;
pub mod script_file;
mod secret_file;
pub mod subprocess;
pub mod websocket;
