//! Why an import gave nothing, and how a script sees it.

use super::media::Unfit;
use crate::fetch::{SendError, Unreachable};
use mcp_v8_policy::{Denied, TargetError};
use mcp_v8_sandbox::{Code, host_call::HostError};
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub(super) enum ModuleError {
    #[error("it is no specifier: {0}")]
    Specifier(String),
    #[error(
        "a bare name has no meaning here: write npm:{0} for a package of npm, jsr:@scope/name for one of jsr, or an https: URL"
    )]
    Bare(String),
    #[error("the scheme {0}: cannot be imported: only npm:, jsr:, https: and node: can")]
    Scheme(String),
    #[error(
        "modules come by https:; an operator allows http: for this origin with modules.http_origins"
    )]
    Http,
    #[error("{0}")]
    Target(TargetError),
    #[error("the importing module {0} did not come from this server")]
    Referrer(String),
    #[error(transparent)]
    Denied(#[from] Box<Denied>),
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    #[error("{0}")]
    Send(#[from] SendError),
    #[error("the response broke off: {0}")]
    Body(String),
    #[error("{url} answered with status {status}")]
    Status { url: String, status: u16 },
    #[error("the redirect leads nowhere: {0}")]
    Location(url::ParseError),
    #[error("there are more redirects than modules.max_redirects ({0})")]
    Redirects(u32),
    #[error("{what} is over {key} ({limit})")]
    Limit { what: &'static str, key: &'static str, limit: u64 },
    #[error("fetching it took longer than modules.timeout_secs ({} s)", .0.as_secs_f64())]
    Time(Duration),
    #[error("{0}")]
    Unfit(#[from] Unfit),
    #[error("{url} is not in the lock file, and modules.lock is \"frozen\"")]
    NotLocked { url: String },
    #[error("{url} is not in the cache, and modules.offline is true")]
    Offline { url: String },
    #[error(
        "{url} has changed: the lock file has sha256 {locked}, and its server sent {sent}; remove its entry from the lock file to accept the change"
    )]
    Changed { url: String, locked: String, sent: String },
    #[error("{url} is a redirect now, and a module in the lock file")]
    NowARedirect { url: String },
    #[error("{url} does not have the checksum that its package says")]
    Checksum { url: String },
    #[error("{url} is not a file of its package")]
    NotInPackage { url: String },
    #[error("the metadata of the package is not what a jsr registry sends: {0}")]
    Metadata(String),
    #[error("no version of {name} satisfies {version}")]
    NoVersion { name: String, version: String },
    #[error("{name} {version} has no export {export}; it has {known}")]
    NoExport { name: String, version: String, export: String, known: String },
    #[error("the cache of modules failed: {0}")]
    Cache(#[from] std::io::Error),
}

impl ModuleError {
    fn code(&self) -> Option<Code> {
        match self {
            Self::Specifier(_) | Self::Bare(_) | Self::Scheme(_) | Self::Target(_) => {
                Some(Code::ErrorRequest)
            }
            Self::Referrer(_) => Some(Code::ErrorRequest),
            Self::Denied(denied) => Some(denied.code()),
            Self::Http => Some(Code::DeniedEgress),
            Self::Unreachable(error) => error.code(),
            Self::Send(SendError::Forbidden(_) | SendError::NotJudged) => Some(Code::DeniedEgress),
            Self::Limit { .. } | Self::Redirects(_) => Some(Code::LimitSize),
            Self::Time(_) => Some(Code::LimitTimeout),
            Self::NotLocked { .. } | Self::Offline { .. } | Self::NoVersion { .. } => {
                Some(Code::ErrorNotFound)
            }
            Self::NoExport { .. } | Self::NotInPackage { .. } => Some(Code::ErrorNotFound),
            Self::Status { status: 404 | 410, .. } => Some(Code::ErrorNotFound),
            Self::Changed { .. } | Self::NowARedirect { .. } | Self::Checksum { .. } => {
                Some(Code::ErrorConflict)
            }
            Self::Cache(_) => Some(Code::ErrorStorage),
            Self::Send(_) | Self::Body(_) | Self::Location(_) => None,
            Self::Status { .. } | Self::Unfit(_) | Self::Metadata(_) => None,
        }
    }

    /// HTML Standard, "fetch a single module script": whatever fails is a TypeError.
    pub(super) fn of(self, requested: &str) -> HostError {
        let mut shown: String = requested.chars().take(200).collect();
        if shown.len() < requested.len() {
            shown.push('…');
        }
        // What V8 makes of an error of an import has no properties of its own: the code stands in the message.
        let code = self.code().map(|code| format!(" [{}]", code.as_str())).unwrap_or_default();
        let message = format!("import of '{shown}': {self}{code}");
        HostError { code: self.code(), ..HostError::new("TypeError", message) }
    }
}
