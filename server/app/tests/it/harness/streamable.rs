//! MCP over Streamable HTTP in both eras: with a session (2025-11-25) and with self-contained requests (2026-07-28).

use super::http::{self, Answer};
use serde_json::{Value, json};

const ACCEPT: (&str, &str) = ("Accept", "application/json, text/event-stream");
const JSON: (&str, &str) = ("Content-Type", "application/json");
const MODERN: &str = "2026-07-28";

/// Parameters of `initialize`.
pub fn hello() -> Value {
    json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "it", "version": "1" } })
}

/// Parameters of a call of run_js.
pub fn run_js(code: &str, arguments: Value) -> Value {
    let mut all = json!({ "code": code });
    for (name, value) in arguments.as_object().into_iter().flatten() {
        all[name] = value.clone();
    }
    json!({ "name": "run_js", "arguments": all })
}

/// The answer of a POST to /mcp with any body.
pub fn raw(port: u16, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut all = vec![ACCEPT, JSON];
    all.extend_from_slice(headers);
    http::request(port, "POST", "/mcp", &all, body)
}

/// A session of 2025-11-25.
pub struct Legacy {
    port: u16,
    session: String,
}

impl Legacy {
    pub fn start(port: u16) -> Self {
        let body = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello() });
        let answer = raw(port, &[], body.to_string().as_bytes());
        let session = answer.header("mcp-session-id").expect("a session id").to_owned();
        let own = Self { port, session };
        let told = own.post(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        assert_eq!(told.status, 202, "{}", told.text());
        own
    }

    pub fn post(&self, message: &Value) -> Answer {
        raw(self.port, &self.headers(), message.to_string().as_bytes())
    }

    /// Headers that belong to the session.
    pub fn headers(&self) -> [(&str, &str); 2] {
        [("Mcp-Session-Id", &self.session), ("MCP-Protocol-Version", "2025-11-25")]
    }

    /// The answer to a request with this id.
    pub fn call(&self, id: u64, method: &str, params: Value) -> Value {
        let answer = self.post(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        reply(&answer, id)
    }
}

/// The message with this id in an answer.
pub fn reply(answer: &Answer, id: u64) -> Value {
    let messages = answer.messages();
    let found = messages.iter().find(|message| message["id"] == json!(id));
    found.unwrap_or_else(|| panic!("no answer to {id} in {:?}", answer.text())).clone()
}

/// A self-contained request of 2026-07-28: its headers and its body.
pub struct Modern {
    headers: Vec<(&'static str, String)>,
    body: Value,
}

impl Modern {
    pub fn new(method: &str, mut params: Value) -> Self {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": { "name": "it", "version": "1" },
        });
        let mut headers = vec![("MCP-Protocol-Version", MODERN.to_owned()), ("Mcp-Method", method.to_owned())];
        let name = params["name"].as_str().or(params["uri"].as_str());
        headers.extend(name.map(|name| ("Mcp-Name", name.to_owned())));
        Self { headers, body: json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }) }
    }

    fn parts(&self) -> (Vec<(&str, &str)>, Vec<u8>) {
        let mut headers = vec![ACCEPT, JSON];
        headers.extend(self.headers.iter().map(|(name, value)| (*name, value.as_str())));
        (headers, self.body.to_string().into_bytes())
    }

    pub fn send(&self, port: u16) -> Answer {
        let (headers, body) = self.parts();
        http::request(port, "POST", "/mcp", &headers, &body)
    }

    /// Sends it and gives the connection, unread.
    pub fn open(&self, port: u16) -> std::net::TcpStream {
        let (headers, body) = self.parts();
        http::open(port, "POST", "/mcp", &headers, &body)
    }
}
