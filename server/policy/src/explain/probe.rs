//! Which conditions hold: for every beginning of a body a rule of its own is added to the policy, and asked.

use super::bodies::{self, Body, Statement};
use super::{Condition, Reached, Unknown, Way};
use crate::input::Input;
use crate::rego::rule::RegoRule;
use crate::rego::{engine, limit, place};
use regorus::{Engine, Value};
use std::fmt::Write;
use std::time::Duration;

/// Time for one condition. An explanation is asked for by hand.
const CONDITION_LIMIT: Duration = Duration::from_secs(1);

/// Longest value that is shown, characters.
const VALUE_MAX: usize = 200;

const PREFIX: &str = "mcp_v8_condition";

pub(super) fn ways(rule: &RegoRule, input: &Input) -> Result<Vec<Way>, Unknown> {
    let mut prototype = rule.prototype.clone();
    let bodies = bodies::of(prototype.get_modules(), &rule.query);
    let mut probed = with_probes(&mut prototype, &bodies)
        .map_err(|error| Unknown::Policy(place::joined(&error)))?;
    let value = Value::from_json_str(input.json());
    probed.set_input(value.map_err(|error| Unknown::Policy(place::joined(&error)))?);
    let json: serde_json::Value = serde_json::from_str(input.json())?;
    let data = serde_json::to_value(prototype.get_data())?;
    let documents = serde_json::json!({ "input": json, "data": data });
    let mut asker = Asker { engine: probed, documents };
    Ok(bodies.iter().enumerate().map(|(at, body)| asker.way(at, body)).collect())
}

/// The same modules and data, and a rule for every beginning of every body.
fn with_probes(
    prototype: &mut Engine,
    bodies: &[Body],
) -> Result<Engine, Box<dyn std::error::Error + Send + Sync>> {
    let mut probed = engine();
    for (at, module) in prototype.get_modules().iter().enumerate() {
        let source = &module.package.span.source;
        let mut text = source.get_contents().clone();
        for (number, body) in bodies.iter().enumerate().filter(|(_, body)| body.module == at) {
            for last in 0..body.statements.len() {
                let _ = writeln!(text, "\n{PREFIX}_{number}_{last} if {{");
                for Statement { text: statement, .. } in &body.statements[..=last] {
                    let _ = writeln!(text, "{statement}");
                }
                text.push_str("}\n");
            }
        }
        probed.add_policy(source.get_path().clone(), text)?;
    }
    probed.add_data(prototype.get_data())?;
    Ok(probed)
}

struct Asker {
    engine: Engine,
    /// `input` and `data`.
    documents: serde_json::Value,
}

impl Asker {
    fn way(&mut self, number: usize, body: &Body) -> Way {
        let package = body.rule.rsplit_once('.').map_or("data", |(package, _)| package);
        let mut reached = Reached::Holds;
        let conditions = body.statements.iter().enumerate().map(|(at, statement)| {
            let mut values = Vec::new();
            if reached == Reached::Holds {
                let probe = format!("{package}.{PREFIX}_{number}_{at}");
                if !matches!(self.value(&probe), Ok(Value::Bool(true))) {
                    reached = Reached::Fails;
                    values = statement.references.iter().map(|name| self.shown(name)).collect();
                }
            } else {
                reached = Reached::NotReached;
            }
            Condition { text: statement.text.clone(), reached, values }
        });
        let conditions = conditions.collect();
        Way { rule: body.rule.clone(), place: body.place.clone(), conditions }
    }

    fn value(&mut self, rule: &str) -> Result<Value, Unknown> {
        limit(&mut self.engine, CONDITION_LIMIT);
        let value = self.engine.eval_rule(rule.to_owned());
        value.map_err(|error| Unknown::Policy(place::joined(&error)))
    }

    fn shown(&mut self, name: &str) -> (String, String) {
        let found = name.split('.').try_fold(&self.documents, |value, part| value.get(part));
        let value = match found {
            Some(value) => value.to_string(),
            None if name.starts_with("input.") => "undefined".to_owned(),
            None => match self.value(name) {
                Ok(Value::Undefined) => "undefined".to_owned(),
                Ok(value) => value.to_string(),
                Err(why) => why.to_string(),
            },
        };
        let mut short: String = value.chars().take(VALUE_MAX).collect();
        if short.len() < value.len() {
            short.push_str("...");
        }
        (name.to_owned(), short)
    }
}
