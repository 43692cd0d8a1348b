//! Where the database lives. Not a configuration section: the settings choose one of these.

use std::path::PathBuf;

/// Where the database lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In this process only; gone with it.
    Memory,
    /// In this directory, as `mcp-v8.sqlite3`. A missing directory is made with mode 0700, the file has mode 0600.
    Dir(PathBuf),
}
