//! What stands in front of every route, MCP and unknown ones included.

pub mod body;
pub mod origin;
pub mod panic;
pub mod principal;
pub mod request_id;
pub mod streams;
pub mod until;

use crate::problem::Problem;
use mcp_v8_sandbox::Code;

/// What a request for a route that is not there is told.
pub fn unknown_route() -> Problem {
    Problem::new(
        Code::ErrorNotFound,
        "no such route; /api-doc/openapi.json lists them, MCP is at /mcp",
    )
}
