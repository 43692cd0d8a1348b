//! Why a configured module is refused. Each says which, and what is wrong with it.

use crate::{EXPORTS_MAX, MODULE_BYTES_MAX, TABLE_ENTRIES_MAX};
use std::io;
use std::path::PathBuf;

/// A module that the server does not start with.
#[derive(Debug, thiserror::Error)]
#[error("wasm.{name}: {}: {problem}", .path.display())]
pub struct WasmError {
    pub name: String,
    pub path: PathBuf,
    pub problem: WasmProblem,
}

/// What is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum WasmProblem {
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    #[error("is not a regular file")]
    NotAFile,
    #[error("has {0} bytes; at most {MODULE_BYTES_MAX} are taken")]
    TooLarge(u64),
    #[error("its SHA-256 is {found}, and wasm.*.sha256 says {wanted}")]
    Digest { found: String, wanted: String },
    #[error("is a component; only core modules run here")]
    Component,
    #[error("is not valid WebAssembly: {message} (at byte {offset})")]
    Invalid { message: String, offset: usize },
    #[error("its memory starts with {pages} pages of 64 KiB, and max_memory_mb allows {limit}")]
    Memory { pages: u64, limit: u64 },
    #[error("its memory is shared, and a run has one thread")]
    Shared,
    #[error("a table starts with {0} entries; at most {TABLE_ENTRIES_MAX} are taken")]
    Table(u64),
    #[error("it has {0} exports; at most {EXPORTS_MAX} are taken")]
    Exports(usize),
}

impl From<wasmparser::BinaryReaderError> for WasmProblem {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Self::Invalid { message: error.message().to_owned(), offset: error.offset() as usize }
    }
}
