//! The process of a server that speaks over its standard input and output: its own process group, a cleared environment,
//! and an end. Not what it says.

use crate::error::{StartError, quoted};
use crate::redactor::Redactor;
use mcp_v8_settings::VariableValue;
use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// What a program gets to end after its input is closed, and again after SIGTERM.
const GRACE: Duration = Duration::from_secs(2);

/// Longest line of standard error that is written to the log, bytes, and lines per connection.
const LINE_MAX: u64 = 2000;
const LINES_MAX: usize = 200;

/// Where programs are looked up when this server has no PATH itself.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    group: Option<Pid>,
    /// The last line it wrote to standard error.
    last: Arc<Mutex<String>>,
}

/// Its standard output and input.
pub(crate) type Pipes = (ChildStdout, ChildStdin);

/// What is started.
pub(crate) struct Order<'a> {
    pub(crate) server: &'a str,
    pub(crate) command: &'a str,
    pub(crate) args: &'a [String],
    pub(crate) env: &'a BTreeMap<String, VariableValue>,
    pub(crate) cwd: Option<&'a Path>,
}

impl Program {
    /// Starts it. Reads files.
    pub(crate) fn start(
        order: &Order<'_>,
        secrets: &Arc<Redactor>,
    ) -> Result<(Self, Pipes), StartError> {
        let mut command = Command::new(order.command);
        command.args(order.args).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_else(|| PATH.into()));
        for (name, value) in order.env {
            match value {
                VariableValue::Text(text) => command.env(name, text),
                VariableValue::File(path) => {
                    command.env(name, secrets.read(path).map_err(StartError::Secret)?.as_str())
                }
            };
        }
        if let Some(cwd) = order.cwd {
            command.current_dir(cwd);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Signals of a terminal are this server's alone, and what it starts ends with it.
        command.process_group(0).kill_on_drop(true);
        let failed = |source| StartError::Spawn {
            command: PathBuf::from(order.command).display().to_string(),
            source,
        };
        let mut child = command.spawn().map_err(failed)?;
        let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let missing = || failed(std::io::Error::other("its pipes are not there"));
        let stdin = child.stdin.take().ok_or_else(missing)?;
        let stdout = child.stdout.take().ok_or_else(missing)?;
        let stderr = child.stderr.take().ok_or_else(missing)?;
        let last = Arc::new(Mutex::new(String::new()));
        tokio::spawn(log(order.server.to_owned(), stderr, last.clone(), secrets.clone()));
        Ok((Self { child, group, last }, (stdout, stdin)))
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        let ended = matches!(self.child.try_wait(), Ok(Some(_)));
        if ended {
            self.kill_group();
        }
        ended
    }

    /// How it ended, or the last it said, for a message; empty when there is nothing to say.
    pub(crate) fn why(&mut self) -> String {
        let status = self.child.try_wait().ok().flatten();
        if status.is_some() {
            self.kill_group();
        }
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let status = status.map(|status| format!(" with {status}")).unwrap_or_default();
        if last.is_empty() { status } else { format!("{status}; its last line was: {last}") }
    }

    /// Its input is closed: waits, then asks, then kills it and all it started.
    pub(crate) async fn end(mut self) {
        if tokio::time::timeout(GRACE, self.child.wait()).await.is_err() {
            self.signal(Signal::TERM);
            let _ = tokio::time::timeout(GRACE, self.child.wait()).await;
        }
        // What it started and left behind ends too.
        self.kill_group();
    }

    /// Once: after the program is waited for, its number may be another's.
    fn kill_group(&mut self) {
        self.signal(Signal::KILL);
        self.group = None;
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            // There may be nobody left.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill_group();
    }
}

/// Writes what a program says of itself to the log, and then only reads.
async fn log(
    server: String,
    stderr: impl AsyncRead + Unpin,
    last: Arc<Mutex<String>>,
    secrets: Arc<Redactor>,
) {
    let mut lines = BufReader::new(stderr);
    let mut written = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut lines).take(LINE_MAX).read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = secrets.clean(quoted(String::from_utf8_lossy(&line).trim()));
        if text.is_empty() {
            continue;
        }
        if written < LINES_MAX {
            tracing::debug!(target: "mcp_v8::upstream", server, "{text}");
            written += 1;
        }
        *last.lock().unwrap_or_else(PoisonError::into_inner) = text.chars().take(300).collect();
    }
}
