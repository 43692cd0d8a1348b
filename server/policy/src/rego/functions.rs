//! Calls in a policy: functions that do not exist, and those that have no place in a decision. regorus finds the
//! first only when a call is reached, which may be never in a test and at once in production.

use super::{Problem, names};
use crate::error::PolicyProblem;
use regorus::unstable::{BUILTINS, Expr, Module, Span};
use std::collections::BTreeSet;

/// Functions that make a decision depend on more than policy and input, or write what the input holds.
const REFUSED: &[(&str, &str)] = &[
    ("http.send", "a decision does not reach out; a rule with `url` asks a policy server"),
    (
        "numbers.range",
        "it makes a list as long as a number says, before any limit looks; compare with < and > instead",
    ),
    (
        "numbers.range_step",
        "it makes a list as long as a number says, before any limit looks; compare with < and > instead",
    ),
    ("opa.runtime", "a decision does not read the server's environment"),
    ("print", "it writes parts of the input to the server's log; use it in tests"),
    ("rand.intn", "the same input must get the same answer"),
    ("trace", "it is for debugging; `mcp-v8 policy explain` shows what was evaluated"),
];

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
                let Expr::Call { fcn, .. } = expr else { return };
                let Some(parts) = names::path(fcn) else { return };
                if own.contains(&names::full(&parts, &package, &imports)) {
                    return;
                }
                if let Some(problem) = judge(parts.join("."), tests) {
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
