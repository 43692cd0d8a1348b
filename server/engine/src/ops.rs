//! What JavaScript may ask of the worker: write output, say how it ended. Arguments are primitives or one value that
//! is turned into text at once. No op has an effect outside this process.

pub mod artifact;
pub mod ask;
pub mod child;
pub mod clock;
pub mod fetch;
pub mod file;
pub mod output;
pub mod settle;
pub mod wasm;
pub mod websocket;
