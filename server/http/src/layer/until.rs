//! A body that ends at a time, wherever it is then.

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// A body that goes on for at most so long.
pub struct Until {
    body: Body,
    end: Pin<Box<Sleep>>,
    over: bool,
}

impl Until {
    pub fn new(body: Body, left: Duration) -> Self {
        Self { body, end: Box::pin(sleep(left)), over: false }
    }
}

impl http_body::Body for Until {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.over || self.end.as_mut().poll(context).is_ready() {
            self.over = true;
            return Poll::Ready(None);
        }
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.over || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}
