//! The wire between server and worker: `u32 length | u8 kind | u32 id | payload`, little endian.
//!
//! Payloads are postcard, except `Output`, which is the text itself. The reader treats every frame as hostile: the
//! length is checked against [`FRAME_MAX`] before anything is allocated, and a frame that does not decode ends the
//! connection. It is not a stream protocol for large blobs: those travel as sealed memfds.

mod frame;
mod message;

pub use frame::{FRAME_MAX, Frame, HEADER, Header, WireError};
pub use message::{FromWorker, Ready, ToWorker, WIRE_VERSION};
