//! Framing: bytes to frames and back, with a hard cap.

/// Longest payload of a frame, bytes. A source text and a result fit; nothing else may.
pub const FRAME_MAX: usize = 64 << 20;

/// Bytes before the payload: length, kind, id.
pub const HEADER: usize = 9;

/// What is wrong with bytes from the other side of the wall.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("a frame of {0} bytes is over the cap of {FRAME_MAX}")]
    TooLong(usize),
    #[error("frame kind {0} is unknown")]
    Kind(u8),
    #[error("the payload of frame kind {kind} does not decode")]
    Payload {
        kind: u8,
        #[source]
        source: postcard::Error,
    },
    #[error("the worker speaks wire version {theirs}, this server {ours}")]
    Version { ours: u16, theirs: u16 },
    #[error("output is not UTF-8")]
    Text,
}

/// The fixed part of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Length of the payload, bytes; at most [`FRAME_MAX`].
    pub len: usize,
    pub kind: u8,
    /// Which host call a frame belongs to; 0 for the run itself.
    pub id: u32,
}

impl Header {
    /// Reads a header and refuses a length over the cap.
    pub fn parse(bytes: [u8; HEADER]) -> Result<Self, WireError> {
        let [a, b, c, d, kind, e, f, g, h] = bytes;
        let len = u32::from_le_bytes([a, b, c, d]) as usize;
        if len > FRAME_MAX {
            return Err(WireError::TooLong(len));
        }
        Ok(Self { len, kind, id: u32::from_le_bytes([e, f, g, h]) })
    }
}

/// A whole frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub kind: u8,
    pub id: u32,
    pub payload: Vec<u8>,
}

impl Frame {
    /// The bytes on the wire.
    ///
    /// # Errors
    /// [`WireError::TooLong`] when the payload is over [`FRAME_MAX`].
    pub fn encode(&self) -> Result<Vec<u8>, WireError> {
        if self.payload.len() > FRAME_MAX {
            return Err(WireError::TooLong(self.payload.len()));
        }
        let mut bytes = Vec::with_capacity(HEADER + self.payload.len());
        // The cap is below u32::MAX, so the length fits.
        bytes.extend_from_slice(&(self.payload.len() as u32).to_le_bytes());
        bytes.push(self.kind);
        bytes.extend_from_slice(&self.id.to_le_bytes());
        bytes.extend_from_slice(&self.payload);
        Ok(bytes)
    }
}
