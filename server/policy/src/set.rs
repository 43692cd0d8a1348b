//! A policy set: every chain of the configuration, loaded and checked as a whole. Not the gate, which holds one.

use crate::budget::Budget;
use crate::error::PolicyError;
use crate::input::Input;
use crate::judge::Judge;
use crate::verdict::{RuleVerdict, Verdict};
use mcp_v8_sandbox::Capability;
use mcp_v8_settings::{ChainMode, Policies};
use std::collections::BTreeMap;
use std::time::Duration;

mod load;

/// All policies that are in force together.
#[derive(Debug)]
pub struct PolicySet {
    chains: BTreeMap<Capability, Chain>,
    version: String,
}

/// The rules of one capability. There is at least one.
#[derive(Debug)]
pub(crate) struct Chain {
    mode: ChainMode,
    rules: Vec<Judge>,
    timeout: Duration,
    pub(crate) max_input_bytes: usize,
}

/// What a chain says of an input.
#[derive(Clone, Debug)]
pub struct ChainVerdict {
    pub allowed: bool,
    /// The rules that were asked, in order.
    pub rules: Vec<RuleVerdict>,
}

impl PolicySet {
    /// Reads and checks every policy of the configuration. Reads files: not for an async thread.
    ///
    /// # Errors
    /// Everything that is wrong, at once: files that cannot be read, syntax, unsafe variables, entry points that no
    /// rule defines, unknown and refused functions, empty chains.
    pub fn load(policies: &Policies) -> Result<Self, Vec<PolicyError>> {
        load::load(policies)
    }

    /// A digest of every rule and every file: two sets with the same version decide alike. What a remote policy
    /// server decides is not in it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Capabilities that scripts have at all.
    pub fn capabilities(&self) -> impl Iterator<Item = Capability> {
        self.chains.keys().copied()
    }

    /// Longest input of a capability, bytes; `None` where there is no policy.
    pub fn max_input_bytes(&self, capability: Capability) -> Option<usize> {
        self.chains.get(&capability).map(|chain| chain.max_input_bytes)
    }

    /// What the chain of a capability says, without an effect and without a record: for `policy eval`.
    pub async fn judge(&self, capability: Capability, input: &Input) -> Option<ChainVerdict> {
        match self.chains.get(&capability) {
            Some(chain) => Some(chain.judge(input).await),
            None => None,
        }
    }

    pub(crate) fn chain(&self, capability: Capability) -> Option<&Chain> {
        self.chains.get(&capability)
    }
}

impl Chain {
    pub(crate) fn rules(&self) -> &[Judge] {
        &self.rules
    }

    /// Mode `all` stops at the first rule that does not allow. Mode `any` asks every rule, so that one that fails
    /// denies wherever it stands.
    pub(crate) async fn judge(&self, input: &Input) -> ChainVerdict {
        self.ask(self.rules.iter(), input).await
    }

    /// What the rules that cannot look at addresses say of an input without any; `None` when that decides nothing,
    /// because all other rules may allow what these do not.
    pub(crate) async fn foresee(&self, input: &Input) -> Option<ChainVerdict> {
        let blind: Vec<&Judge> = self.rules.iter().filter(|rule| !rule.sees_addresses()).collect();
        let decides = match self.mode {
            ChainMode::All => !blind.is_empty(),
            ChainMode::Any => blind.len() == self.rules.len(),
        };
        if !decides {
            return None;
        }
        Some(self.ask(blind.into_iter(), input).await)
    }

    async fn ask(
        &self,
        asked: impl ExactSizeIterator<Item = &Judge>,
        input: &Input,
    ) -> ChainVerdict {
        let (budget, expected) = (Budget::start(self.timeout), asked.len());
        let mut rules = Vec::with_capacity(expected);
        for rule in asked {
            let verdict = rule.ask(input, budget).await;
            let stop = !verdict.verdict.allows() && self.mode == ChainMode::All;
            rules.push(verdict);
            if stop {
                break;
            }
        }
        let verdicts: Vec<&Verdict> = rules.iter().map(|rule| &rule.verdict).collect();
        ChainVerdict { allowed: adds_up(self.mode, &verdicts, expected), rules }
    }
}

/// Whether the answers allow; `expected` is the number of rules there are.
fn adds_up(mode: ChainMode, verdicts: &[&Verdict], expected: usize) -> bool {
    if verdicts.is_empty() || verdicts.iter().any(|verdict| verdict.is_error()) {
        return false;
    }
    match mode {
        ChainMode::All => {
            verdicts.len() == expected && verdicts.iter().all(|verdict| verdict.allows())
        }
        ChainMode::Any => verdicts.iter().any(|verdict| verdict.allows()),
    }
}

impl ChainVerdict {
    /// The rules that made it so: those that allowed; else those that failed; else those that did not allow.
    pub fn into_deciding(self) -> Vec<RuleVerdict> {
        let failed = self.rules.iter().any(|rule| rule.verdict.is_error());
        let decided = |rule: &RuleVerdict| match (self.allowed, failed) {
            (true, _) => rule.verdict.allows(),
            (false, true) => rule.verdict.is_error(),
            (false, false) => !rule.verdict.allows(),
        };
        self.rules.iter().filter(|rule| decided(rule)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::RuleError;

    fn verdicts() -> [Verdict; 5] {
        [
            Verdict::Allow,
            Verdict::Deny { defined: true, reasons: Vec::new() },
            Verdict::Deny { defined: false, reasons: Vec::new() },
            Verdict::NotBoolean("a string"),
            Verdict::Error(RuleError::Status(500)),
        ]
    }

    #[test]
    fn every_pair_of_answers_adds_up_and_an_error_always_denies() {
        for (i, first) in verdicts().iter().enumerate() {
            for (j, second) in verdicts().iter().enumerate() {
                let pair = [first, second];
                let no_error = i != 4 && j != 4;
                assert_eq!(adds_up(ChainMode::All, &pair, 2), i == 0 && j == 0, "{pair:?}");
                let any = (i == 0 || j == 0) && no_error;
                assert_eq!(adds_up(ChainMode::Any, &pair, 2), any, "{pair:?}");
            }
        }
        // A chain that stopped early, and one without rules, allow nothing.
        assert!(!adds_up(ChainMode::All, &[&Verdict::Allow], 2));
        assert!(!adds_up(ChainMode::All, &[], 0) && !adds_up(ChainMode::Any, &[], 0));
    }
}
