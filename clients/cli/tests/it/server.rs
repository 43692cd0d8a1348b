//! A server on a free port, and the program that is pointed at it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Output, Stdio};

/// A running server; ended when dropped.
pub struct Server {
    child: Child,
    pub url: String,
}

impl Server {
    /// With these keys of the configuration, and everything in a directory of its own.
    pub fn start(home: &std::path::Path, settings: &[&str]) -> Self {
        let binary = std::env::var("MCP_V8_BIN").expect("MCP_V8_BIN names the server under test");
        let mut command = Command::new(binary);
        command.args(["--http-port", "0", "--set", "log.level=error"]).env("XDG_STATE_HOME", home);
        for setting in settings {
            command.args(["--set", setting]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the server starts");
        let lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let mut lines = lines.map_while(Result::ok);
        let url =
            lines.find_map(|line| Some(line.strip_prefix("mcp-v8: listening on ")?.to_owned()));
        // A full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url: url.expect("it says where it listens") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the program did.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Standard output of a success.
    #[track_caller]
    pub fn good(&self) -> &str {
        assert_eq!(self.code, Some(0), "{self:?}");
        &self.out
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// The program with nothing of this user's environment.
pub fn program(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-v8-cli"));
    command.args(arguments).env_clear().env("MCP_V8_URL", url);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub fn run(url: &str, arguments: &[&str]) -> Ran {
    program(url, arguments).output().expect("the program starts").into()
}

/// With this standard input.
pub fn run_with(url: &str, arguments: &[&str], input: &str) -> Ran {
    let mut child = program(url, arguments).stdin(Stdio::piped()).spawn().expect("it starts");
    let mut pipe = child.stdin.take().expect("it is piped");
    pipe.write_all(input.as_bytes()).expect("it reads");
    drop(pipe);
    child.wait_with_output().expect("it ends").into()
}
