//! The server's side of `WebSocket`: look-up, address floor, decision, handshake, and messages one by one (RFC 6455).
//! Not the WebSocket class of scripts: that is JavaScript in the worker.

mod client;
mod dial;
mod error;
mod open;
mod request;
mod run;

pub use client::WebSocketClient;
pub use dial::{DialError, Dialler};
pub use run::WebSocketRun;
