//! Files of scripts. Paths are as the script gave them; which file that is, the server finds out beneath the roots.

use serde::{Deserialize, Serialize};

/// See [`super::HostCall::File`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileCall {
    /// The whole file.
    Read { path: String },
    /// Creates or replaces the file; with `append`, adds to its end.
    Write { path: String, bytes: Vec<u8>, append: bool },
}

/// See [`super::HostAnswer::File`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileAnswer {
    Bytes(Vec<u8>),
}
