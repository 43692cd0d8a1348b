//! A call that failed, in Node's form: `ENOENT: no such file or directory, open '/data/x'`. Not the list of errors.

use super::errno::{Errno, named};
use mcp_v8_policy::Denied;
use mcp_v8_sandbox::{Code, HostError};
use std::fmt;

/// What was being done: the second half of a message.
#[derive(Clone, Debug)]
pub struct Op {
    /// As Node names it: `open`, `scandir` ...
    syscall: &'static str,
    path: Option<String>,
    destination: Option<String>,
}

/// Why it failed.
#[derive(Debug, thiserror::Error)]
pub struct Fault {
    pub errno: Errno,
    op: Op,
    /// What the name of the error does not say.
    why: Option<String>,
    code: Option<Code>,
    /// Someone else was quicker: looking again gives another answer.
    pub again: bool,
}

impl Op {
    /// On a handle.
    pub fn of(syscall: &'static str) -> Self {
        Self { syscall, path: None, destination: None }
    }

    pub fn on(syscall: &'static str, path: &str) -> Self {
        Self { syscall, path: Some(path.to_owned()), destination: None }
    }

    pub fn onto(syscall: &'static str, path: &str, destination: &str) -> Self {
        Self { destination: Some(destination.to_owned()), ..Self::on(syscall, path) }
    }

    pub fn fault(&self, errno: Errno) -> Fault {
        Fault { errno, op: self.clone(), why: None, code: None, again: false }
    }

    /// A limit of the configuration was hit.
    pub fn limit(&self, errno: Errno, key: &str, limit: impl fmt::Display) -> Fault {
        let why = format!("policies.filesystem.{key} is {limit}");
        Fault { code: Some(Code::LimitSize), ..self.fault(errno).because(why) }
    }

    /// The policy, or a root's mode, says no.
    pub fn denied(&self, errno: Errno, why: impl fmt::Display) -> Fault {
        Fault { code: Some(Code::DeniedPolicy), ..self.fault(errno).because(why.to_string()) }
    }

    pub fn judged(&self, denied: &Denied) -> Fault {
        Fault { code: Some(denied.code()), ..self.denied(Errno::ACCESS, denied) }
    }

    /// A path that could not be resolved.
    pub fn unresolved(&self, errno: Errno) -> Fault {
        match errno {
            Errno::XDEV => self.denied(Errno::ACCESS, "the path leads out of its root"),
            errno => self.fault(errno),
        }
    }

    pub fn io(&self, error: &std::io::Error) -> Fault {
        self.fault(Errno::from_io_error(error).unwrap_or(Errno::IO))
    }
}

impl Fault {
    pub fn because(self, why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..self }
    }

    pub fn again(self) -> Self {
        Self { again: true, ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, text) = named(self.errno);
        write!(f, "{name}: {text}, {}", self.op.syscall)?;
        if let Some(path) = &self.op.path {
            write!(f, " '{path}'")?;
        }
        if let Some(destination) = &self.op.destination {
            write!(f, " -> '{destination}'")?;
        }
        self.why.as_ref().map_or(Ok(()), |why| write!(f, ": {why}"))
    }
}

impl From<Fault> for HostError {
    fn from(fault: Fault) -> Self {
        let errno = Some(named(fault.errno).0.to_owned());
        Self { code: fault.code, errno, ..Self::new("Error", fault.to_string()) }
    }
}
