//! Child processes of scripts: what `child_process` of Node and `Deno.Command` need. Which file a command is, the server
//! finds out.

use crate::Code;
use serde::{Deserialize, Serialize};

/// Most bytes of one read or write of a pipe.
pub const PIPE_BYTES_MAX: usize = 1 << 20;

/// Most bytes that are given to a child that runs to its end in one call.
pub const INPUT_BYTES_MAX: usize = 8 << 20;

/// Most bytes of all arguments together, and of all variables.
pub const ARGUMENT_BYTES_MAX: usize = 512 << 10;

/// Most arguments.
pub const ARGUMENTS_MAX: usize = 10_000;

/// A child of one run. Numbers of ended ones are not used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChildHandle(pub u32);

/// Which door the script used: what a policy sees as `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChildKind {
    /// A file, to its end.
    Exec,
    /// A file, beside the script.
    Spawn,
    /// A text for a shell: `command` is the text, and there are no arguments.
    Shell,
}

/// What is started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildStart {
    pub kind: ChildKind,
    /// A path, or a name that is looked for in the operator's directories.
    pub command: String,
    /// After the command, verbatim.
    pub args: Vec<String>,
    /// Left out: the operator's.
    pub cwd: Option<String>,
    /// Variables beside those of the operator. Nothing else of the server's environment is there.
    pub env: Vec<(String, String)>,
    /// After this many milliseconds it is killed, and at the latest after `policies.subprocess.timeout_secs`.
    pub timeout_ms: Option<u64>,
}

/// See [`super::HostCall::Child`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChildCall {
    /// To its end: `input` is all it reads, and at most `most` bytes of each output are kept; more ends it. Answer:
    /// `Ended`.
    Run { start: ChildStart, input: Vec<u8>, most: u64 },
    /// Beside the script. What is not piped is /dev/null. Answer: `Started`.
    Start { start: ChildStart, piped: Piped },
    /// The next bytes of an output, none at its end. Answer: `Bytes`.
    Read { child: ChildHandle, output: ChildOutput, most: u32 },
    /// All bytes, to its input. Answer: `Done`; `EPIPE` when nobody reads it any more.
    Write { child: ChildHandle, bytes: Vec<u8> },
    /// Nothing more comes to its input. Answer: `Done`.
    CloseInput { child: ChildHandle },
    /// Its end. Answer: `Exit`.
    Wait { child: ChildHandle },
    /// A signal by its name, `SIGTERM`. Answer: `Done`, also when it has ended.
    Kill { child: ChildHandle, signal: String },
}

/// Which of a child's streams the script holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piped {
    pub input: bool,
    pub output: bool,
    pub error: bool,
}

/// One of a child's outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChildOutput {
    Output,
    Error,
}

/// See [`super::HostAnswer::Child`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChildAnswer {
    Done,
    Started(ChildHandle),
    Bytes(Vec<u8>),
    Exit(ChildExit),
    Ended { output: Vec<u8>, error: Vec<u8>, exit: ChildExit },
}

/// How a child ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildExit {
    /// Exit status; `None` when a signal ended it.
    pub code: Option<i32>,
    /// The name of that signal.
    pub signal: Option<String>,
    /// The server ended it: `limit.timeout`, `limit.output`, `limit.processes`.
    pub limit: Option<Code>,
    /// The same in words, with the key of the configuration.
    pub why: Option<String>,
}
