//! One rule in process: a warmed engine that is cloned for every decision. Not a chain.

use super::{limit, place, reasons};
use crate::budget::Budget;
use crate::input::Input;
use crate::verdict::{RuleError, Verdict};
use regorus::{Engine, Value};
use std::fmt;
use std::time::Duration;

pub(crate) struct RegoRule {
    /// Prepared, and never evaluated itself.
    pub(crate) prototype: Engine,
    pub(crate) query: String,
    /// The rule that gives reasons, when there is one.
    pub(crate) reasons: Option<String>,
    /// The policy could look at the addresses that a name resolved to.
    pub(crate) sees_addresses: bool,
}

impl RegoRule {
    /// One decision. A builtin that runs long is not interrupted; the caller keeps the time as well.
    pub(crate) fn evaluate(&self, input: &Input, budget: Budget) -> Verdict {
        self.value(input, budget).unwrap_or_else(|error| {
            Verdict::Error(match budget.left() {
                Duration::ZERO => RuleError::Timeout(budget.limit),
                _ => RuleError::Evaluation(place::joined(&error)),
            })
        })
    }

    fn value(&self, input: &Input, budget: Budget) -> Result<Verdict, Error> {
        let mut engine = self.prototype.clone();
        engine.set_input(Value::from_json_str(input.json())?);
        let value = eval(&mut engine, &self.query, budget)?;
        Ok(match value {
            Value::Bool(true) => Verdict::Allow,
            Value::Bool(false) => self.deny(true, engine, budget),
            Value::Undefined => self.deny(false, engine, budget),
            other => Verdict::NotBoolean(kind(&other)),
        })
    }

    /// Reasons that fail are left out: the answer is no either way.
    fn deny(&self, defined: bool, mut engine: Engine, budget: Budget) -> Verdict {
        let value = self.reasons.as_ref().and_then(|query| eval(&mut engine, query, budget).ok());
        let texts: Vec<Value> = match &value {
            Some(Value::Array(list)) => list.iter().cloned().collect(),
            Some(Value::Set(set)) => set.iter_sorted().cloned().collect(),
            _ => Vec::new(),
        };
        let texts = texts.iter().filter_map(|text| text.as_string().ok().map(|text| &**text));
        Verdict::Deny { defined, reasons: reasons::bounded(texts) }
    }
}

/// regorus answers with anyhow errors, whose crate is for the app alone.
type Error = Box<dyn std::error::Error + Send + Sync>;

fn eval(engine: &mut Engine, query: &str, budget: Budget) -> Result<Value, Error> {
    limit(engine, budget.left());
    Ok(engine.eval_rule(query.to_owned())?)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Set(_) => "a set",
        Value::Object(_) => "an object",
        Value::Undefined => "undefined",
    }
}

impl fmt::Debug for RegoRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegoRule").field("query", &self.query).finish_non_exhaustive()
    }
}
