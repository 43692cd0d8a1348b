//! MCP over stdin and stdout, by hand.

use super::server::binary;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A server started the way clients start it.
pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: i64,
}

impl Client {
    /// With these keys of the configuration; nothing is said yet.
    pub fn start(settings: &[&str]) -> Self {
        let mut command = Command::new(binary());
        command.args(["--set", "storage.kind=none"]);
        for setting in settings {
            command.args(["--set", setting]);
        }
        let spawned =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = spawned.unwrap_or_else(|error| panic!("starting {}: {error}", binary()));
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("stdout is piped"));
        Self { child, input, output, next: 0 }
    }

    /// Started, and through the handshake of 2025-11-25.
    pub fn open(settings: &[&str]) -> Self {
        let mut opened = Self::start(settings);
        let params = json!({
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" },
        });
        opened.request("initialize", &params);
        opened
            .line(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string());
        opened
    }

    /// Sends one line as it is.
    pub fn line(&mut self, line: &str) {
        let input = self.input.as_mut().expect("stdin is open");
        writeln!(input, "{line}").and_then(|()| input.flush()).expect("the server reads");
    }

    /// The next message; every line of stdout must be one.
    pub fn message(&mut self) -> Value {
        let mut line = String::new();
        let read = self.output.read_line(&mut line).expect("stdout is readable");
        assert!(read > 0, "the server closed stdout");
        serde_json::from_str(&line).unwrap_or_else(|error| {
            panic!("{error}: stdout has a line that is no message: {line:?}")
        })
    }

    /// Sends a request and waits for its answer.
    pub fn request(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.line(
            &json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string(),
        );
        loop {
            let message = self.message();
            if message["id"] == id {
                return message;
            }
        }
    }

    /// Calls `run_js`; its structured result.
    pub fn run(&mut self, arguments: &Value) -> Value {
        let answer =
            self.request("tools/call", &json!({ "name": "run_js", "arguments": arguments }));
        answer["result"]["structuredContent"].clone()
    }

    /// Closes stdin and waits for the end; the exit code.
    pub fn close(mut self) -> Option<i32> {
        drop(self.input.take());
        super::eventually("the server ends", || self.child.try_wait().ok().flatten()).code()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
