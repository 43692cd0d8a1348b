//! The body of a request on its way out: whole, or a stream that the script feeds. Not the body of a response.

use super::body::Total;
use super::error::FetchError;
use bytes::Bytes;
use futures::stream;
use mcp_v8_sandbox::host_call::fetch::RequestBody;
use mcp_v8_settings::Fetch;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// What a request sends.
#[derive(Debug)]
pub(super) enum Content {
    None,
    Whole(Bytes),
    /// Taken by the first request that sends it.
    Stream(Arc<Mutex<Option<mpsc::Receiver<Piece>>>>),
}

/// One piece; a body whose sender goes away without `End` breaks the request off.
#[derive(Debug)]
pub(super) enum Piece {
    Bytes(Bytes),
    End,
}

/// The script's end of a stream.
#[derive(Debug)]
pub(super) struct Feed {
    pieces: mpsc::Sender<Piece>,
    sent: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("the script gave the body of the request up")]
struct GivenUp;

impl Content {
    /// From what a script asks for; with the end to feed it by, where it is a stream.
    pub(super) fn of(body: RequestBody) -> (Self, Option<Feed>) {
        match body {
            RequestBody::None => (Self::None, None),
            RequestBody::Whole(bytes) => (Self::Whole(bytes.into()), None),
            RequestBody::Stream => {
                // One piece waits here while another is on the network: that is all that is held.
                let (pieces, taken) = mpsc::channel(1);
                let content = Self::Stream(Arc::new(Mutex::new(Some(taken))));
                (content, Some(Feed { pieces, sent: 0 }))
            }
        }
    }

    /// Bytes that are known now.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Whole(bytes) => bytes.len(),
            Self::None | Self::Stream(_) => 0,
        }
    }

    /// As the HTTP client takes it; a stream only once.
    pub(super) fn outgoing(&self) -> Option<reqwest::Body> {
        match self {
            Self::None => None,
            Self::Whole(bytes) => Some(bytes.clone().into()),
            Self::Stream(taken) => {
                let taken = taken.lock().unwrap_or_else(PoisonError::into_inner).take();
                taken.map(|pieces| reqwest::Body::wrap_stream(stream::try_unfold(pieces, next)))
            }
        }
    }
}

type Unfolded = Option<(Bytes, mpsc::Receiver<Piece>)>;

async fn next(mut pieces: mpsc::Receiver<Piece>) -> io::Result<Unfolded> {
    match pieces.recv().await {
        Some(Piece::Bytes(bytes)) => Ok(Some((bytes, pieces))),
        Some(Piece::End) => Ok(None),
        None => Err(io::Error::other(GivenUp)),
    }
}

impl Feed {
    /// Hands one piece on, as soon as there is room.
    pub(super) async fn write(
        &mut self,
        bytes: Vec<u8>,
        settings: &Fetch,
        total: &Total,
    ) -> Result<(), FetchError> {
        self.sent = self.sent.saturating_add(bytes.len() as u64);
        let limit = settings.max_request_bytes;
        if self.sent > limit {
            let what = "the body of the request";
            return Err(FetchError::Size { what, key: "fetch.max_request_mb", limit });
        }
        total.take(bytes.len())?;
        self.send(Piece::Bytes(bytes.into())).await
    }

    /// The body is complete.
    pub(super) async fn end(&self) -> Result<(), FetchError> {
        self.send(Piece::End).await
    }

    async fn send(&self, piece: Piece) -> Result<(), FetchError> {
        self.pieces.send(piece).await.map_err(|_| FetchError::BodyClosed)
    }
}
