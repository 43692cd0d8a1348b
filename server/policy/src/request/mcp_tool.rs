//! One call of a tool of another MCP server. Not its result.

use super::{Request, sealed::Sealed};
use mcp_v8_sandbox::Capability;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::{Map, Value as Json};

/// `mcp.callTool(server, tool, arguments)`.
#[derive(Clone, Debug, PartialEq)]
pub struct McpToolRequest {
    /// As in `[upstream.<name>]`.
    pub server: String,
    pub tool: String,
    pub arguments: Option<Map<String, Json>>,
    /// What the other server says of its tool (MCP `ToolAnnotations`): hints, not facts.
    pub annotations: Map<String, Json>,
}

impl Sealed for McpToolRequest {}

impl Request for McpToolRequest {
    const CAPABILITY: Capability = Capability::McpTools;

    fn summary(&self) -> String {
        format!("call {} of {}", self.tool, self.server)
    }
}

impl Serialize for McpToolRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut input = serializer.serialize_struct("McpToolRequest", 5)?;
        input.serialize_field("operation", "mcp_call_tool")?;
        input.serialize_field("server", &self.server)?;
        input.serialize_field("tool", &self.tool)?;
        input.serialize_field("arguments", &self.arguments)?;
        input.serialize_field("annotations", &self.annotations)?;
        input.end()
    }
}
