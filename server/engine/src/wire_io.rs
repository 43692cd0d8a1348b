//! Frames over the worker's one descriptor, blocking. The only way anything leaves a worker.

use mcp_v8_sandbox::wire::{Frame, FromWorker, HEADER, Header, WireError};
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;

/// Why the wire ended.
#[derive(Debug, thiserror::Error)]
pub enum WireIoError {
    #[error("the server closed the wire")]
    Closed,
    #[error("reading from or writing to the server")]
    Io(#[from] io::Error),
    #[error("a frame from the server")]
    Wire(#[from] WireError),
}

/// Reads one frame.
///
/// # Errors
/// [`WireIoError::Closed`] at a clean end.
pub fn read(stream: &mut UnixStream) -> Result<Frame, WireIoError> {
    let mut header = [0u8; HEADER];
    match stream.read_exact(&mut header) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(WireIoError::Closed);
        }
        Err(error) => return Err(error.into()),
    }
    let Header { len, kind, id } = Header::parse(header)?;
    let mut payload = vec![0; len];
    stream.read_exact(&mut payload)?;
    Ok(Frame { kind, id, payload })
}

/// Writes one message.
///
/// # Errors
/// [`WireIoError::Wire`] when it is over the frame cap, [`WireIoError::Io`] when the server is gone.
pub fn write(stream: &mut UnixStream, message: &FromWorker) -> Result<(), WireIoError> {
    let bytes = message.frame()?.encode()?;
    Ok(stream.write_all(&bytes)?)
}
