//! The worker's voice: console output, batched into frames, and the other messages, in order.

use crate::control::Control;
use crate::wire_io;
use mcp_v8_sandbox::{StopReason, wire::FromWorker};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes that are sent at once; less waits for the next tick of the control thread or the end of the run.
const BATCH: usize = 32 << 10;

/// Shared by the isolate's thread and the control thread.
pub struct Output {
    inner: Mutex<Inner>,
    control: Arc<Control>,
}

struct Inner {
    stream: UnixStream,
    pending: String,
    /// Bytes the current run may still write.
    room: u64,
    limit: u64,
}

impl Output {
    pub fn new(stream: UnixStream, control: Arc<Control>) -> Self {
        let inner = Inner { stream, pending: String::new(), room: 0, limit: 0 };
        Self { inner: Mutex::new(inner), control }
    }

    /// A new run may write `limit` bytes.
    pub fn begin(&self, limit: u64) {
        let mut inner = self.lock();
        inner.pending.clear();
        inner.room = limit;
        inner.limit = limit;
    }

    /// Appends console output; what is over the limit is dropped and ends the run.
    pub fn write(&self, text: &str) {
        let mut inner = self.lock();
        let kept = prefix(text, inner.room);
        inner.room -= kept.len() as u64;
        inner.pending.push_str(kept);
        if kept.len() < text.len() {
            inner.room = 0;
            let limit_bytes = inner.limit;
            drop(inner);
            self.control.stop(StopReason::Output { limit_bytes });
        } else if inner.pending.len() >= BATCH {
            inner.flush();
        }
    }

    /// Sends what has been written so far, if that takes no waiting. For the thread that reads: while it waited, for the
    /// lock or for room, the server's answers would not be read, and the server does not read what is behind them.
    pub fn flush_without_waiting(&self) {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let Ok(mut inner) = self.inner.try_lock() else { return };
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        let mut fds = [PollFd::new(&inner.stream, PollFlags::OUT)];
        // A stream socket says so while most of its buffer is free, and a batch is far smaller.
        if matches!(poll(&mut fds, Some(&now)), Ok(1..)) {
            inner.flush();
        }
    }

    /// Sends a message, after everything written before it.
    pub fn send(&self, message: &FromWorker) {
        let mut inner = self.lock();
        inner.flush();
        inner.send(message);
    }

    /// The current run is being stopped.
    pub fn is_stopped(&self) -> bool {
        self.control.is_stopped()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn flush(&mut self) {
        if !self.pending.is_empty() {
            let text = std::mem::take(&mut self.pending);
            self.send(&FromWorker::Output(text));
        }
    }

    fn send(&mut self, message: &FromWorker) {
        if wire_io::write(&mut self.stream, message).is_err() {
            crate::worker::exit_unheard();
        }
    }
}

/// The longest prefix of at most `room` bytes that ends on a character.
fn prefix(text: &str, room: u64) -> &str {
    let room = usize::try_from(room).unwrap_or(usize::MAX);
    if text.len() <= room { text } else { &text[..text.floor_char_boundary(room)] }
}
