//! Why a child was not started, or a call about one gave nothing.

use mcp_v8_policy::Denied;
use mcp_v8_sandbox::host_call::child::{ARGUMENT_BYTES_MAX, ARGUMENTS_MAX, INPUT_BYTES_MAX};
use mcp_v8_sandbox::{Code, HostError};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// As Node says it.
    #[error("spawn {command} {errno}{}", .why.as_ref().map(|why| format!(": {why}")).unwrap_or_default())]
    Spawn { command: String, errno: &'static str, why: Option<String> },
    #[error("spawn {command} EACCES: {denied}")]
    Denied { command: String, denied: Box<Denied> },
    #[error(
        "spawn {command} EACCES: the variable {name} may not be set by scripts (policies.subprocess.script_env)"
    )]
    Variable { command: String, name: String },
    #[error("{0} holds a null byte")]
    Null(&'static str),
    #[error(
        "a child takes at most {ARGUMENTS_MAX} arguments of {ARGUMENT_BYTES_MAX} bytes together, and so of variables"
    )]
    Arguments,
    #[error(
        "a child that runs to its end is given at most {INPUT_BYTES_MAX} bytes; start it beside the script and write"
    )]
    Input,
    #[error("this run has {0} children already (policies.subprocess.max_children)")]
    AtOnce(usize),
    #[error("this run has started {0} children (policies.subprocess.max_children_per_run)")]
    PerRun(u64),
    #[error("there is no such child in this run")]
    Unknown,
    #[error("this stream of the child is not piped, or was closed")]
    NotPiped,
    #[error("write EPIPE: the child reads no more")]
    Broken,
    #[error("{0} is not a signal")]
    Signal(String),
    #[error("the child could not be started: {0}")]
    Keeper(String),
    #[error("this kernel lacks what policies.subprocess.jail = \"required\" asks for: {0}")]
    Jail(String),
    #[error("the pipe of a child")]
    Pipe(#[source] std::io::Error),
}

impl From<Fault> for HostError {
    fn from(fault: Fault) -> Self {
        let (class, code, errno) = match &fault {
            Fault::Spawn { errno, .. } => ("Error", None, Some(*errno)),
            Fault::Denied { denied, .. } => ("Error", Some(denied.code()), Some("EACCES")),
            Fault::Variable { .. } => ("Error", Some(Code::DeniedPolicy), Some("EACCES")),
            Fault::Null(_) => {
                ("TypeError", Some(Code::ErrorRequest), Some("ERR_INVALID_ARG_VALUE"))
            }
            Fault::Arguments | Fault::Input => ("Error", Some(Code::ErrorRequest), Some("E2BIG")),
            Fault::AtOnce(_) | Fault::PerRun(_) => {
                ("Error", Some(Code::LimitProcesses), Some("EAGAIN"))
            }
            Fault::Unknown => ("Error", None, Some("ESRCH")),
            Fault::NotPiped => ("Error", None, Some("EBADF")),
            Fault::Broken => ("Error", None, Some("EPIPE")),
            Fault::Signal(_) => ("TypeError", Some(Code::ErrorRequest), Some("ERR_UNKNOWN_SIGNAL")),
            Fault::Keeper(_) | Fault::Jail(_) | Fault::Pipe(_) => ("Error", None, Some("EIO")),
        };
        let errno = errno.map(str::to_owned);
        Self { code, errno, ..Self::new(class, fault.to_string()) }
    }
}
