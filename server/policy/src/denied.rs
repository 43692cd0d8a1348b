//! A denial, in words that a person or an agent can act on. Not the audit record.

use crate::input::InputError;
use crate::verdict::RuleVerdict;
use mcp_v8_sandbox::{Capability, Code};
use std::fmt;

/// A request that was not allowed.
#[derive(Debug, thiserror::Error)]
#[error("{capability}: {summary}: denied: {because}{}", self.advice())]
pub struct Denied {
    pub capability: Capability,
    /// What was asked, in one line.
    pub summary: String,
    pub because: DeniedBecause,
    /// Digest of the policy set that decided.
    pub version: String,
    /// Digest of what was judged; `None` when there was no input to judge.
    pub input_digest: Option<String>,
}

/// Why.
#[derive(Debug, thiserror::Error)]
pub enum DeniedBecause {
    #[error("there is no policy for it")]
    NoPolicy,
    /// There is no input to judge.
    #[error("{0}")]
    Input(InputError),
    /// These rules said no: the first of a chain of mode `all`, all of a chain of mode `any`, or those that failed.
    #[error("{}", Rules(.0))]
    Rules(Vec<RuleVerdict>),
}

impl Denied {
    pub fn code(&self) -> Code {
        Code::DeniedPolicy
    }

    /// How an operator would allow it, and how to find out more.
    fn advice(&self) -> String {
        let Self { capability, version, .. } = self;
        let input = self.input_digest.as_deref().unwrap_or_default();
        match &self.because {
            DeniedBecause::NoPolicy => format!(
                ". An operator allows it with a section [policies.{capability}] in the configuration"
            ),
            DeniedBecause::Input(_) => {
                format!(". An operator sets the limit: policies.{capability}.max_input_bytes")
            }
            DeniedBecause::Rules(_) => format!(
                ". Input {input}, policy version {version}. An operator allows it in the rules of [policies.{capability}]; `mcp-v8 policy explain` shows each condition"
            ),
        }
    }
}

struct Rules<'r>(&'r [RuleVerdict]);

impl fmt::Display for Rules<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, rule) in self.0.iter().enumerate() {
            let separator = if at > 0 { "; " } else { "" };
            write!(f, "{separator}{} ({}): {}", rule.rule, rule.query, rule.verdict)?;
        }
        Ok(())
    }
}
