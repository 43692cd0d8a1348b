//! Reasons to refuse a policy set. Not denials: those are answers of a set that was accepted.

use mcp_v8_sandbox::Capability;
use std::path::PathBuf;

/// One reason, at its place. Shown as `place: key: message`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {key}: {problem}")]
pub struct PolicyError {
    /// `file:line:column` of a policy or of the configuration.
    pub place: String,
    pub capability: Option<Capability>,
    /// Key of the configuration that leads there, for example `policies.fetch.rules[0]`; for `policy test` the folder.
    pub key: String,
    pub problem: PolicyProblem,
}

/// What can be wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyProblem {
    #[error("{}: cannot be read: {why}", .path.display())]
    Unreadable { path: PathBuf, why: String },
    #[error("{}: there is no .rego file in this directory", .0.display())]
    NoPolicyFiles(PathBuf),
    #[error("{}: there are more than {limit} policy files", .path.display())]
    TooManyFiles { path: PathBuf, limit: usize },
    #[error("{}: directories are nested deeper than {limit}", .path.display())]
    TooDeep { path: PathBuf, limit: usize },
    #[error("the file is larger than {limit} bytes")]
    FileTooLarge { limit: usize },
    #[error("{}: the policy files are larger than {limit} bytes together", .path.display())]
    SetTooLarge { path: PathBuf, limit: usize },
    #[error("the file is not UTF-8")]
    NotUtf8,
    #[error("{0}")]
    Rego(String),
    #[error("not a data document: {0}")]
    Data(String),
    #[error("no rule defines {query}{}", near(.declared))]
    UndefinedEntryPoint { query: String, declared: Vec<String> },
    #[error("there is no function {0}")]
    UnknownFunction(String),
    #[error("{name} is refused in a policy: {why}")]
    RefusedFunction { name: String, why: &'static str },
    #[error(
        "{name} needs two numbers that stand in the policy, less than {most} apart: it makes the whole list at once"
    )]
    OpenRange { name: String, most: u64 },
    #[error("{0} has a default already")]
    SecondDefault(String),
    #[error("brackets are nested deeper than {limit}")]
    TooNested { limit: usize },
    #[error("evaluating {query} on an empty input fails: {why}")]
    FailsOnEmptyInput { query: String, why: String },
    #[error("there are no rules: nothing would ever be decided")]
    EmptyChain,
    #[error("{0}: not an http or https URL without credentials, query and fragment")]
    NotAServer(String),
    #[error("the client for policy servers cannot be made: {0}")]
    Client(String),
}

fn near(declared: &[String]) -> String {
    match declared {
        [] => "; the files define no rule".to_owned(),
        some => format!("; the files define {}", some.join(", ")),
    }
}
