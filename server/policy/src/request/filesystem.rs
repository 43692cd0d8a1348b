//! One file operation. Not the open descriptor: `host` opens beneath a root first and asks with what it found.

use super::{Request, sealed::Sealed};
use mcp_v8_sandbox::Capability;
use serde::Serialize;

/// One operation on one path, or from one to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FilesystemRequest {
    pub operation: FileOperation,
    /// As the script wrote it: for messages, not for decisions.
    pub path: String,
    /// Absolute, symbolic links and `..` resolved: what is opened.
    pub real_path: String,
    /// The root that `real_path` lies beneath.
    pub root: Root,
    /// How a file is opened; empty for operations that open none.
    pub flags: Vec<FileFlag>,
    /// The other path of rename, copyFile, link and symlink, as the script wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// `destination` resolved like `real_path`; for a symlink, where it would lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub real_destination: Option<String>,
    /// Of mkdir, readdir and rm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recursive: Option<bool>,
    /// `utf8` or `buffer`, of reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

/// The effect that is judged. Calls with the same effect are the same operation: a stream that writes is `writeFile`,
/// `unlink` and `rmdir` are `rm`, `access` is `exists`, `open` is `readFile` or `writeFile` by its flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FileOperation {
    ReadFile,
    WriteFile,
    AppendFile,
    Truncate,
    Readdir,
    Stat,
    Lstat,
    Exists,
    Realpath,
    Readlink,
    Symlink,
    Link,
    Mkdir,
    Mkdtemp,
    Rm,
    Rename,
    CopyFile,
    Chmod,
    Utimes,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileFlag {
    Read,
    Write,
    Append,
    Create,
    Exclusive,
    Truncate,
}

/// A directory that the operator opened to scripts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Root {
    /// Absolute and real.
    pub path: String,
    pub writable: bool,
    /// What the operator calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl FilesystemRequest {
    /// An operation on one path that opens no file; the other fields can be set after.
    pub fn new(operation: FileOperation, path: String, real_path: String, root: Root) -> Self {
        Self {
            operation,
            path,
            real_path,
            root,
            flags: Vec::new(),
            destination: None,
            real_destination: None,
            recursive: None,
            encoding: None,
        }
    }
}

impl Sealed for FilesystemRequest {}

impl Request for FilesystemRequest {
    const CAPABILITY: Capability = Capability::Filesystem;

    fn summary(&self) -> String {
        // As in the input, and for a name that serde writes there is no error.
        let operation = serde_json::to_value(self.operation).unwrap_or_default();
        let operation = operation.as_str().unwrap_or_default();
        match &self.real_destination {
            Some(destination) => format!("{operation} {} {destination}", self.real_path),
            None => format!("{operation} {}", self.real_path),
        }
    }
}
