//! The connections of one run: what is open, how much may be, and the answers to the script's calls. Not one connection.

use super::client::WebSocketClient;
use super::error::WebSocketError;
use super::open::OpenSocket;
use super::request::Asked;
use crate::fetch::Total;
use mcp_v8_policy::{Context, Headers, WebSocketRequest};
use mcp_v8_sandbox::host_call::websocket::{Message, WebSocketAnswer, WebSocketCall};
use mcp_v8_sandbox::host_call::{HostAnswer, HostError};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// RFC 6455 section 5.5: a control frame has 125 bytes, two of which are the code.
const REASON_BYTES_MAX: usize = 123;

/// One per run. Dropping it, with the calls that are under way, closes every connection.
pub struct WebSocketRun {
    client: Arc<WebSocketClient>,
    context: Context,
    sockets: Mutex<HashMap<u32, Socket>>,
    total: Total,
}

#[derive(Clone)]
enum Socket {
    Opening(CancellationToken),
    Open(Arc<OpenSocket>),
}

impl WebSocketRun {
    pub(super) fn new(client: Arc<WebSocketClient>, context: Context) -> Self {
        let total = Total::new(client.settings.max_total_bytes, "websocket.max_total_mb");
        Self { client, context, sockets: Mutex::default(), total }
    }

    /// Answers one call of the script.
    ///
    /// # Errors
    /// [`HostError`], as the script will see it.
    pub async fn call(&self, call: WebSocketCall) -> Result<HostAnswer, HostError> {
        Ok(match call {
            WebSocketCall::Open { socket, url, protocols } => {
                HostAnswer::WebSocket(self.open(socket, &url, protocols).await?)
            }
            WebSocketCall::Send { socket, message } => {
                self.send(socket, message).await?;
                HostAnswer::Done
            }
            WebSocketCall::Receive { socket } => HostAnswer::WebSocket(self.receive(socket).await?),
            WebSocketCall::Close { socket, code, reason } => {
                self.close(socket, code, reason).await?;
                HostAnswer::Done
            }
        })
    }

    async fn open(
        &self,
        number: u32,
        url: &str,
        protocols: Vec<String>,
    ) -> Result<WebSocketAnswer, WebSocketError> {
        let asked = Asked::new(url, protocols)?;
        let cancel = self.admit(number)?;
        let mut admitted = Admitted { run: self, number, opened: false };
        let (socket, protocol) = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(WebSocketError::Closed),
            opened = self.dial(asked) => opened?,
        };
        let mut sockets = self.sockets();
        // Cancelled at the last moment: then it is not there any more.
        let entry = sockets.get_mut(&number).ok_or(WebSocketError::Closed)?;
        *entry = Socket::Open(Arc::new(socket));
        admitted.opened = true;
        Ok(WebSocketAnswer::Opened(protocol))
    }

    async fn dial(&self, asked: Asked) -> Result<(OpenSocket, String), WebSocketError> {
        let mut request = WebSocketRequest {
            target: asked.target,
            protocols: asked.protocols,
            headers: Headers::default(),
            resolved_addresses: Vec::new(),
        };
        // What is denied anyway is not looked up.
        self.client.gate.foresee(&self.context, &request).await.map_err(Box::new)?;
        request.resolved_addresses = self.client.fetch.addresses(request.target.url()).await?;
        let allowed = self.client.gate.check(&self.context, request).await.map_err(Box::new)?;
        let connection = self.client.dialler.open(allowed).await?;
        let protocol = connection.protocol.clone();
        Ok((OpenSocket::new(connection), protocol))
    }

    async fn send(&self, number: u32, message: Message) -> Result<(), WebSocketError> {
        let most = self.client.settings.max_message_bytes;
        if length(&message) > most {
            return Err(WebSocketError::Message(most));
        }
        let socket = self.opened(number)?;
        self.total.take(length(&message))?;
        socket.send(message).await
    }

    async fn receive(&self, number: u32) -> Result<WebSocketAnswer, WebSocketError> {
        let patience = self.client.settings.connect_timeout;
        let answer = self.opened(number)?.receive(patience).await;
        match &answer {
            WebSocketAnswer::Message(message) => self.total.take(length(message))?,
            WebSocketAnswer::Opened(_) => {}
            WebSocketAnswer::Closed(_) => drop(self.sockets().remove(&number)),
        }
        Ok(answer)
    }

    async fn close(
        &self,
        number: u32,
        code: Option<u16>,
        reason: String,
    ) -> Result<(), WebSocketError> {
        let good = |code: u16| code == 1000 || (3000..=4999).contains(&code);
        if !code.is_none_or(good) || reason.len() > REASON_BYTES_MAX {
            return Err(WebSocketError::CloseCode);
        }
        let socket = self.sockets().get(&number).cloned();
        match socket {
            Some(Socket::Open(socket)) => {
                socket.close(code, reason, self.client.settings.connect_timeout).await;
            }
            Some(Socket::Opening(cancel)) => cancel.cancel(),
            None => {}
        }
        Ok(())
    }

    fn opened(&self, number: u32) -> Result<Arc<OpenSocket>, WebSocketError> {
        match self.sockets().get(&number) {
            Some(Socket::Open(socket)) => Ok(socket.clone()),
            _ => Err(WebSocketError::Number),
        }
    }

    /// Room for one more connection.
    fn admit(&self, number: u32) -> Result<CancellationToken, WebSocketError> {
        let most = self.client.settings.max_open;
        let mut sockets = self.sockets();
        if sockets.len() >= most {
            return Err(WebSocketError::Open(most));
        }
        match sockets.entry(number) {
            Entry::Occupied(_) => Err(WebSocketError::Number),
            Entry::Vacant(entry) => {
                let cancel = CancellationToken::new();
                entry.insert(Socket::Opening(cancel.clone()));
                Ok(cancel)
            }
        }
    }

    fn sockets(&self) -> MutexGuard<'_, HashMap<u32, Socket>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn length(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) => bytes.len(),
    }
}

/// Gives the room back when a connection does not come to be, or nobody waits for it any more.
struct Admitted<'r> {
    run: &'r WebSocketRun,
    number: u32,
    opened: bool,
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        if !self.opened {
            self.run.sockets().remove(&self.number);
        }
    }
}
