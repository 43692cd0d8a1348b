//! Why a WebSocket gave nothing, and how a script sees it.

use super::dial::DialError;
use crate::fetch::{OverTotal, Unreachable};
use mcp_v8_policy::{Denied, TargetError};
use mcp_v8_sandbox::{Code, host_call::HostError};

#[derive(Debug, thiserror::Error)]
pub(super) enum WebSocketError {
    #[error("the URL is not valid: {0}")]
    Url(#[from] url::ParseError),
    #[error("the scheme {0} is not one of a WebSocket: only ws and wss")]
    Scheme(String),
    #[error("{0}")]
    Target(#[from] TargetError),
    #[error("the subprotocols are not valid: each is a token, and none comes twice")]
    Protocols,
    #[error("the head of the request is over {limit} bytes")]
    Head { limit: usize },
    #[error("the number of a connection is in use, or unknown")]
    Number,
    #[error("there are more connections at once than websocket.max_open ({0}): close some")]
    Open(usize),
    #[error(transparent)]
    Total(#[from] OverTotal),
    #[error("the message is over websocket.max_message_kb ({0} bytes)")]
    Message(usize),
    #[error(transparent)]
    Denied(#[from] Box<Denied>),
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    #[error("{0}")]
    Dial(#[from] DialError),
    #[error("the code or the reason of the close is not valid")]
    CloseCode,
    #[error("the connection is closed")]
    Closed,
}

impl WebSocketError {
    fn code(&self) -> Option<Code> {
        match self {
            Self::Url(_) | Self::Scheme(_) | Self::Target(_) | Self::Protocols => {
                Some(Code::ErrorRequest)
            }
            Self::Head { .. } | Self::Number | Self::CloseCode => Some(Code::ErrorRequest),
            Self::Open(_) => Some(Code::LimitRate),
            Self::Total(_) | Self::Message(_) => Some(Code::LimitSize),
            Self::Denied(denied) => Some(denied.code()),
            Self::Unreachable(error) => error.code(),
            Self::Dial(DialError::Forbidden(_) | DialError::NotJudged) => Some(Code::DeniedEgress),
            Self::Dial(DialError::Time { .. }) => Some(Code::LimitTimeout),
            Self::Dial(_) | Self::Closed => None,
        }
    }
}

impl From<WebSocketError> for HostError {
    fn from(error: WebSocketError) -> Self {
        let message = format!("WebSocket: {error}");
        Self { code: error.code(), ..Self::new("Error", message) }
    }
}
