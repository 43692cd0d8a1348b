//! Starting a child process. Not its input and output.

use super::{Request, sealed::Sealed};
use mcp_v8_sandbox::Capability;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::collections::BTreeMap;

/// `child_process` or `Deno.Command`: one child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubprocessRequest {
    pub kind: SubprocessKind,
    /// As the script wrote it: for messages, not for decisions.
    pub command: String,
    /// Absolute, symbolic links resolved: the file that is executed.
    pub executable: String,
    /// Arguments after the command, verbatim; never joined or split.
    pub args: Vec<String>,
    /// Absolute, symbolic links resolved.
    pub cwd: String,
    /// Variables the script sets, over what the operator lets through.
    pub env: BTreeMap<String, String>,
    /// Names of all variables the child gets.
    pub env_names: Vec<String>,
}

/// Which door the script used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SubprocessKind {
    /// Runs a file to its end: `execFile`, `Deno.Command.output`.
    Exec,
    /// Runs a file beside the script: `spawn`, `Deno.Command.spawn`.
    Spawn,
    /// Gives a text to a shell: `exec`, or `shell: true`.
    Shell,
}

impl Sealed for SubprocessRequest {}

impl Request for SubprocessRequest {
    const CAPABILITY: Capability = Capability::Subprocess;

    fn summary(&self) -> String {
        format!("run {} with {} arguments", self.executable, self.args.len())
    }
}

impl Serialize for SubprocessRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let operation = match self.kind {
            SubprocessKind::Shell => "exec",
            SubprocessKind::Exec | SubprocessKind::Spawn => "command_output",
        };
        let mut input = serializer.serialize_struct("SubprocessRequest", 8)?;
        input.serialize_field("operation", operation)?;
        input.serialize_field("kind", &self.kind)?;
        input.serialize_field("command", &self.command)?;
        input.serialize_field("executable", &self.executable)?;
        input.serialize_field("args", &self.args)?;
        input.serialize_field("cwd", &self.cwd)?;
        input.serialize_field("env", &self.env)?;
        input.serialize_field("env_names", &self.env_names)?;
        input.end()
    }
}
