//! Why another server gave nothing. What it said itself is quoted, and cut.

use crate::nearest::or_rather;
use crate::secrets::SecretError;
use std::sync::Arc;
use std::time::Duration;

/// Why a call, or a list, came to nothing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum UpstreamError {
    #[error("there is no server {name:?}{}", or_rather(.near))]
    NoServer { name: String, near: Vec<String> },
    #[error("the server {server} has no tool {tool:?}{}", or_rather(.near))]
    NoTool { server: String, tool: String, near: Vec<String> },
    #[error("the server {server} cannot be used: {cause}")]
    Start { server: String, cause: Arc<StartError> },
    #[error(
        "the server {server} cannot be used, and is tried again in {} s: {cause}",
        .wait.as_secs() + 1
    )]
    Waiting { server: String, wait: Duration, cause: Arc<StartError> },
    #[error(
        "the connection to the server {server} ended during the call ({why}): whether it took effect is not known"
    )]
    Broken { server: String, why: String },
    #[error("the server {server} gave no answer within upstream.{server}.call_timeout_secs ({} s)", .limit.as_secs())]
    Timeout { server: String, limit: Duration },
    #[error("the server {server} refused the call: {message} ({code})")]
    Refused { server: String, code: i32, message: String },
    #[error(
        "the result of {tool} of {server} is longer than upstream.{server}.max_message_mb ({} MiB)",
        .limit >> 20
    )]
    Size { server: String, tool: String, limit: usize },
    #[error("the server {server} wants to ask a person first, and nobody is there in a script")]
    Asks { server: String },
    #[error("the server {server} answered with something that is not a result")]
    NoResult { server: String },
    #[error("the server is being stopped")]
    Closing,
}

/// Why a server could not be started or connected to.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{command}: {source}")]
    Spawn { command: String, source: std::io::Error },
    #[error("a secret: {0}")]
    Secret(SecretError),
    #[error("the HTTP client: {0}")]
    Client(String),
    #[error("the header {0} has a value that cannot be sent")]
    Header(String),
    #[error("it is not ready within upstream.*.start_timeout_secs ({} s)", .0.as_secs())]
    Time(Duration),
    #[error("{0}")]
    Handshake(String),
    #[error("its tools cannot be listed: {0}")]
    List(String),
    #[error("it ended{0}")]
    Ended(String),
    #[error("it sent {0}")]
    Fault(crate::watched::Fault),
    #[error("the task that starts it failed")]
    Task,
}

/// A text of another server for a message: one line, without control characters, cut.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 1000;
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = text.chars().take(MOST).map(plain).collect();
    if short.len() < text.len() && text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

/// An error with its causes, on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        // Some libraries repeat the cause in their own text.
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    quoted(&text)
}
