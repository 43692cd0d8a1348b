//! Tools of other MCP servers, as scripts list and call them. JSON travels as text: what is in it is a stranger's, and only
//! the two ends read it.

use serde::{Deserialize, Serialize};

/// See [`super::HostCall::Tool`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToolCall {
    /// Names of the servers: a list of texts.
    Servers,
    /// What a server is and which tools it has: an object.
    Server { server: String },
    /// Tools of one server, or of all that answer: a list of objects as MCP has them, with `server`.
    List { server: Option<String> },
    /// Tools about some words, best first: a list of objects.
    Search { query: String, limit: u32, detail: Detail },
    /// One tool with all that is known of it: an object.
    Describe { server: String, tool: String },
    /// The input schema of a tool.
    Schema { server: String, tool: String },
    /// What `mcp:<server>` exports: a list of pairs, the exact name and the identifier or null.
    Module { server: String },
    /// Judge and call: the result as MCP has it. `arguments` is JSON; empty for none.
    Call { server: String, tool: String, arguments: String },
}

/// How much is said of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Detail {
    Name,
    Summary,
    Full,
}
