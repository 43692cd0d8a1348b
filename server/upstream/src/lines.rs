//! A reader that ends where a line is too long, so that a server which never ends a line is noticed at once. Not the
//! messages in the lines.

use crate::watched::{Fault, Faults};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, ReadBuf};

pub(crate) struct Lines<R> {
    inner: R,
    most: usize,
    /// Bytes since the last end of a line.
    run: usize,
    faults: Arc<Faults>,
}

impl<R> Lines<R> {
    pub(crate) fn new(inner: R, most: usize, faults: Arc<Faults>) -> Self {
        Self { inner, most, run: 0, faults }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Lines<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        let new = &buffer.filled()[before..];
        for piece in new.split_inclusive(|byte| *byte == b'\n') {
            self.run += piece.len();
            if self.run > self.most {
                self.faults.note(Fault::Long { most: self.most });
                return Poll::Ready(Err(io::Error::from(io::ErrorKind::FileTooLarge)));
            }
            if piece.ends_with(b"\n") {
                self.run = 0;
            }
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    #[tokio::test]
    async fn many_lines_pass_and_one_that_is_too_long_ends_the_reader() {
        let faults = Arc::new(Faults::default());
        let text = "12345678\n".repeat(1000);
        let mut good = Lines::new(text.as_bytes(), 9, faults.clone());
        let mut read = String::new();
        good.read_to_string(&mut read).await.unwrap();
        assert_eq!((read.len(), faults.first()), (9000, None));
        let mut bad = Lines::new(text.as_bytes(), 8, faults.clone());
        assert!(bad.read_to_string(&mut read).await.is_err());
        assert_eq!(faults.first(), Some(Fault::Long { most: 8 }));
    }
}
