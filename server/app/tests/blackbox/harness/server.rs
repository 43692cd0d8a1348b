//! A server process over HTTP, with a directory of its own, and the oracle that follows every hostile case.

use super::http::{self, Answer};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Small limits, so that hostile scripts hit them soon.
pub const SMALL: &[&str] = &[
    "limits.execution_timeout_secs=3",
    "limits.max_execution_timeout_secs=6",
    "limits.sync_wait_ms=5000",
    "limits.heap_memory_max_mb=64",
    "limits.array_buffer_mb=64",
    "limits.output_bytes=1048576",
    "workers.concurrent_runs=2",
];

/// The program under test.
pub fn binary() -> String {
    std::env::var("MCP_V8_BIN")
        .ok()
        .or_else(|| option_env!("CARGO_BIN_EXE_mcp-v8").map(str::to_owned))
        .unwrap_or_else(|| panic!("MCP_V8_BIN names the binary under test"))
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    pub address: String,
    stderr: Arc<Mutex<String>>,
    _home: TempDir,
}

impl Server {
    /// With small limits and everything in memory.
    pub fn small() -> Self {
        Self::start(SMALL)
    }

    /// With these keys of the configuration, in memory.
    pub fn start(settings: &[&str]) -> Self {
        Self::start_in(
            tempfile::tempdir().expect("a temporary directory"),
            settings,
            &["--set", "storage.kind=none"],
        )
    }

    /// In this home, with these keys and flags.
    pub fn start_in(home: TempDir, settings: &[&str], flags: &[&str]) -> Self {
        let mut command = Command::new(binary());
        command.stdin(Stdio::null());
        Self::start_by(command, home, settings, flags)
    }

    /// By this command, which becomes the program.
    pub fn start_by(
        mut command: Command,
        home: TempDir,
        settings: &[&str],
        flags: &[&str],
    ) -> Self {
        command.args(["--http-port", "0"]).args(flags).env("XDG_STATE_HOME", home.path());
        for setting in settings {
            command.args(["--set", setting]);
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            command.spawn().unwrap_or_else(|error| panic!("starting {}: {error}", binary()));
        let pipe = child.stderr.take().expect("stderr is piped");
        let mut lines = BufReader::new(pipe).lines();
        let mut seen = String::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else {
                panic!("the server ended before it listened: {seen}")
            };
            if let Some(address) = line.strip_prefix("mcp-v8: listening on http://") {
                break address.to_owned();
            }
            seen.push_str(&line);
            seen.push('\n');
        };
        let stderr = Arc::new(Mutex::new(seen));
        let kept = stderr.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut kept = kept.lock().expect("nobody panics with it");
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        Self { child, address, stderr, _home: home }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn get(&self, path: &str) -> Answer {
        http::send(&self.address, "GET", path, &[], b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        http::send(
            &self.address,
            "POST",
            path,
            &[("Content-Type", "application/json")],
            body.to_string().as_bytes(),
        )
    }

    /// Runs a program in a fresh isolate to its end.
    pub fn run(&self, code: &str) -> Value {
        self.exec(&json!({ "code": code, "wait_ms": 20_000, "persist": false }))
    }

    /// Runs a program in a session to its end.
    pub fn run_in(&self, session: &str, code: &str) -> Value {
        self.exec(&json!({ "code": code, "wait_ms": 20_000, "session": session }))
    }

    /// Submits and waits for the end.
    pub fn exec(&self, request: &Value) -> Value {
        let answer = self.post("/api/exec", request);
        let mut execution = answer.json();
        while answer.status < 300 && !execution["completed_at"].is_string() {
            let id = execution["execution_id"]
                .as_str()
                .unwrap_or_else(|| panic!("no id in {execution}"))
                .to_owned();
            execution = self.get(&format!("/api/executions/{id}?wait_ms=20000")).json();
        }
        execution
    }

    /// All output of an execution.
    pub fn output(&self, execution: &Value) -> String {
        let id = execution["execution_id"].as_str().expect("an id");
        self.get(&format!("/api/executions/{id}/output?byte_offset=0&byte_limit=4000000")).json()["data"]
            .as_str()
            .expect("text")
            .to_owned()
    }

    /// What must hold after every hostile case: same process, next run within two seconds, no panic.
    pub fn oracle(&mut self, case: &str) {
        assert!(
            matches!(self.child.try_wait(), Ok(None)),
            "{case}: the server ended: {}",
            self.stderr()
        );
        let begun = Instant::now();
        let next = self.run("1 + 1");
        assert_eq!(next["result"], 2, "{case}: the next run: {next}");
        assert!(
            begun.elapsed() < Duration::from_secs(2),
            "{case}: the next run took {:?}",
            begun.elapsed()
        );
        assert!(!self.stderr().contains("panicked"), "{case}: {}", self.stderr());
    }

    pub fn stderr(&self) -> String {
        self.stderr.lock().expect("nobody panics with it").clone()
    }

    /// Sends a signal by name.
    pub fn signal(&self, name: &str) {
        let status =
            Command::new("kill").args([format!("-{name}"), self.id().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()));
    }

    /// Sends a signal by name to each of its workers; how many got it. Those that have ended meanwhile do not.
    pub fn signal_workers(&self, name: &str) -> u64 {
        let got = |id: u32| {
            let kill = Command::new("kill").args([format!("-{name}"), id.to_string()]).status();
            u64::from(kill.expect("kill can be run").success())
        };
        self.workers().into_iter().map(got).sum()
    }

    /// Waits for its end; the exit code.
    pub fn wait(&mut self) -> Option<i32> {
        super::eventually("the server ends", || self.child.try_wait().ok().flatten()).code()
    }

    /// Process ids of its workers.
    pub fn workers(&self) -> Vec<u32> {
        let entries = std::fs::read_dir("/proc").expect("there is /proc");
        let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
        ids.filter(|id| {
            let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
            status.lines().any(|line| line.split_whitespace().eq(["PPid:", &self.id().to_string()]))
        })
        .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
