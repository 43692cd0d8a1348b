//! What one rule says of one input. Not the decision: that is the chain's.

use std::time::Duration;

/// The answer of a rule. Only `Allow` allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The value is the literal `true`.
    Allow,
    /// The value is `false` or undefined; and the reasons the policy gives, if it gives any.
    Deny { defined: bool, reasons: Vec<String> },
    /// The value is neither a boolean nor undefined; what it is instead.
    NotBoolean(&'static str),
    /// There is no value; why.
    Error(RuleError),
}

/// Why a rule has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error("it was not decided within {} ms", .0.as_millis())]
    Timeout(Duration),
    #[error("it failed: {0}")]
    Evaluation(String),
    #[error("the policy server cannot be reached: {0}")]
    Unreachable(String),
    #[error("the policy server answered with status {0}")]
    Status(u16),
    #[error("the policy server's answer is not usable: {0}")]
    Answer(String),
}

/// One rule of a chain with its answer.
#[derive(Clone, Debug)]
pub struct RuleVerdict {
    /// Key of the configuration, for example `policies.fetch.rules[0]`.
    pub rule: String,
    /// Path or URL of the policy.
    pub source: String,
    /// For example `data.mcp.fetch.allow`.
    pub query: String,
    pub verdict: Verdict,
    pub latency: Duration,
}

impl Verdict {
    pub fn allows(&self) -> bool {
        matches!(self, Verdict::Allow)
    }

    pub(crate) fn is_error(&self) -> bool {
        matches!(self, Verdict::Error(_))
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Verdict::Allow => f.write_str("its value is true"),
            Verdict::Deny { reasons, .. } if !reasons.is_empty() => {
                f.write_str(&reasons.join("; "))
            }
            Verdict::Deny { defined: true, .. } => f.write_str("its value is false"),
            Verdict::Deny { defined: false, .. } => f.write_str("it has no value for this input"),
            Verdict::NotBoolean(kind) => write!(f, "its value is {kind}, and only true allows"),
            Verdict::Error(error) => error.fmt(f),
        }
    }
}
