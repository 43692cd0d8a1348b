//! The closed list of outcome codes: what programs read. Not messages: those are for people and live with the error.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($variant:ident => $text:literal,)*) => {
        /// An outcome code, as it appears in `code` of every error, over MCP and REST.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code { $(#[serde(rename = $text)] $variant,)* }

        impl Code {
            /// Every code there is, in the order of the documentation.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// `area.reason`, for example `limit.timeout`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }
        }

        impl std::str::FromStr for Code {
            type Err = UnknownCode;
            fn from_str(text: &str) -> Result<Self, UnknownCode> {
                match text { $($text => Ok(Code::$variant),)* _ => Err(UnknownCode) }
            }
        }
    };
}

codes! {
    LimitTimeout => "limit.timeout",
    LimitCpu => "limit.cpu",
    LimitMemory => "limit.memory",
    LimitOutput => "limit.output",
    LimitProcesses => "limit.processes",
    LimitSize => "limit.size",
    LimitRate => "limit.rate",
    DeniedPolicy => "denied.policy",
    DeniedEgress => "denied.egress",
    DeniedAuth => "denied.auth",
    ErrorScript => "error.script",
    ErrorSyntax => "error.syntax",
    ErrorRequest => "error.request",
    ErrorNotFound => "error.not_found",
    ErrorConflict => "error.conflict",
    ErrorStorage => "error.storage",
    ErrorSnapshotUntrusted => "error.snapshot_untrusted",
    ErrorEngineMismatch => "error.engine_mismatch",
    ErrorWorker => "error.worker",
    UnavailableBusy => "unavailable.busy",
    UnavailableDraining => "unavailable.draining",
    UnavailableNotLeader => "unavailable.not_leader",
}

/// The text is none of [`Code::ALL`].
#[derive(Debug, thiserror::Error)]
#[error("not an outcome code")]
pub struct UnknownCode;

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn every_code_reads_back_from_its_own_text() {
        for code in Code::ALL {
            assert_eq!(code.as_str().parse::<Code>().ok(), Some(*code));
        }
        assert!("limit.everything".parse::<Code>().is_err());
    }
}
