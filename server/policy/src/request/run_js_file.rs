//! Reading a script from a file of the server, for the parameter `file` of run_js. Not what the script then does.

use super::{Request, sealed::Sealed};
use mcp_v8_sandbox::Capability;
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// `run_js` with `file`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunJsFileRequest {
    /// Absolute, symbolic links resolved: what is read.
    pub path: String,
    /// As the client wrote it: for messages, not for decisions.
    pub requested: String,
}

impl RunJsFileRequest {
    pub fn new(path: impl Into<String>, requested: impl Into<String>) -> Self {
        Self { path: path.into(), requested: requested.into() }
    }
}

impl Sealed for RunJsFileRequest {}

impl Request for RunJsFileRequest {
    const CAPABILITY: Capability = Capability::RunJsFile;

    fn summary(&self) -> String {
        format!("read {}", self.path)
    }
}

impl Serialize for RunJsFileRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut input = serializer.serialize_struct("RunJsFileRequest", 3)?;
        input.serialize_field("operation", "read")?;
        input.serialize_field("path", &self.path)?;
        input.serialize_field("requested", &self.requested)?;
        input.end()
    }
}
