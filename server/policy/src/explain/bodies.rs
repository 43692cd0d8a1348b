//! The bodies of the rules that a decision can depend on. Not whether they hold.

use crate::rego::{functions, names};
use regorus::unstable::{Literal, Module, Ref, Rule, Span};
use std::collections::{BTreeSet, VecDeque};

/// Rules that are looked at: the entry point first, then what it refers to.
const RULES_MAX: usize = 50;

/// One body with at least one statement.
pub(super) struct Body {
    pub(super) rule: String,
    pub(super) place: String,
    /// Position of the module among all.
    pub(super) module: usize,
    pub(super) statements: Vec<Statement>,
}

pub(super) struct Statement {
    pub(super) text: String,
    /// Full paths of the references in it that begin at `input` or at a rule.
    pub(super) references: Vec<String>,
}

/// The bodies of `query` and of the rules it refers to, over any number of steps.
pub(super) fn of(modules: &[Ref<Module>], query: &str) -> Vec<Body> {
    let declared: BTreeSet<String> = modules.iter().flat_map(|module| declared(module)).collect();
    let mut seen = BTreeSet::from([query.to_owned()]);
    let mut pending = VecDeque::from([query.to_owned()]);
    let mut bodies = Vec::new();
    while let Some(wanted) = pending.pop_front() {
        for (at, module) in modules.iter().enumerate() {
            for rule in rules(module, &wanted) {
                let found = of_rule(module, at, &wanted, rule, &declared);
                for reference in
                    found.iter().flat_map(|body| &body.statements).flat_map(|s| &s.references)
                {
                    if declared.contains(reference)
                        && seen.len() < RULES_MAX
                        && seen.insert(reference.clone())
                    {
                        pending.push_back(reference.clone());
                    }
                }
                bodies.extend(found);
            }
        }
    }
    bodies
}

fn declared(module: &Module) -> Vec<String> {
    let package = names::package(module);
    let heads = module.policy.iter().map(|rule| names::head(rule));
    heads
        .filter(|(_, arguments)| *arguments == 0)
        .map(|(name, _)| format!("{package}.{name}"))
        .collect()
}

fn rules<'m>(module: &'m Module, wanted: &str) -> impl Iterator<Item = &'m Rule> {
    let name = wanted.strip_prefix(&format!("{}.", names::package(module))).map(str::to_owned);
    let rules = module.policy.iter().map(|rule| &**rule);
    rules.filter(move |rule| {
        name.as_ref().is_some_and(|name| names::head(rule) == (name.clone(), 0))
    })
}

fn of_rule(
    module: &Module,
    at: usize,
    rule_name: &str,
    rule: &Rule,
    declared: &BTreeSet<String>,
) -> Vec<Body> {
    let Rule::Spec { bodies, .. } = rule else { return Vec::new() };
    let with_statements = bodies.iter().filter(|body| !body.query.stmts.is_empty());
    let body = with_statements.map(|body| Body {
        rule: rule_name.to_owned(),
        place: functions::place(&body.query.stmts[0].span),
        module: at,
        statements: body
            .query
            .stmts
            .iter()
            .map(|statement| Statement {
                text: text(&statement.span),
                references: references(module, &statement.literal, declared),
            })
            .collect(),
    });
    body.collect()
}

/// A statement as it is written. The span of a string is without its quotes.
fn text(span: &Span) -> String {
    let contents = span.source.get_contents();
    let (mut start, mut end) = (span.start as usize, span.end as usize);
    let quote = |byte: Option<&u8>| matches!(byte, Some(b'"' | b'`'));
    if quote(start.checked_sub(1).and_then(|at| contents.as_bytes().get(at))) {
        start -= 1;
    }
    if quote(contents.as_bytes().get(end)) {
        end += 1;
    }
    contents.get(start..end).unwrap_or_default().to_owned()
}

/// The longest references only: not also the `input.a` within `input.a.b`.
fn references(module: &Module, literal: &Literal, declared: &BTreeSet<String>) -> Vec<String> {
    let (package, imports) = (names::package(module), names::imports(module));
    let mut found: Vec<String> = Vec::new();
    names::each_of_literal(literal, &mut |expr| {
        let Some(parts) = names::path(expr) else { return };
        let full = names::full(&parts, &package, &imports);
        let covered = found.iter().any(|known| {
            known.strip_prefix(&full).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        // A name that is neither of a rule nor imported is a variable of the body, or a function.
        let outside =
            matches!(parts[0].as_str(), "input" | "data") || imports.contains_key(&parts[0]);
        let of_interest = (outside && full.contains('.')) || declared.contains(&full);
        if of_interest && !covered {
            found.push(full);
        }
    });
    found
}
