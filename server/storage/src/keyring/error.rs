//! Why there are no keys. No message repeats what a key file says: it could be a key.

use crate::PrivateFileError;
use mcp_v8_sandbox::Code;
use std::path::PathBuf;

/// Why a key file cannot be used or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    #[error(transparent)]
    File(#[from] PrivateFileError),
    #[error("{}, line {line}: {problem}", path.display())]
    Line { path: PathBuf, line: usize, problem: KeyFileProblem },
    #[error("{}: {problem}", path.display())]
    Whole { path: PathBuf, problem: KeyFileProblem },
    #[error("the operating system gives no random bytes")]
    Random(#[source] getrandom::Error),
}

/// What is wrong with the text of a key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileProblem {
    #[error("the first line that says something must be `mcp-v8-keys 1`")]
    Format,
    #[error("a line is `ids` or `key`, a space, and 64 hexadecimal digits in lower case")]
    Malformed,
    #[error("the same secret stands twice")]
    Repeated,
    #[error("there is a second `ids`; it is one secret for good")]
    SecondIds,
    #[error("there is no `ids`")]
    NoIds,
    #[error("there is no `key`")]
    NoKey,
    #[error("there are more than {} keys", super::file::KEYS_MAX)]
    TooMany,
}

impl KeyringError {
    /// The code programs read.
    pub fn code(&self) -> Code {
        Code::ErrorStorage
    }
}
