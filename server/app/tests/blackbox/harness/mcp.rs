//! MCP over Streamable HTTP, by hand: a session of 2025-11-25, and the self-contained requests of 2026-07-28.

use super::http::{self, Answer};
use serde_json::{Value, json};

const BOTH: (&str, &str) = ("Accept", "application/json, text/event-stream");
const JSON: (&str, &str) = ("Content-Type", "application/json");

/// A session of the revisions with `initialize`.
pub struct Legacy {
    address: String,
    session: String,
}

impl Legacy {
    pub fn open(address: &str) -> Self {
        let message = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" },
        } });
        let answer =
            http::send(address, "POST", "/mcp", &[BOTH, JSON], message.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{answer:?}");
        let session = answer.header("mcp-session-id").expect("a session").to_owned();
        let opened = Self { address: address.to_owned(), session };
        opened.post(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        opened
    }

    pub fn post(&self, message: &Value) -> Answer {
        let headers = [
            BOTH,
            JSON,
            ("Mcp-Session-Id", self.session.as_str()),
            ("MCP-Protocol-Version", "2025-11-25"),
        ];
        http::send(&self.address, "POST", "/mcp", &headers, message.to_string().as_bytes())
    }

    /// Ends the session.
    pub fn end(&self) -> Answer {
        let headers =
            [("Mcp-Session-Id", self.session.as_str()), ("MCP-Protocol-Version", "2025-11-25")];
        http::send(&self.address, "DELETE", "/mcp", &headers, b"")
    }

    /// A call of `run_js`.
    pub fn run(&self, id: i64, code: &str) -> Value {
        let params = json!({ "name": "run_js", "arguments": { "code": code } });
        self.post(&json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params }))
            .message()
    }
}

/// The body and headers of a self-contained request.
pub fn modern(method: &str, params: Value) -> (String, Vec<(&'static str, String)>) {
    modern_of(method, params, &json!({}))
}

/// The same of a client with these capabilities.
pub fn modern_of(
    method: &str,
    mut params: Value,
    capabilities: &Value,
) -> (String, Vec<(&'static str, String)>) {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": capabilities,
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
    });
    let name = ["name", "uri", "taskId"].into_iter().find_map(|key| params[key].as_str());
    let name = name.unwrap_or_default().to_owned();
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let mut headers = vec![
        (BOTH.0, BOTH.1.to_owned()),
        (JSON.0, JSON.1.to_owned()),
        ("MCP-Protocol-Version", "2026-07-28".to_owned()),
        ("Mcp-Method", method.to_owned()),
    ];
    if !name.is_empty() {
        headers.push(("Mcp-Name", name));
    }
    (body.to_string(), headers)
}

/// Sends a self-contained request.
pub fn send_modern(address: &str, method: &str, params: Value) -> Answer {
    send_modern_of(address, method, params, &json!({}))
}

/// The same of a client with these capabilities.
pub fn send_modern_of(address: &str, method: &str, params: Value, capabilities: &Value) -> Answer {
    let (body, headers) = modern_of(method, params, capabilities);
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    http::send(address, "POST", "/mcp", &headers, body.as_bytes())
}
