//! A request body that ends with an error at its bounds, and remembers which one it was.

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// Which bound a body did not keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    Size,
    Time,
}

/// The bound a body did not keep, once it is known.
pub type Verdict = Arc<OnceLock<Excess>>;

/// A body of at most so many bytes that arrives within so much time.
pub struct Bounded {
    body: Body,
    /// Bytes that may still come.
    left: u64,
    deadline: Instant,
    /// Made when the body is first waited for: most bodies are here already.
    timer: Option<Pin<Box<Sleep>>>,
    verdict: Verdict,
}

/// The body broke off at a bound.
#[derive(Debug, thiserror::Error)]
#[error("the request body is too large or too slow")]
pub struct BrokeOff(#[source] Option<axum::Error>);

impl Bounded {
    /// The body, and where its verdict will be.
    pub fn new(body: Body, bytes: u64, time: Duration) -> (Self, Verdict) {
        let verdict = Verdict::default();
        let deadline = Instant::now() + time;
        (Self { body, left: bytes, deadline, timer: None, verdict: verdict.clone() }, verdict)
    }

    fn exceed(&mut self, excess: Excess) -> Poll<Option<Result<Frame<Bytes>, BrokeOff>>> {
        let _ = self.verdict.set(excess);
        Poll::Ready(Some(Err(BrokeOff(None))))
    }
}

impl http_body::Body for Bounded {
    type Data = Bytes;
    type Error = BrokeOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokeOff>>> {
        if self.verdict.get().is_some() {
            return Poll::Ready(None);
        }
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, |data| data.len() as u64);
                match self.left.checked_sub(length) {
                    Some(left) => {
                        self.left = left;
                        Poll::Ready(Some(Ok(frame)))
                    }
                    None => self.exceed(Excess::Size),
                }
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(BrokeOff(Some(error))))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                let deadline = self.deadline;
                let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
                match timer.as_mut().poll(context) {
                    Poll::Ready(()) => self.exceed(Excess::Time),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    async fn frame(body: &mut Bounded) -> Option<Result<Bytes, BrokeOff>> {
        let frame = poll_fn(|context| http_body::Body::poll_frame(Pin::new(body), context)).await;
        frame.map(|frame| frame.map(|frame| frame.into_data().unwrap_or_default()))
    }

    /// A body that never comes.
    struct Silent;

    impl http_body::Body for Silent {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn the_last_byte_that_fits_passes_and_the_next_does_not() {
        let (mut body, verdict) = Bounded::new(Body::from("1234"), 4, Duration::from_secs(1));
        assert_eq!(frame(&mut body).await.expect("a frame").expect("it fits"), "1234");
        assert!(frame(&mut body).await.is_none() && verdict.get().is_none());
        let (mut body, verdict) = Bounded::new(Body::from("12345"), 4, Duration::from_secs(1));
        assert!(frame(&mut body).await.expect("an end").is_err());
        assert_eq!(verdict.get(), Some(&Excess::Size));
        assert!(frame(&mut body).await.is_none(), "and nothing after that");
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_comes_ends_at_its_deadline() {
        let start = Instant::now();
        let (mut body, verdict) = Bounded::new(Body::new(Silent), 4, Duration::from_secs(75));
        assert!(frame(&mut body).await.expect("an end").is_err());
        assert_eq!(
            (verdict.get(), start.elapsed()),
            (Some(&Excess::Time), Duration::from_secs(75))
        );
    }
}
