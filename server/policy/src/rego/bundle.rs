//! A policy that is read, parsed, checked and prepared. Not a decision.

use super::files::{self, Kind, PolicyFile};
use super::rule::RegoRule;
use super::{
    Problem, addresses, defaults, engine, functions, limit, names, nesting, place, reasons,
};
use crate::error::PolicyProblem;
use regorus::{Engine, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// Time of the evaluation that warms an engine. Far above any decision's, so that only a policy without end hits it.
const WARM_UP: Duration = Duration::from_secs(2);

/// Rules that a message about an undefined entry point lists.
const LISTED_MAX: usize = 8;

/// A rule of our own, whose evaluation prepares everything and evaluates nothing of the policy.
const PROBE: (&str, &str) = ("mcp-v8 probe", "package mcp_v8_probe\n\nready := true\n");
const PROBE_RULE: &str = "data.mcp_v8_probe.ready";

pub(crate) struct Bundle {
    /// Parsed and analysed; never evaluated with an input.
    pub(crate) engine: Engine,
    /// Full paths of all rules that are not functions.
    declared: BTreeSet<String>,
    sees_addresses: bool,
    digest: [u8; 32],
}

impl Bundle {
    /// Everything but tests.
    pub(crate) fn load(path: &Path) -> Result<Self, Vec<Problem>> {
        Self::of(&files::read(path, false)?, false)
    }

    /// Also the tests.
    pub(crate) fn load_with_tests(path: &Path) -> Result<Self, Vec<Problem>> {
        Self::of(&files::read(path, true)?, true)
    }

    pub(crate) fn of(files: &[PolicyFile], tests: bool) -> Result<Self, Vec<Problem>> {
        let mut engine = engine();
        let mut problems = Vec::new();
        let mut digest = Sha256::new();
        for file in files {
            let name = file.path.file_name().unwrap_or_default().as_encoded_bytes();
            for part in [file.under.join("/").as_bytes(), name, file.text.as_bytes()] {
                digest.update((part.len() as u64).to_le_bytes());
                digest.update(part);
            }
            if let Err(problem) = add(&mut engine, file) {
                problems.push(problem);
            }
        }
        if problems.is_empty() {
            let modules = engine.get_modules();
            let modules = modules.iter().map(|module| &**module);
            problems = functions::check(modules.clone(), tests);
            problems.extend(defaults::check(modules));
        }
        if problems.is_empty() {
            problems.extend(prepare(&mut engine).err());
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let declared = engine.get_modules().iter().flat_map(|module| {
            let package = names::package(module);
            let heads = module.policy.iter().map(|rule| names::head(rule));
            let rules = heads.filter(|(name, arguments)| *arguments == 0 && !name.is_empty());
            rules.map(move |(name, _)| format!("{package}.{name}")).collect::<Vec<_>>()
        });
        let declared = declared.filter(|rule| rule != PROBE_RULE).collect();
        let rego = files.iter().filter(|file| matches!(file.kind, Kind::Rego | Kind::RegoTest));
        let sees_addresses = rego.into_iter().any(|file| addresses::may_be_read(&file.text));
        Ok(Self { engine, declared, sees_addresses, digest: digest.finalize().into() })
    }

    pub(crate) fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Full paths of all rules that are not functions, in the order of names.
    pub(crate) fn declared(&self) -> impl Iterator<Item = &str> {
        self.declared.iter().map(String::as_str)
    }

    /// An entry point, warmed.
    pub(crate) fn rule(&self, query: &str) -> Result<RegoRule, Problem> {
        if !self.declared.contains(query) {
            let declared = self.declared().take(LISTED_MAX).map(str::to_owned).collect();
            let query = query.to_owned();
            return Err((None, PolicyProblem::UndefinedEntryPoint { query, declared }));
        }
        let mut prototype = self.engine.clone();
        prototype.set_input(Value::new_object());
        limit(&mut prototype, WARM_UP);
        prototype.eval_rule(query.to_owned()).map_err(|error| {
            let (place, why) = place::split(&error);
            (place, PolicyProblem::FailsOnEmptyInput { query: query.to_owned(), why })
        })?;
        let reasons = reasons::query(query);
        let reasons = self.declared.contains(&reasons).then_some(reasons);
        let sees_addresses = self.sees_addresses;
        Ok(RegoRule { prototype, query: query.to_owned(), reasons, sees_addresses })
    }
}

fn add(engine: &mut Engine, file: &PolicyFile) -> Result<(), Problem> {
    let label = file.path.display().to_string();
    match file.kind {
        Kind::Rego | Kind::RegoTest => {
            if let Some((line, column)) = nesting::too_deep(&file.text) {
                let problem = PolicyProblem::TooNested { limit: nesting::NESTING_MAX };
                return Err((Some(format!("{label}:{line}:{column}")), problem));
            }
            let added = engine.add_policy(label.clone(), file.text.clone());
            added.map(drop).map_err(|error| {
                let (place, message) = place::split(&error);
                (place.or(Some(format!("{label}:1:1"))), PolicyProblem::Rego(message))
            })
        }
        Kind::Json | Kind::Yaml => data(engine, file).map_err(|(line, column, why)| {
            (Some(format!("{label}:{line}:{column}")), PolicyProblem::Data(why))
        }),
    }
}

/// A data document goes under the names of its directories, as `opa eval --data` puts it.
fn data(engine: &mut Engine, file: &PolicyFile) -> Result<(), (usize, usize, String)> {
    let start = |why: String| (1, 1, why);
    let value = match file.kind {
        Kind::Yaml => {
            Value::from_yaml_str(&file.text).map_err(|error| start(place::joined(&error)))?
        }
        _ => {
            let json: serde_json::Value = serde_json::from_str(&file.text)
                .map_err(|error| (error.line(), error.column(), error.to_string()))?;
            Value::from(json)
        }
    };
    if value.as_object().is_err() {
        return Err(start("it is not an object".to_owned()));
    }
    let nested = file.under.iter().rev().fold(value, |inner, name| {
        Value::from(std::collections::BTreeMap::from([(Value::from(name.as_str()), inner)]))
    });
    engine.add_data(nested).map_err(|error| start(place::joined(&error)))
}

/// What regorus finds only when all modules are together: unsafe variables, conflicting and recursive definitions.
fn prepare(engine: &mut Engine) -> Result<(), Problem> {
    let (label, text) = PROBE;
    let probed = engine
        .add_policy(label.to_owned(), text.to_owned())
        .and_then(|_| engine.eval_rule(PROBE_RULE.to_owned()));
    probed.map(drop).map_err(|error| {
        let (place, message) = place::split(&error);
        (place, PolicyProblem::Rego(message))
    })
}
