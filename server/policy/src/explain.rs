//! `mcp-v8 policy explain`: which conditions of a rule hold for an input, and the first that does not. Not a decision.

use crate::input::Input;
use crate::judge::At;
use crate::set::PolicySet;
use crate::verdict::RuleVerdict;
use mcp_v8_sandbox::Capability;
use std::fmt;

mod bodies;
mod probe;

/// One rule of a chain, and why it says what it says.
#[derive(Debug)]
pub struct Explanation {
    /// Key of the configuration.
    pub rule: String,
    pub source: String,
    pub query: String,
    /// `None` when an earlier rule of the chain ended the decision.
    pub verdict: Option<RuleVerdict>,
    /// The ways to a value, of the rule and of the rules it refers to; empty for a policy server.
    pub ways: Vec<Way>,
    /// Why there are no ways, where they could not be found out.
    pub unknown: Option<Unknown>,
}

/// Why conditions could not be found out.
#[derive(Debug, thiserror::Error)]
pub enum Unknown {
    #[error("a policy server is asked for the answer alone")]
    Server,
    #[error("{0}")]
    Policy(String),
    #[error("{0}")]
    NotJson(#[from] serde_json::Error),
}

/// One body of a Rego rule: conditions that must all hold.
#[derive(Clone, Debug)]
pub struct Way {
    /// For example `data.mcp.fetch.allow`.
    pub rule: String,
    /// `file:line:column`.
    pub place: String,
    pub conditions: Vec<Condition>,
}

/// One statement of a body.
#[derive(Clone, Debug)]
pub struct Condition {
    /// As it is written.
    pub text: String,
    pub reached: Reached,
    /// References in a condition that fails, with their values as JSON.
    pub values: Vec<(String, String)>,
}

/// How far evaluation came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// It holds together with those before it.
    Holds,
    /// The first that does not.
    Fails,
    NotReached,
}

impl Way {
    pub fn holds(&self) -> bool {
        self.conditions.iter().all(|condition| condition.reached == Reached::Holds)
    }
}

impl PolicySet {
    /// Every rule of a capability's chain, in order; `None` where there is no policy.
    pub async fn explain(&self, capability: Capability, input: &Input) -> Option<Vec<Explanation>> {
        let chain = self.chain(capability)?;
        let verdicts = chain.judge(input).await.rules;
        let explain = |(at, rule): (usize, &crate::judge::Judge)| {
            let found = match &rule.at {
                At::Process(rule) => probe::ways(rule, input),
                At::Server(_) => Err(Unknown::Server),
            };
            let (ways, unknown) = match found {
                Ok(ways) => (ways, None),
                Err(why) => (Vec::new(), Some(why)),
            };
            Explanation {
                rule: rule.key.clone(),
                source: rule.source.clone(),
                query: rule.query.clone(),
                verdict: verdicts.get(at).cloned(),
                ways,
                unknown,
            }
        };
        Some(chain.rules().iter().enumerate().map(explain).collect())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {}): ", self.rule, self.source, self.query)?;
        match &self.verdict {
            Some(verdict) => writeln!(f, "{}", verdict.verdict)?,
            None => writeln!(f, "not asked: an earlier rule ended the decision")?,
        }
        if let Some(why) = &self.unknown {
            writeln!(f, "  conditions unknown: {why}")?;
        }
        self.ways.iter().try_for_each(|way| way.fmt(f))
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.holds() { "holds" } else { "does not hold" };
        writeln!(f, "  {} at {}: {word}", self.rule, self.place)?;
        for condition in &self.conditions {
            let word = match condition.reached {
                Reached::Holds => "holds      ",
                Reached::Fails => "fails      ",
                Reached::NotReached => "not reached",
            };
            writeln!(f, "    {word}  {}", condition.text.replace('\n', "\n                 "))?;
            for (name, value) in &condition.values {
                writeln!(f, "                   {name} = {value}")?;
            }
        }
        Ok(())
    }
}
