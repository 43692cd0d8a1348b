//! Exit codes, as the help and docs/clients.md say them.

use mcp_v8_client::{Error, FollowError, describe};
use std::io;
use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Success = 0,
    /// The JavaScript program failed, was stopped by a limit, or was cancelled.
    Program = 1,
    /// The command line or a file of this machine (clap ends with 2 as well).
    Usage = 2,
    /// The server refused: unknown, denied, malformed.
    Refused = 3,
    /// The server could not be reached, or has no room.
    Unavailable = 4,
    /// Ctrl-C, after the execution was cancelled.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The code of an error.
pub fn code(error: &anyhow::Error) -> Exit {
    match request(error) {
        Some(error) => match error.status().map(|status| status.as_u16()) {
            Some(429 | 500..) | None => Exit::Unavailable,
            Some(_) => Exit::Refused,
        },
        None if error.is::<FollowError>() => Exit::Unavailable,
        None => Exit::Usage,
    }
}

/// The error in one line.
pub fn words(error: &anyhow::Error) -> String {
    match request(error) {
        Some(error) => describe(error),
        None => format!("{error:#}"),
    }
}

/// The error of a request to the server, if it is one.
fn request(error: &anyhow::Error) -> Option<&Error> {
    let direct = error.downcast_ref::<Error>();
    direct.or_else(|| match error.downcast_ref::<FollowError>()? {
        FollowError::Request(error) => Some(error),
        FollowError::Event(_) | FollowError::Broken(_) => None,
    })
}

pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mcp_v8_client::ConnectError;

    #[test]
    fn a_wrong_url_is_a_mistake_of_the_command_line_and_silence_is_the_servers() {
        let url = ConnectError::Url { url: "x".to_owned() };
        assert_eq!(code(&url.into()), Exit::Usage);
        assert_eq!(code(&FollowError::Broken(String::new()).into()), Exit::Unavailable);
        assert_eq!(code(&Error::Custom(String::new()).into()), Exit::Unavailable);
        assert!(is_broken_pipe(&io::Error::from(io::ErrorKind::BrokenPipe).into()));
    }
}
