//! Several listening sockets as one. Not a bound: how many connections are open is the accept loop's business.

use std::future::poll_fn;
use std::io;
use std::task::Poll;
use tokio::net::{TcpListener, TcpStream};

/// Listening sockets that are asked in turn, so that a busy one does not starve the others.
pub struct Listeners {
    sockets: Vec<TcpListener>,
    first: usize,
}

impl Listeners {
    pub fn new(sockets: Vec<TcpListener>) -> Self {
        Self { sockets, first: 0 }
    }

    /// The next connection of any socket, with TCP_NODELAY. Waits for ever when there is no socket.
    ///
    /// # Errors
    /// What accept(2) says about the process. A client that was gone before it was accepted is none.
    pub async fn accept(&mut self) -> io::Result<TcpStream> {
        loop {
            match self.accept_any().await {
                Ok(stream) => {
                    // Answers are small and urgent; a failure only costs latency.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Err(error) if is_about_the_client(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn accept_any(&mut self) -> io::Result<TcpStream> {
        poll_fn(|context| {
            let count = self.sockets.len();
            for turn in 0..count {
                let index = (self.first + turn) % count;
                if let Poll::Ready(accepted) = self.sockets[index].poll_accept(context) {
                    self.first = index + 1;
                    return Poll::Ready(accepted.map(|(stream, _)| stream));
                }
            }
            Poll::Pending
        })
        .await
    }
}

fn is_about_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
