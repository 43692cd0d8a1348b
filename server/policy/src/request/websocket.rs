//! Opening a WebSocket. Not its messages, which no rule reads.

use super::headers::Headers;
use super::target::Target;
use super::{Request, sealed::Sealed};
use mcp_v8_sandbox::Capability;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::net::IpAddr;

/// `new WebSocket(url, protocols)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSocketRequest {
    pub target: Target,
    /// Subprotocols that are offered, in order.
    pub protocols: Vec<String>,
    /// What the script set; what the operator adds comes later.
    pub headers: Headers,
    /// The addresses that the host resolved to and that alone will be dialled.
    pub resolved_addresses: Vec<IpAddr>,
}

impl Sealed for WebSocketRequest {}

impl Request for WebSocketRequest {
    const CAPABILITY: Capability = Capability::WebSocket;

    fn summary(&self) -> String {
        format!("connect {}", self.target.summary())
    }
}

impl Serialize for WebSocketRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut input = serializer.serialize_struct("WebSocketRequest", 6)?;
        input.serialize_field("operation", "connect")?;
        input.serialize_field("url", self.target.as_str())?;
        input.serialize_field("protocols", &self.protocols)?;
        input.serialize_field("headers", &self.headers)?;
        input.serialize_field("url_parsed", &self.target.parsed())?;
        input.serialize_field("resolved_addresses", &self.resolved_addresses)?;
        input.end()
    }
}
