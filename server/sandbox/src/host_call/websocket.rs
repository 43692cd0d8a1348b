//! WebSocket connections of scripts (RFC 6455). Messages are pulled by the script, one by one.

use serde::{Deserialize, Serialize};

/// One message, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    Text(String),
    Binary(Vec<u8>),
}

/// See [`super::HostCall::WebSocket`]. `socket` is the script's number for a connection, unique within the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WebSocketCall {
    /// Connects; answered when the handshake is done. `url` has the scheme ws or wss.
    Open { socket: u32, url: String, protocols: Vec<String> },
    /// Sends one message; answered with `Done` when the network has taken it.
    Send { socket: u32, message: Message },
    /// The next message, or how the connection ended.
    Receive { socket: u32 },
    /// Begins the closing handshake, or gives up a connection that is not open yet. Answered with `Done`.
    Close { socket: u32, code: Option<u16>, reason: String },
}

/// See [`super::HostAnswer::WebSocket`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WebSocketAnswer {
    /// The connection is there; with the subprotocol that the server chose, or an empty text.
    Opened(String),
    Message(Message),
    Closed(Closed),
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// RFC 6455 section 7.4; 1005 without one, 1006 when the connection broke off.
    pub code: u16,
    pub reason: String,
    /// Both sides said that they close.
    pub clean: bool,
}
