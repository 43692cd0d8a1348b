//! Rules with more than one default: OPA refuses them, regorus takes one of them.

use super::{Problem, functions, names};
use crate::error::PolicyProblem;
use regorus::unstable::{Module, Rule};
use std::collections::BTreeSet;

/// Every default after the first of its rule.
pub(crate) fn check<'m>(modules: impl Iterator<Item = &'m Module>) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for module in modules {
        let package = names::package(module);
        for rule in &module.policy {
            let Rule::Default { span, .. } = &**rule else { continue };
            let name = format!("{package}.{}", names::head(rule).0);
            if !seen.insert(name.clone()) {
                let place = Some(functions::place(span));
                problems.push((place, PolicyProblem::SecondDefault(name)));
            }
        }
    }
    problems
}
