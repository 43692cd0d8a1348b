//! A server process over HTTP: started on a free port with its own state, stopped when dropped. Not stdio: see `stdio`.

use super::http::{self, Answer};
use super::run::Run;
use super::wait::until;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// Longest start, longest stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// The profile of the security catalogue: small limits, so that hostile runs end soon.
pub const SMALL: &[&str] = &[
    "limits.execution_timeout_secs=3",
    "limits.heap_memory_max_mb=64",
    "limits.array_buffer_mb=64",
    "limits.output_bytes=1048576",
    "workers.concurrent_runs=2",
];

/// The binary under test: `MCP_V8_BIN`, or the one cargo built beside this test.
pub fn binary() -> PathBuf {
    let built = option_env!("CARGO_BIN_EXE_mcp-v8").map(PathBuf::from);
    std::env::var_os("MCP_V8_BIN").map(PathBuf::from).or(built).expect("set MCP_V8_BIN to the binary under test")
}

/// Standard error of a process, collected by a thread of its own.
pub type Log = Arc<Mutex<String>>;

/// Collects lines until the stream ends.
pub fn collect(stream: impl Read + Send + 'static) -> Log {
    let log = Log::default();
    let into = log.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut log = lock(&into);
            log.push_str(&line);
            log.push('\n');
        }
    });
    log
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The command of a server with its own, temporary state.
pub fn command(state: &tempfile::TempDir, settings: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.env("XDG_STATE_HOME", state.path()).env_remove("MCP_V8_CONFIG");
    for setting in settings {
        command.args(["--set", setting]);
    }
    command
}

/// A running server.
pub struct Server {
    child: Mutex<Child>,
    pub pid: u32,
    pub port: u16,
    log: Log,
    _state: tempfile::TempDir,
}

impl Server {
    /// Starts a server with these settings (`KEY=VALUE`) and waits until it listens.
    pub fn start(settings: &[&str]) -> Self {
        Self::with(settings, &[])
    }

    /// The same with further flags.
    pub fn with(settings: &[&str], flags: &[&str]) -> Self {
        let state = tempfile::tempdir().expect("a temporary directory");
        let mut command = command(&state, settings);
        command.args(["--http-port", "0"]).args(flags);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let log = collect(child.stderr.take().expect("a piped stderr"));
        let pid = child.id();
        let port = until("the server says where it listens", PATIENCE, || {
            let ended = child.try_wait().expect("the state of the child");
            assert!(ended.is_none(), "the server ended: {ended:?}\n{}", lock(&log));
            let text = lock(&log);
            let at = text.find("listening on http://127.0.0.1:")? + "listening on http://127.0.0.1:".len();
            text[at..].lines().next()?.parse().ok()
        });
        Self { child: Mutex::new(child), pid, port, log, _state: state }
    }

    /// The server of a group of tests: started by the first that needs it, stopped after the last that holds it.
    pub fn shared(slot: &Mutex<Weak<Server>>, start: impl FnOnce() -> Server) -> Arc<Server> {
        let mut slot = lock(slot);
        if let Some(server) = slot.upgrade() {
            return server;
        }
        let server = Arc::new(start());
        *slot = Arc::downgrade(&server);
        server
    }

    pub fn get(&self, path: &str) -> Answer {
        http::request(self.port, "GET", path, &[], b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        http::request(self.port, "POST", path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
    }

    /// Runs a program with these fields beside `code`, and waits for its end.
    pub fn exec(&self, code: &str, fields: Value) -> Run {
        let mut body = json!({ "wait_ms": 20_000 });
        body["code"] = code.into();
        for (name, value) in fields.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let answer = self.post("/api/exec", &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        Run(answer.json())
    }

    /// Runs a program in an isolate of its own.
    pub fn fresh(&self, code: &str) -> Run {
        self.exec(code, json!({ "persist": false }))
    }

    /// Submits a program and does not wait.
    pub fn submit(&self, code: &str, fields: Value) -> Answer {
        let mut body = json!({ "wait_ms": 0, "persist": false });
        body["code"] = code.into();
        for (name, value) in fields.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        self.post("/api/exec", &body)
    }

    /// An execution as it stands, after waiting up to `wait_ms` for its end.
    pub fn look(&self, id: &str, wait_ms: u64) -> Run {
        Run(self.get(&format!("/api/executions/{id}?wait_ms={wait_ms}")).json())
    }

    /// Waits until an execution runs.
    pub fn until_running(&self, id: &str) {
        until("the run starts", Duration::from_secs(10), || (self.look(id, 0).status() != "queued").then_some(()));
    }

    pub fn log(&self) -> String {
        lock(&self.log).clone()
    }

    pub fn signal(&self, name: &str) {
        super::process::signal(self.pid, name);
    }

    /// Waits for the end of the process.
    pub fn wait(&self) -> ExitStatus {
        until("the server ends", PATIENCE, || lock(&self.child).try_wait().expect("the state of the child"))
    }

    /// What has to hold after everything a script can do: the same process, alive, answering within 2 s, no panic.
    pub fn is_unharmed(&self) {
        let ended = lock(&self.child).try_wait().expect("the state of the child");
        assert!(ended.is_none(), "the server died: {ended:?}\n{}", self.log());
        let start = Instant::now();
        let run = self.exec("1+1", json!({}));
        assert_eq!(run.value(), &json!(2), "the next run");
        assert!(start.elapsed() < Duration::from_secs(2), "the next run took {:?}", start.elapsed());
        assert!(!self.log().contains("panicked"), "{}", self.log());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut child = lock(&self.child);
        // Either may fail because it has ended already, which is what is wanted.
        let _ = child.kill();
        let _ = child.wait();
    }
}
