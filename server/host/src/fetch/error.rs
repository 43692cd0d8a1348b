//! Why a fetch gave nothing, and how a script sees it. Nothing here repeats a header's value.

use super::body::OverTotal;
use super::connections::SendError;
use super::floor::Forbidden;
use super::inject::InjectError;
use mcp_v8_policy::{Denied, TargetError};
use mcp_v8_sandbox::{Code, host_call::HostError};
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("the URL is not valid: {0}")]
    Url(url::ParseError),
    #[error("the scheme {0} cannot be fetched: only http and https")]
    Scheme(String),
    #[error("{0}")]
    Target(TargetError),
    #[error("the method is not valid, or not allowed: CONNECT, TRACE and TRACK never are")]
    Method,
    #[error("the name of a header is not valid")]
    HeaderName,
    #[error(
        "the value of header {0} is not valid: it holds a line break, NUL or another control character"
    )]
    HeaderValue(String),
    #[error("header {0} is set by the server and not by scripts: leave it out")]
    ForbiddenHeader(String),
    #[error("a request with method {0} has no body")]
    BodyNotAllowed(String),
    #[error("the number of a request is in use, or unknown")]
    Number,
    #[error(transparent)]
    Total(#[from] OverTotal),
    #[error("{what} is over {key} ({limit})")]
    Size { what: &'static str, key: &'static str, limit: u64 },
    #[error(
        "more requests and unread responses at once than fetch.max_open ({0}): read or cancel some"
    )]
    Open(usize),
    #[error("{what} took longer than {key} ({} s)", .limit.as_secs_f64())]
    Time { what: &'static str, key: &'static str, limit: Duration },
    #[error(transparent)]
    Denied(#[from] Box<Denied>),
    #[error("{host}: {forbidden}")]
    Egress { host: String, forbidden: Forbidden },
    #[error("{host} cannot be looked up: {source}")]
    Lookup { host: String, source: std::io::Error },
    #[error("header {name} of fetch.headers for {origin}: {source}")]
    Inject { name: String, origin: String, source: InjectError },
    #[error("{0}")]
    Send(#[from] SendError),
    #[error("the response broke off: {0}")]
    Body(String),
    #[error("there are more redirects than fetch.max_redirects ({0})")]
    Redirects(u32),
    #[error("the response is a redirect, and redirect is \"error\"")]
    RedirectIsError,
    #[error("the redirect leads nowhere: {0}")]
    Location(Box<FetchError>),
    #[error(
        "the redirect asks for the body again, and a stream can be sent only once: give the body as bytes"
    )]
    StreamRedirect,
    #[error("the request takes no more of its body: it is over, or its body is complete")]
    BodyClosed,
    #[error("the redirect's Location repeats a secret of fetch.headers")]
    SecretInLocation,
    #[error("the request was cancelled")]
    Cancelled,
}

impl FetchError {
    fn code(&self) -> Option<Code> {
        match self {
            Self::Url(_) | Self::Scheme(_) | Self::Target(_) | Self::Method => {
                Some(Code::ErrorRequest)
            }
            Self::HeaderName | Self::HeaderValue(_) | Self::ForbiddenHeader(_) => {
                Some(Code::ErrorRequest)
            }
            Self::BodyNotAllowed(_) | Self::Number | Self::BodyClosed => Some(Code::ErrorRequest),
            Self::Size { .. } | Self::Total(_) => Some(Code::LimitSize),
            Self::Open(_) => Some(Code::LimitRate),
            Self::Time { .. } => Some(Code::LimitTimeout),
            Self::Denied(denied) => Some(denied.code()),
            Self::Egress { .. } | Self::Send(SendError::Forbidden(_) | SendError::NotJudged) => {
                Some(Code::DeniedEgress)
            }
            Self::SecretInLocation => Some(Code::DeniedEgress),
            Self::Lookup { .. } | Self::Inject { .. } | Self::Send(_) | Self::Body(_) => None,
            Self::Redirects(_) | Self::RedirectIsError | Self::StreamRedirect => None,
            Self::Location(_) | Self::Cancelled => None,
        }
    }

    /// Fetch Standard: network errors are a TypeError; DOM Standard, abort: an AbortError; and a time-out as
    /// `AbortSignal.timeout` has it.
    fn class(&self) -> &'static str {
        match self {
            Self::Time { .. } => "TimeoutError",
            Self::Cancelled => "AbortError",
            _ => "TypeError",
        }
    }
}

impl From<FetchError> for HostError {
    fn from(error: FetchError) -> Self {
        let message = format!("fetch: {error}");
        Self { code: error.code(), ..Self::new(error.class(), message) }
    }
}

/// An error with its causes, on one line, without its URL: the caller knows it, and its query is not for messages.
pub(super) fn chain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
