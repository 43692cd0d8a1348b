//! The ops of `fetch`: a request goes to the server, which judges and performs it; the body comes back piece by piece.

use super::ask::{Refused, ask, unexpected};
use deno_core::{JsBuffer, OpState, op2};
use mcp_v8_sandbox::host_call::fetch::{FetchAnswer, FetchCall, Redirect, RequestBody};
use mcp_v8_sandbox::{HostAnswer, HostCall};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::rc::Rc;

/// A request as js/fetch/fetch.js hands it over. Header values are byte strings: characters up to U+00FF.
#[derive(Deserialize)]
pub struct Start {
    request: u32,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    redirect: String,
    /// The body comes by `op_mcp_fetch_write`.
    streams: bool,
}

/// The head of a response for js/fetch/fetch.js.
#[derive(Serialize)]
pub struct Head {
    status: u16,
    #[serde(rename = "statusText")]
    status_text: String,
    url: String,
    redirected: bool,
    headers: Vec<(String, String)>,
}

/// Sends a request and waits for the head of the response.
#[op2]
#[serde]
pub async fn op_mcp_fetch(
    state: Rc<RefCell<OpState>>,
    #[serde] start: Start,
    #[buffer] body: Option<JsBuffer>,
) -> Result<Head, Refused> {
    let request = start.request;
    let bytes = |text: String| text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    let call = FetchCall::Start {
        request,
        method: start.method,
        url: start.url,
        headers: start.headers.into_iter().map(|(name, value)| (name, bytes(value))).collect(),
        body: match body {
            _ if start.streams => RequestBody::Stream,
            Some(body) => RequestBody::Whole(body.to_vec()),
            None => RequestBody::None,
        },
        redirect: match start.redirect.as_str() {
            "error" => Redirect::Error,
            "manual" => Redirect::Manual,
            _ => Redirect::Follow,
        },
    };
    match ask(&state, HostCall::Fetch(call)).await? {
        HostAnswer::Fetch(FetchAnswer::Head(head)) => Ok(Head {
            status: head.status,
            status_text: head.status_text,
            url: head.url,
            redirected: head.redirected,
            headers: head
                .headers
                .into_iter()
                .map(|(name, value)| (name, value.into_iter().map(char::from).collect()))
                .collect(),
        }),
        _ => Err(unexpected()),
    }
}

/// The next piece of a request's body; none after the last.
#[op2]
pub async fn op_mcp_fetch_write(
    state: Rc<RefCell<OpState>>,
    #[smi] request: u32,
    #[buffer] bytes: Option<JsBuffer>,
) -> Result<(), Refused> {
    let call = match bytes {
        Some(bytes) => FetchCall::Write { request, bytes: bytes.to_vec() },
        None => FetchCall::EndBody { request },
    };
    ask(&state, HostCall::Fetch(call)).await.map(drop)
}

/// The next piece of a body; an empty one after the last.
#[op2]
#[buffer]
pub async fn op_mcp_fetch_read(
    state: Rc<RefCell<OpState>>,
    #[smi] request: u32,
    #[smi] most: u32,
) -> Result<Vec<u8>, Refused> {
    let call = FetchCall::Read { request, most };
    loop {
        match ask(&state, HostCall::Fetch(call.clone())).await? {
            // An empty piece says nothing; to JavaScript it would be the end.
            HostAnswer::Fetch(FetchAnswer::Piece(bytes)) if bytes.is_empty() => {}
            HostAnswer::Fetch(FetchAnswer::Piece(bytes)) => return Ok(bytes),
            HostAnswer::Fetch(FetchAnswer::End) => return Ok(Vec::new()),
            _ => return Err(unexpected()),
        }
    }
}

/// The script does not want the rest of a response.
#[op2]
pub async fn op_mcp_fetch_cancel(
    state: Rc<RefCell<OpState>>,
    #[smi] request: u32,
) -> Result<(), Refused> {
    let call = HostCall::Fetch(FetchCall::Cancel { request });
    ask(&state, call).await.map(drop)
}
