//! What stands in front of every route, MCP and unknown ones included.

pub mod body;
pub mod origin;
pub mod panic;
pub mod principal;
pub mod request_id;
