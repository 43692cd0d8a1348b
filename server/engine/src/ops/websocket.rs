//! The ops of `WebSocket`: one call to the server each. The class is js/websocket.js.

use super::ask::{Refused, ask, unexpected};
use deno_core::{JsBuffer, OpState, ToJsBuffer, op2};
use mcp_v8_sandbox::host_call::websocket::{Message, WebSocketAnswer, WebSocketCall};
use mcp_v8_sandbox::{HostAnswer, HostCall};
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;

/// What came: a message, or the end.
#[derive(Default, Serialize)]
pub struct Received {
    text: Option<String>,
    bytes: Option<ToJsBuffer>,
    code: u16,
    reason: String,
    clean: bool,
}

/// Connects; the subprotocol that the server chose.
#[op2]
#[string]
pub async fn op_mcp_websocket_open(
    state: Rc<RefCell<OpState>>,
    #[smi] socket: u32,
    #[string] url: String,
    #[serde] protocols: Vec<String>,
) -> Result<String, Refused> {
    match asked(&state, WebSocketCall::Open { socket, url, protocols }).await? {
        HostAnswer::WebSocket(WebSocketAnswer::Opened(protocol)) => Ok(protocol),
        _ => Err(unexpected()),
    }
}

/// Sends one message: the bytes, or the text where there are none.
#[op2]
pub async fn op_mcp_websocket_send(
    state: Rc<RefCell<OpState>>,
    #[smi] socket: u32,
    #[string] text: String,
    #[buffer] bytes: Option<JsBuffer>,
) -> Result<(), Refused> {
    let message = match bytes {
        Some(bytes) => Message::Binary(bytes.to_vec()),
        None => Message::Text(text),
    };
    asked(&state, WebSocketCall::Send { socket, message }).await.map(drop)
}

/// The next message, or the end.
#[op2]
#[serde]
pub async fn op_mcp_websocket_receive(
    state: Rc<RefCell<OpState>>,
    #[smi] socket: u32,
) -> Result<Received, Refused> {
    let none = Received::default();
    match asked(&state, WebSocketCall::Receive { socket }).await? {
        HostAnswer::WebSocket(WebSocketAnswer::Message(Message::Text(text))) => {
            Ok(Received { text: Some(text), ..none })
        }
        HostAnswer::WebSocket(WebSocketAnswer::Message(Message::Binary(bytes))) => {
            Ok(Received { bytes: Some(bytes.into()), ..none })
        }
        HostAnswer::WebSocket(WebSocketAnswer::Closed(closed)) => {
            Ok(Received { code: closed.code, reason: closed.reason, clean: closed.clean, ..none })
        }
        _ => Err(unexpected()),
    }
}

/// Closes; `code` 0 is none.
#[op2]
pub async fn op_mcp_websocket_close(
    state: Rc<RefCell<OpState>>,
    #[smi] socket: u32,
    #[smi] code: u32,
    #[string] reason: String,
) -> Result<(), Refused> {
    let code = u16::try_from(code).ok().filter(|code| *code != 0);
    asked(&state, WebSocketCall::Close { socket, code, reason }).await.map(drop)
}

async fn asked(state: &Rc<RefCell<OpState>>, call: WebSocketCall) -> Result<HostAnswer, Refused> {
    ask(state, HostCall::WebSocket(call)).await
}
