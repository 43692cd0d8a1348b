//! One open connection: messages out, messages in, and its end. Not how it came to be.

use super::dial::{Connection, Stream};
use super::error::WebSocketError;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use mcp_v8_sandbox::host_call::websocket::{Closed, Message, WebSocketAnswer};
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{
    self, Error, protocol::CloseFrame, protocol::frame::coding::CloseCode,
};

type Wire = WebSocketStream<Box<dyn Stream>>;

/// RFC 6455 section 7.4.1: no code was given; the connection broke off; a message is too big.
const NO_CODE: u16 = 1005;
const BROKEN: u16 = 1006;
const TOO_BIG: u16 = 1009;

pub(super) struct OpenSocket {
    sink: Mutex<SplitSink<Wire, tungstenite::Message>>,
    source: Mutex<SplitStream<Wire>>,
    /// When the other side must have answered a close of ours.
    closing: watch::Sender<Option<Instant>>,
}

impl OpenSocket {
    pub(super) fn new(connection: Connection) -> Self {
        let (sink, source) = connection.stream.split();
        let closing = watch::Sender::new(None);
        Self { sink: Mutex::new(sink), source: Mutex::new(source), closing }
    }

    pub(super) async fn send(&self, message: Message) -> Result<(), WebSocketError> {
        let message = match message {
            Message::Text(text) => tungstenite::Message::Text(text.into()),
            Message::Binary(bytes) => tungstenite::Message::Binary(bytes.into()),
        };
        self.sink.lock().await.send(message).await.map_err(|_| WebSocketError::Closed)
    }

    /// Says that this side closes, and from when on it does not wait for the other any more.
    pub(super) async fn close(&self, code: Option<u16>, reason: String, patience: Duration) {
        let first = self.closing.send_if_modified(|closing| {
            let first = closing.is_none();
            closing.get_or_insert(Instant::now() + patience);
            first
        });
        if !first {
            return;
        }
        let frame =
            code.map(|code| CloseFrame { code: CloseCode::from(code), reason: reason.into() });
        let saying =
            async { self.sink.lock().await.send(tungstenite::Message::Close(frame)).await };
        // Whether it was heard, the receiver finds out.
        let _ = tokio::time::timeout(patience, saying).await;
    }

    /// The next message, or the end.
    pub(super) async fn receive(&self, patience: Duration) -> WebSocketAnswer {
        let mut source = self.source.lock().await;
        let mut end = None;
        loop {
            let next = tokio::select! {
                next = source.next() => next,
                () = self.overdue() => return WebSocketAnswer::Closed(broken()),
            };
            match next {
                Some(Ok(tungstenite::Message::Text(text))) => {
                    return WebSocketAnswer::Message(Message::Text(text.to_string()));
                }
                Some(Ok(tungstenite::Message::Binary(bytes))) => {
                    return WebSocketAnswer::Message(Message::Binary(bytes.to_vec()));
                }
                // Its answer is on its way; the end of the stream follows.
                Some(Ok(tungstenite::Message::Close(frame))) => end = Some(closed(frame)),
                Some(Ok(_)) => {}
                Some(Err(Error::Capacity(problem))) => {
                    self.close(Some(TOO_BIG), String::new(), patience).await;
                    let reason = format!("{problem}: websocket.max_message_kb");
                    return WebSocketAnswer::Closed(Closed { reason, ..broken() });
                }
                None | Some(Err(_)) => {
                    return WebSocketAnswer::Closed(end.unwrap_or_else(broken));
                }
            }
        }
    }

    /// The other side did not answer a close in time.
    async fn overdue(&self) {
        let mut closing = self.closing.subscribe();
        // The sender is this socket's own and stays.
        let deadline = closing.wait_for(Option::is_some).await.ok().and_then(|closing| *closing);
        if let Some(deadline) = deadline {
            sleep_until(deadline).await;
        }
    }
}

fn closed(frame: Option<CloseFrame>) -> Closed {
    match frame {
        Some(CloseFrame { code, reason }) => {
            Closed { code: code.into(), reason: reason.to_string(), clean: true }
        }
        None => Closed { code: NO_CODE, reason: String::new(), clean: true },
    }
}

fn broken() -> Closed {
    Closed { code: BROKEN, reason: String::new(), clean: false }
}
