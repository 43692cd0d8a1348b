//! The bytes of a Blob's part, which Deno keeps outside of V8.

use deno_core::OpState;
use deno_web::BlobStoreTrait;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// A part's bytes; `None` when it is unknown or not in memory.
pub fn part(state: &OpState, id: &str) -> Option<Vec<u8>> {
    let store = state.try_borrow::<Arc<dyn BlobStoreTrait>>()?;
    let part = store.get_part(&id.parse().ok()?)?;
    let mut reading = std::pin::pin!(part.read());
    // Parts in memory are there at once; others do not exist in a worker.
    match reading.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(bytes) => Some(bytes.to_vec()),
        Poll::Pending => None,
    }
}
