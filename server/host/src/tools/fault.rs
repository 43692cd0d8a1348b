//! Why a question about tools, or a call of one, gave nothing, as a script sees it.

use mcp_v8_policy::Denied;
use mcp_v8_sandbox::{Code, HostError};
use mcp_v8_upstream::UpstreamError;

#[derive(Debug, thiserror::Error)]
pub(super) enum ToolFault {
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    #[error("{0}")]
    Denied(Box<Denied>),
    #[error("more calls of tools than limits.max_tool_calls ({0}) in one run")]
    Budget(u32),
    #[error("arguments are one JSON object")]
    Arguments,
    #[error("the list is longer than {} MiB: ask server by server, or search", .0 >> 20)]
    Long(usize),
}

impl ToolFault {
    pub(super) fn code(&self) -> Option<Code> {
        match self {
            Self::Denied(denied) => Some(denied.code()),
            Self::Budget(_) => Some(Code::LimitRate),
            Self::Arguments => Some(Code::ErrorRequest),
            Self::Long(_) | Self::Upstream(UpstreamError::Size { .. }) => Some(Code::LimitSize),
            Self::Upstream(UpstreamError::NoServer { .. } | UpstreamError::NoTool { .. }) => {
                Some(Code::ErrorNotFound)
            }
            Self::Upstream(UpstreamError::Timeout { .. }) => Some(Code::LimitTimeout),
            Self::Upstream(UpstreamError::Closing) => Some(Code::UnavailableDraining),
            Self::Upstream(_) => None,
        }
    }
}

impl From<ToolFault> for HostError {
    fn from(fault: ToolFault) -> Self {
        let class = match &fault {
            ToolFault::Arguments => "TypeError",
            _ => "Error",
        };
        Self { code: fault.code(), ..Self::new(class, format!("mcp: {fault}")) }
    }
}
