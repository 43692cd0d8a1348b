//! Calls in a policy: functions that do not exist, and those that have no place in a decision. regorus finds the
//! first only when a call is reached, which may be never in a test and at once in production.

use super::{Problem, names};
use crate::error::PolicyProblem;
use regorus::unstable::{BUILTINS, Expr, Module, Ref, Span};
use std::collections::BTreeSet;

/// Functions that make a decision depend on more than policy and input, or write what the input holds.
const REFUSED: &[(&str, &str)] = &[
    ("http.send", "a decision does not reach out; a rule with `url` asks a policy server"),
    ("opa.runtime", "a decision does not read the server's environment"),
    ("print", "it writes parts of the input to the server's log; use it in tests"),
    ("rand.intn", "the same input must get the same answer"),
    ("trace", "it is for debugging; `mcp-v8 policy explain` shows what was evaluated"),
];

/// They make a list as long as numbers say, all at once, before any limit of time looks: numbers out of an input could
/// take all memory. So the numbers stand in the policy, and are not far apart.
const RANGES: &[&str] = &["numbers.range", "numbers.range_step"];

/// Longest list of a range.
const RANGE_MAX: u64 = 1_000_000;

/// Every call of every module that cannot stay. `tests`: with the freedom that tests have.
pub(crate) fn check<'m>(
    modules: impl Iterator<Item = &'m Module> + Clone,
    tests: bool,
) -> Vec<Problem> {
    let own: BTreeSet<String> = modules.clone().flat_map(declared).collect();
    let mut problems = Vec::new();
    for module in modules {
        let (package, imports) = (names::package(module), names::imports(module));
        for rule in &module.policy {
            names::each_of_rule(rule, &mut |expr| {
                let Expr::Call { fcn, params, .. } = expr else { return };
                let Some(parts) = names::path(fcn) else { return };
                if own.contains(&names::full(&parts, &package, &imports)) {
                    return;
                }
                let name = parts.join(".");
                let problem = match RANGES.contains(&name.as_str()) && !is_short(params) {
                    true => Some(PolicyProblem::OpenRange { name, most: RANGE_MAX }),
                    false => judge(name, tests),
                };
                if let Some(problem) = problem {
                    problems.push((Some(place(start(fcn))), problem));
                }
            });
        }
    }
    problems
}

fn judge(name: String, tests: bool) -> Option<PolicyProblem> {
    match REFUSED.iter().find(|(refused, _)| *refused == name) {
        Some(_) if tests && matches!(name.as_str(), "print" | "trace") => None,
        Some((_, why)) => Some(PolicyProblem::RefusedFunction { name, why }),
        None if BUILTINS.contains_key(name.as_str()) => None,
        None => Some(PolicyProblem::UnknownFunction(name)),
    }
}

/// A range between two numbers that stand there, of no more than [`RANGE_MAX`].
fn is_short(params: &[Ref<Expr>]) -> bool {
    let literal = |at: usize| match params.get(at).map(|param| &**param) {
        Some(Expr::Number { value, .. }) => value.as_u64().ok(),
        _ => None,
    };
    literal(0).zip(literal(1)).is_some_and(|(from, to)| from.abs_diff(to) < RANGE_MAX)
}

/// Full paths of a module's functions.
fn declared(module: &Module) -> Vec<String> {
    let package = names::package(module);
    let heads = module.policy.iter().map(|rule| names::head(rule));
    heads
        .filter(|(_, arguments)| *arguments > 0)
        .map(|(name, _)| format!("{package}.{name}"))
        .collect()
}

/// Where a reference begins; its own span is that of its last part.
fn start(expr: &Expr) -> &Span {
    match expr {
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => start(refr),
        other => other.span(),
    }
}

pub(crate) fn place(span: &Span) -> String {
    format!("{}:{}:{}", span.source.get_path(), span.line, span.col)
}
