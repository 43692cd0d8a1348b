//! An MCP client over stdin and stdout of a server it starts (MCP 2025-11-25, section Transports). One call at a time.

use super::run::Run;
use super::server::{Log, collect, command, lock};
use super::wait::until;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// A server whose only client is this one.
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    log: Log,
    next_id: u64,
    _state: tempfile::TempDir,
}

impl Client {
    /// Starts a server with these settings; nothing is said yet.
    pub fn silent(settings: &[&str]) -> Self {
        let state = tempfile::tempdir().expect("a temporary directory");
        let mut command = command(&state, settings);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let log = collect(child.stderr.take().expect("a piped stderr"));
        let stdout = child.stdout.take().expect("a piped stdout");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let stdin = child.stdin.take();
        Self { child, stdin, lines, log, next_id: 1, _state: state }
    }

    /// Starts a server and does the handshake of 2025-11-25.
    pub fn start(settings: &[&str]) -> Self {
        let mut client = Self::silent(settings);
        client.handshake();
        client
    }

    pub fn handshake(&mut self) -> Value {
        let hello = super::streamable::hello();
        let answer = self.call("initialize", hello);
        assert_eq!(answer["result"]["protocolVersion"], "2025-11-25", "{answer}");
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        answer
    }

    pub fn send(&mut self, message: &Value) {
        self.send_line(&message.to_string());
    }

    pub fn send_line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("stdin is open");
        stdin.write_all(format!("{line}\n").as_bytes()).expect("the server reads");
    }

    /// The next line of stdout, which has to be a JSON-RPC message.
    pub fn receive(&mut self) -> Value {
        let line = self
            .lines
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|error| panic!("no answer: {error}; stderr: {}", lock(&self.log)));
        let message: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        assert_eq!(message["jsonrpc"], "2.0", "{line:?}");
        message
    }

    /// Sends a request and gives its answer; notifications in between are dropped.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message["id"] == json!(id) {
                return message;
            }
            assert!(message.get("method").is_some(), "an answer to nothing: {message}");
        }
    }

    /// Runs a program with these arguments beside `code`.
    pub fn run_js(&mut self, code: &str, arguments: Value) -> Run {
        let mut all = json!({ "code": code });
        for (name, value) in arguments.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        let answer = self.call("tools/call", json!({ "name": "run_js", "arguments": all }));
        let view = &answer["result"]["structuredContent"];
        assert!(view.is_object(), "{answer}");
        Run(view.clone())
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn log(&self) -> String {
        lock(&self.log).clone()
    }

    /// Closes stdin and waits for the end of the server.
    pub fn close(&mut self) -> ExitStatus {
        self.stdin = None;
        until("the server ends with its input", PATIENCE, || self.child.try_wait().expect("the state of the child"))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
