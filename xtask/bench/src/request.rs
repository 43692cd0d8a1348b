//! The requests that are measured: one program, over REST or MCP (2026-07-28, self-contained requests).

use crate::server::Server;
use anyhow::Result;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

/// Longer than any of them takes; a server waits for as long as it is configured to.
const WAIT_MS: u64 = 120_000;

/// Where a program is sent.
#[derive(Clone, Copy, Debug)]
pub enum Surface {
    Rest,
    Mcp,
}

impl std::fmt::Display for Surface {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Surface::Rest => "/api/exec",
            Surface::Mcp => "/mcp",
        })
    }
}

/// A request that can be sent again and again.
#[derive(Clone)]
pub struct Request {
    client: Client,
    url: String,
    surface: Surface,
    body: Value,
}

/// What came of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It ran to its end.
    Done,
    /// The server was too busy and said so.
    Busy,
    /// Anything else.
    Wrong,
}

/// A program in a fresh isolate.
pub fn fresh(server: &Server, surface: Surface, code: &str) -> Request {
    request(server, surface, json!({ "code": code, "wait_ms": WAIT_MS, "persist": false }))
}

/// A program in a session.
pub fn in_session(server: &Server, surface: Surface, session: &str, code: &str) -> Request {
    request(server, surface, json!({ "code": code, "wait_ms": WAIT_MS, "session": session }))
}

/// A program that starts from a stored state and keeps nothing.
pub fn from_heap(server: &Server, heap: &str, code: &str) -> Request {
    let arguments = json!({ "code": code, "wait_ms": WAIT_MS, "heap": heap, "persist": false });
    request(server, Surface::Rest, arguments)
}

fn request(server: &Server, surface: Surface, arguments: Value) -> Request {
    let body = match surface {
        Surface::Rest => arguments,
        Surface::Mcp => json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {
                "name": "run_js", "arguments": arguments,
                "_meta": {
                    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                    "io.modelcontextprotocol/clientCapabilities": {},
                    "io.modelcontextprotocol/clientInfo": { "name": "bench", "version": "1" },
                },
            },
        }),
    };
    Request {
        client: server.client().clone(),
        url: format!("{}{surface}", server.url()),
        surface,
        body,
    }
}

impl Request {
    /// Sends it and reads the whole answer.
    pub async fn send(&self) -> Answer {
        match self.answer().await {
            Ok((StatusCode::TOO_MANY_REQUESTS, _)) => Answer::Busy,
            Ok((_, value)) if self.outcome(&value)["status"] == "completed" => Answer::Done,
            Ok((_, value)) if value.to_string().contains("unavailable.busy") => Answer::Busy,
            _ => Answer::Wrong,
        }
    }

    /// Sends it and returns what the script's last expression gave.
    pub async fn result(&self) -> Result<Value> {
        let (_, value) = self.answer().await?;
        Ok(self.outcome(&value)["result"].clone())
    }

    /// Sends it and returns the whole answer.
    pub async fn answered(&self) -> Result<Value> {
        let (_, value) = self.answer().await?;
        Ok(self.outcome(&value).clone())
    }

    fn outcome<'a>(&self, value: &'a Value) -> &'a Value {
        match self.surface {
            Surface::Rest => value,
            Surface::Mcp => &value["result"]["structuredContent"],
        }
    }

    async fn answer(&self) -> Result<(StatusCode, Value)> {
        let mut request = self.client.post(&self.url).json(&self.body);
        if matches!(self.surface, Surface::Mcp) {
            request = request
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", "tools/call")
                .header("Mcp-Name", "run_js");
        }
        let response: Response = request.send().await?;
        Ok((response.status(), response.json().await?))
    }
}
