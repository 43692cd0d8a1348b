//! MCP over stdin and stdout: one message a line. Lines that are no message get an answer, and nothing a client sends
//! before it begins ends the server.

use crate::jsonrpc;
use crate::server::Server;
use futures::StreamExt as _;
use rmcp::ServiceExt as _;
use rmcp::model::{ClientJsonRpcMessage, JsonRpcMessage};
use rmcp::service::{RoleServer, RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::{Transport, stdio_pipes};
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::Mutex;
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};
use tokio_util::sync::CancellationToken;

/// Longest line, bytes.
pub const LINE_MAX: usize = 16 << 20;

/// The connection could not be served.
#[derive(Debug, thiserror::Error)]
#[error("serving MCP on stdin and stdout: {0}")]
pub struct StdioError(String);

/// Serves until the client closes stdin or `shutdown` is cancelled.
///
/// # Errors
/// [`StdioError`] when the connection breaks otherwise.
pub async fn serve_stdio(server: Server, shutdown: CancellationToken) -> Result<(), StdioError> {
    let (reading, writing) = stdio_pipes();
    let transport = Lines::new(reading, writing);
    match server.serve_with_ct(transport, shutdown).await {
        Ok(running) => {
            running.waiting().await.map_err(|error| StdioError(error.to_string()))?;
            Ok(())
        }
        // The client left before it said anything.
        Err(
            rmcp::service::ServerInitializeError::ConnectionClosed(_)
            | rmcp::service::ServerInitializeError::Cancelled,
        ) => Ok(()),
        Err(error) => Err(StdioError(error.to_string())),
    }
}

/// Lines to messages and back.
struct Lines<R, W> {
    lines: FramedRead<R, LinesCodec>,
    writing: Arc<Mutex<W>>,
    /// A request has come: from here on notifications mean something.
    begun: bool,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin + Send + 'static> Lines<R, W> {
    fn new(reading: R, writing: W) -> Self {
        let lines = FramedRead::new(reading, LinesCodec::new_with_max_length(LINE_MAX));
        Self { lines, writing: Arc::new(Mutex::new(writing)), begun: false }
    }

    /// The next line; `None` at the end of the input.
    async fn line(&mut self) -> Option<Result<String, LinesCodecError>> {
        match self.lines.next().await {
            // After an error the codec ends its stream once, and goes on after that.
            Some(Err(error @ LinesCodecError::MaxLineLengthExceeded)) => {
                self.lines.next().await;
                Some(Err(error))
            }
            Some(Err(LinesCodecError::Io(error))) if error.kind() == io::ErrorKind::InvalidData => {
                self.lines.next().await;
                Some(Err(LinesCodecError::Io(error)))
            }
            Some(Err(_)) | None => None,
            Some(Ok(line)) => Some(Ok(line)),
        }
    }

    async fn refuse(&mut self, failure: &serde_json::Value) {
        // A client that does not read is noticed when its input ends.
        let _ = write(&self.writing, failure.to_string()).await;
    }

    /// A message, or `None` when the line was dealt with here.
    async fn message(&mut self, line: &str) -> Option<ClientJsonRpcMessage> {
        let value = match jsonrpc::check(line.as_bytes()) {
            Ok(value) => value,
            Err(failure) => {
                self.refuse(&failure).await;
                return None;
            }
        };
        let id = value.get("id").cloned();
        match serde_json::from_value::<ClientJsonRpcMessage>(value) {
            Ok(message) => {
                let request = matches!(message, JsonRpcMessage::Request(_));
                self.begun |= request;
                // rmcp takes a notification as the first message for a failed handshake and ends.
                (self.begun || request).then_some(message)
            }
            Err(error) => {
                if id.is_some() {
                    self.refuse(&jsonrpc::failure(
                        -32600,
                        format!("not a message of the protocol: {error}"),
                        id,
                    ))
                    .await;
                }
                None
            }
        }
    }
}

impl<R, W> Transport<RoleServer> for Lines<R, W>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send + 'static,
{
    type Error = io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let writing = self.writing.clone();
        async move {
            let text = serde_json::to_string(&item)?;
            write(&writing, text).await
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            match self.line().await? {
                Ok(line) if line.trim().is_empty() => {}
                Ok(line) => {
                    if let Some(message) = self.message(&line).await {
                        return Some(message);
                    }
                }
                Err(error) => {
                    let failure = jsonrpc::failure(
                        -32700,
                        format!("{error}; a line has at most {LINE_MAX} bytes of UTF-8"),
                        None,
                    );
                    self.refuse(&failure).await;
                }
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        self.writing.lock().await.flush().await
    }
}

async fn write<W: AsyncWrite + Unpin>(writing: &Mutex<W>, mut text: String) -> io::Result<()> {
    text.push('\n');
    let mut writing = writing.lock().await;
    writing.write_all(text.as_bytes()).await?;
    writing.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    type Input = io::Cursor<Vec<u8>>;
    type Written = Arc<Mutex<Vec<u8>>>;

    fn lines(input: &str) -> (Lines<Input, Vec<u8>>, Written) {
        let lines = Lines::new(io::Cursor::new(input.as_bytes().to_vec()), Vec::new());
        let written = lines.writing.clone();
        (lines, written)
    }

    #[tokio::test]
    async fn a_notification_before_anything_else_is_dropped_and_the_server_goes_on() {
        let input = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}\n\
            {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";
        let (mut lines, _) = lines(input);
        assert!(matches!(lines.receive().await, Some(JsonRpcMessage::Request(_))));
        assert!(lines.receive().await.is_none());
    }

    #[tokio::test]
    async fn lines_that_are_no_message_get_an_answer_and_do_not_end_the_server() {
        let long = "x".repeat(LINE_MAX + 1);
        let input = format!(
            "nonsense\n[]\n{long}\n\n{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}}\n"
        );
        let (mut lines, written) = lines(&input);
        assert!(matches!(lines.receive().await, Some(JsonRpcMessage::Request(_))));
        let written = String::from_utf8(written.lock().await.clone()).expect("UTF-8");
        let codes: Vec<i64> = written
            .lines()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).expect("JSON")["error"]["code"]
                    .as_i64()
                    .expect("a code")
            })
            .collect();
        assert_eq!(codes, [-32700, -32600, -32700]);
    }
}
