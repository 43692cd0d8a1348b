//! The effect itself: one connection to an address that was judged, and its handshake. Not the messages.

use crate::fetch::{FetchClient, Floor, Forbidden, fits};
use http::header::{HeaderValue, SEC_WEBSOCKET_PROTOCOL, USER_AGENT};
use mcp_v8_policy::{Allowed, WebSocketRequest};
use mcp_v8_settings::WebSockets;
use rustls::pki_types::ServerName;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, handshake::client::Request};
use url::{Host, Url};

/// A connection, with or without TLS.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// An open connection.
pub struct Connection {
    pub(super) stream: WebSocketStream<Box<dyn Stream>>,
    /// The subprotocol that the server chose, or an empty text.
    pub(super) protocol: String,
}

/// Why a connection that was allowed is not there.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The addresses of the request are not those of its URL: a fault of the program, found before anything is sent.
    #[error("the address to dial was not judged")]
    NotJudged,
    #[error("the request is not valid")]
    Invalid,
    #[error("{what} took longer than websocket.connect_timeout_secs")]
    Time { what: &'static str },
    #[error("the network failed: {0}")]
    Network(#[from] io::Error),
    #[error("the server did not switch to WebSocket: it answered with status {0}")]
    Status(u16),
    #[error("the handshake failed: {0}")]
    Handshake(String),
    #[error("the server chose a subprotocol that was not offered")]
    Protocol,
}

/// Opens connections. Cheap to share.
pub struct Dialler {
    settings: WebSockets,
    floor: Floor,
    tls: TlsConnector,
    user_agent: String,
}

impl Dialler {
    pub(super) fn new(settings: WebSockets, fetch: &FetchClient) -> Self {
        let mut tls = fetch.tls();
        // The handshake is one of HTTP/1.1.
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self {
            settings,
            floor: fetch.floor().clone(),
            tls: TlsConnector::from(Arc::new(tls)),
            user_agent: fetch.user_agent().to_owned(),
        }
    }

    /// Opens exactly the connection that was allowed, to one of its addresses. A redirect is a refusal.
    ///
    /// Without a decision there is no way in:
    /// ```compile_fail,E0308
    /// use mcp_v8_host::websocket::Dialler;
    /// async fn undecided(dialler: &Dialler, request: mcp_v8_policy::WebSocketRequest) {
    ///     let _ = dialler.open(request).await;
    /// }
    /// ```
    /// while with one it compiles:
    /// ```
    /// use mcp_v8_host::websocket::Dialler;
    /// use mcp_v8_policy::{Allowed, WebSocketRequest};
    /// async fn decided(dialler: &Dialler, request: Allowed<WebSocketRequest>) {
    ///     let _ = dialler.open(request).await;
    /// }
    /// ```
    ///
    /// # Errors
    /// [`DialError`]; nothing was sent for the first three.
    pub async fn open(&self, request: Allowed<WebSocketRequest>) -> Result<Connection, DialError> {
        let request = request.into_inner();
        let url = request.target.url();
        let handshake = self.handshake(&request)?;
        // The floor stands here as well: whatever comes this way, and by whatever decision, does not get beneath it.
        self.floor.judge(&request.resolved_addresses)?;
        let stream = self.connect(url, &request.resolved_addresses).await?;
        let opening =
            tokio_tungstenite::client_async_with_config(handshake, stream, Some(self.config()));
        let opened = self.within("the handshake", opening).await?.map_err(refused)?;
        let (stream, response) = opened;
        let chosen = response.headers().get(SEC_WEBSOCKET_PROTOCOL);
        let protocol = chosen.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        match protocol.is_empty() || request.protocols.contains(&protocol) {
            true => Ok(Connection { stream, protocol }),
            false => Err(DialError::Protocol),
        }
    }

    fn handshake(&self, request: &WebSocketRequest) -> Result<Request, DialError> {
        let mut handshake =
            request.target.as_str().into_client_request().map_err(|_| DialError::Invalid)?;
        let value = |text: &str| HeaderValue::from_str(text).map_err(|_| DialError::Invalid);
        let headers = handshake.headers_mut();
        headers.insert(USER_AGENT, value(&self.user_agent)?);
        if !request.protocols.is_empty() {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, value(&request.protocols.join(", "))?);
        }
        Ok(handshake)
    }

    fn config(&self) -> WebSocketConfig {
        let most = self.settings.max_message_bytes;
        WebSocketConfig::default().max_message_size(Some(most)).max_frame_size(Some(most))
    }

    async fn connect(&self, url: &Url, addresses: &[IpAddr]) -> Result<Box<dyn Stream>, DialError> {
        let host = url.host().ok_or(DialError::Invalid)?;
        if !fits(url, addresses) {
            return Err(DialError::NotJudged);
        }
        let port = url.port_or_known_default().ok_or(DialError::Invalid)?;
        let tcp = self.within("to connect", first(addresses, port)).await??;
        tcp.set_nodelay(true)?;
        if url.scheme() != "wss" {
            return Ok(Box::new(tcp));
        }
        let name = match host {
            Host::Domain(name) => {
                ServerName::try_from(name.to_owned()).map_err(|_| DialError::Invalid)?
            }
            Host::Ipv4(address) => ServerName::from(IpAddr::from(address)),
            Host::Ipv6(address) => ServerName::from(IpAddr::from(address)),
        };
        Ok(Box::new(self.within("TLS", self.tls.connect(name, tcp)).await??))
    }

    async fn within<T>(
        &self,
        what: &'static str,
        work: impl Future<Output = T>,
    ) -> Result<T, DialError> {
        timeout(self.settings.connect_timeout, work).await.map_err(|_| DialError::Time { what })
    }
}

/// The first of these addresses that takes the connection.
async fn first(addresses: &[IpAddr], port: u16) -> io::Result<TcpStream> {
    let mut failed = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match TcpStream::connect((*address, port)).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn refused(error: tungstenite::Error) -> DialError {
    match error {
        tungstenite::Error::Http(response) => DialError::Status(response.status().as_u16()),
        tungstenite::Error::Io(error) => DialError::Network(error),
        other => DialError::Handshake(other.to_string()),
    }
}
