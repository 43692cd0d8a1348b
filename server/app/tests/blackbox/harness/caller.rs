//! A caller with a token, over REST and MCP.

use super::http::{self, Answer};
use super::mcp;
use super::server::Server;
use serde_json::{Value, json};
use std::net::TcpStream;

/// Somebody, and the proof of it.
pub struct Caller<'s> {
    pub address: &'s str,
    authorization: String,
}

impl Server {
    /// This server as the owner of a token sees it.
    pub fn as_owner_of(&self, token: &str) -> Caller<'_> {
        Caller { address: &self.address, authorization: format!("Bearer {token}") }
    }
}

impl Caller<'_> {
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let own = [("Authorization", self.authorization.as_str())];
        let headers: Vec<(&str, &str)> = own.iter().chain(headers).copied().collect();
        http::send(self.address, method, path, &headers, body.as_bytes())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[("Content-Type", "application/json")], &body.to_string())
    }

    /// Runs a program to its end.
    pub fn exec(&self, request: &Value) -> Value {
        let mut execution = self.post("/api/exec", request).json();
        while execution["execution_id"].is_string() && !execution["completed_at"].is_string() {
            let id = execution["execution_id"].as_str().expect("an id").to_owned();
            execution = self.get(&format!("/api/executions/{id}?wait_ms=20000")).json();
        }
        execution
    }

    pub fn run(&self, code: &str) -> Value {
        self.exec(&json!({ "code": code, "wait_ms": 20_000, "persist": false }))
    }

    pub fn run_in(&self, session: &str, code: &str) -> Value {
        self.exec(&json!({ "code": code, "wait_ms": 20_000, "session": session }))
    }

    /// A self-contained MCP request (2026-07-28).
    pub fn mcp(&self, method: &str, params: Value) -> Answer {
        let (body, headers) = mcp::modern(method, params);
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.send("POST", "/mcp", &headers, &body)
    }

    /// Calls a tool; its result.
    pub fn tool(&self, name: &str, arguments: Value) -> Value {
        let params = json!({ "name": name, "arguments": arguments });
        self.mcp("tools/call", params).message()["result"].clone()
    }

    /// A message in an MCP session of 2025-11-25, or the one that makes it.
    pub fn in_session(&self, method: &str, session: Option<&str>, message: &Value) -> Answer {
        let mut headers = vec![
            ("Accept", "application/json, text/event-stream"),
            ("Content-Type", "application/json"),
        ];
        if let Some(session) = session {
            headers.extend([("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")]);
        }
        let body = if message.is_null() { String::new() } else { message.to_string() };
        self.send(method, "/mcp", &headers, &body)
    }

    /// Asks for an MCP session.
    pub fn initialize(&self) -> Answer {
        let params = json!({
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" },
        });
        let message =
            json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
        self.in_session("POST", None, &message)
    }

    /// An MCP session that is ready.
    pub fn open_session(&self) -> String {
        let answer = self.initialize();
        assert_eq!(answer.status, 200, "{answer:?}");
        let session = answer.header("mcp-session-id").expect("a session").to_owned();
        let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        self.in_session("POST", Some(&session), &ready);
        session
    }

    /// The connection of an event stream of an MCP session, once its answer has begun.
    pub fn open_stream(&self, session: &str) -> (TcpStream, String) {
        let mut stream = http::open(self.address);
        let headers = [
            ("Authorization", self.authorization.as_str()),
            ("Accept", "text/event-stream"),
            ("Mcp-Session-Id", session),
            ("MCP-Protocol-Version", "2025-11-25"),
        ];
        http::write(&mut stream, self.address, "GET", "/mcp", &headers, b"");
        let head = http::head(&mut stream);
        (stream, head)
    }
}
