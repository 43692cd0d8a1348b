//! A server under test with other MCP servers behind it: the fixture of tests/upstream in some mode.

use super::server::Server;
use super::state::Place;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Longer than any time of the other servers.
const LONG: &[&str] = &["limits.execution_timeout_secs=20"];

/// Everything is allowed.
pub const ALL: &str = "true";

/// A server whose scripts may call what this Rego condition says.
pub struct Setup {
    home: TempDir,
    upstreams: String,
    more: String,
}

impl Setup {
    pub fn new(condition: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let policy = format!(
            "package mcp.tools\n\ndefault allow := false\n\nallow if {{\n\t{condition}\n}}\n"
        );
        std::fs::write(home.path().join("tools.rego"), policy).expect("it can be written");
        Self { home, upstreams: String::new(), more: String::new() }
    }

    /// Adds the fixture in a mode, under a name, with these lines in its section.
    pub fn fixture(mut self, name: &str, mode: &str, lines: &str) -> Self {
        let fixture = fixture();
        let log = self.home.path().join(format!("{name}.log"));
        self.upstreams.push_str(&format!(
            "[upstream.{name}]\ncommand = \"python3\"\nargs = [{fixture:?}, {mode:?}]\nenv = [{{ name = \"FIXTURE_LOG\", value = {log:?} }}]\n{lines}\n"
        ));
        self
    }

    /// Adds a section.
    pub fn section(mut self, text: &str) -> Self {
        self.upstreams.push_str(text);
        self.upstreams.push('\n');
        self
    }

    /// Adds lines before all sections of other servers.
    pub fn with(mut self, text: &str) -> Self {
        self.more.push_str(text);
        self.more.push('\n');
        self
    }

    pub fn path(&self) -> &Path {
        self.home.path()
    }

    /// The lines that a fixture has noted so far.
    pub fn log(home: &Path, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(home.join(format!("{name}.log"))).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    pub fn start(self) -> (Server, PathBuf) {
        let config = self.config("[storage]\nkind = \"none\"\n");
        let home = self.home.path().to_owned();
        (Server::start_in(self.home, LONG, &["--config", &config]), home)
    }

    /// With its state in a place, and a kind of sessions.
    pub fn start_at(&self, place: &Place, kind: &str) -> Server {
        let config = self.config("");
        let path = format!("storage.path={}", place.path().display());
        let kind = format!("sessions.kind={kind}");
        let home = tempfile::tempdir().expect("a temporary directory");
        Server::start_in(home, LONG, &["--config", &config, "--set", &path, "--set", &kind])
    }

    fn config(&self, storage: &str) -> String {
        let config = self.home.path().join("mcp-v8.toml");
        let text = format!(
            "{storage}[log]\nlevel = \"info\"\n[transport.http]\n[policies.mcp_tools]\nrules = [{{ path = \"tools.rego\" }}]\n{}\n{}",
            self.more, self.upstreams
        );
        std::fs::write(&config, text).expect("it can be written");
        config.display().to_string()
    }
}

/// The fixture's text.
pub fn fixture() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upstream/fixture.py");
    path.display().to_string()
}

/// The fixture over HTTP; killed when dropped.
pub struct Web {
    child: Child,
    pub url: String,
}

impl Web {
    pub fn start(mode: &str, elsewhere: &str) -> Self {
        let mut command = Command::new("python3");
        command.args([fixture().as_str(), mode]).env("FIXTURE_ELSEWHERE", elsewhere);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("there is python3");
        let mut port = String::new();
        let stdout = child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut port).expect("it says its port");
        Self { child, url: format!("http://127.0.0.1:{}/mcp", port.trim()) }
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The result of a program that must complete.
pub fn value(server: &Server, code: &str) -> Value {
    let ended = server.run(code);
    assert_eq!(ended["status"], "completed", "{code}: {ended:#}");
    ended["result"].clone()
}

/// The message and code of what a program throws when it is awaited.
pub fn thrown(server: &Server, code: &str) -> (String, Value) {
    let program = format!(
        "await (async () => {{ try {{ await ({code}); return ['nothing was thrown', null]; }} catch (e) {{ return [String(e), e.code ?? null]; }} }})()"
    );
    let value = value(server, &program);
    (value[0].as_str().expect("a text").to_owned(), value[1].clone())
}
