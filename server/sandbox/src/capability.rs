//! What a script may do beyond computing, by name. Not the permission: that is one decision of a policy per use.

use serde::{Deserialize, Serialize};

/// A capability: absent from a script without a section `[policies.<name>]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    Fetch,
    #[serde(rename = "websocket")]
    WebSocket,
    Filesystem,
    Subprocess,
    Modules,
    McpTools,
    RunJsFile,
}

impl Capability {
    /// Every capability there is, in the order of the documentation.
    pub const ALL: [Capability; 7] = [
        Capability::Fetch,
        Capability::WebSocket,
        Capability::Filesystem,
        Capability::Subprocess,
        Capability::Modules,
        Capability::McpTools,
        Capability::RunJsFile,
    ];

    /// As in `[policies.<name>]`.
    pub fn as_str(self) -> &'static str {
        match self {
            Capability::Fetch => "fetch",
            Capability::WebSocket => "websocket",
            Capability::Filesystem => "filesystem",
            Capability::Subprocess => "subprocess",
            Capability::Modules => "modules",
            Capability::McpTools => "mcp_tools",
            Capability::RunJsFile => "run_js_file",
        }
    }
}

impl std::fmt::Display for Capability {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Capability {
    type Err = UnknownCapability;
    fn from_str(text: &str) -> Result<Self, UnknownCapability> {
        let named = |capability: &Capability| capability.as_str() == text;
        Self::ALL.into_iter().find(named).ok_or(UnknownCapability)
    }
}

/// The text is the name of no [`Capability`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a capability: fetch, websocket, filesystem, subprocess, modules, mcp_tools or run_js_file"
)]
pub struct UnknownCapability;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capability_has_one_name_in_text_and_on_the_wire() {
        for capability in Capability::ALL {
            assert_eq!(capability.as_str().parse(), Ok(capability));
            assert!(UnknownCapability.to_string().contains(capability.as_str()));
            let bytes = serde_json::to_string(&capability).unwrap();
            assert_eq!(bytes, format!("\"{capability}\""));
        }
        assert_eq!("http2".parse::<Capability>(), Err(UnknownCapability));
    }
}
