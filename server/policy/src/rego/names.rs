//! Names in a parsed policy: packages, rules, functions, references. Not their values.

use regorus::unstable::{Expr, Literal, Module, Query, Rule, RuleBody, RuleHead};
use std::collections::BTreeMap;

/// `a.b["c"]` as its parts; `None` for anything with a variable or a call inside.
pub(crate) fn path(expr: &Expr) -> Option<Vec<String>> {
    match expr {
        Expr::Var { span, .. } => Some(vec![span.text().to_owned()]),
        Expr::RefDot { refr, field, .. } => {
            let mut parts = path(refr)?;
            parts.push(field.0.text().to_owned());
            Some(parts)
        }
        Expr::RefBrack { refr, index, .. } => {
            let Expr::String { value, .. } = index.as_ref() else { return None };
            let mut parts = path(refr)?;
            parts.push(value.as_string().ok()?.to_string());
            Some(parts)
        }
        _ => None,
    }
}

/// `data.` and the package.
pub(crate) fn package(module: &Module) -> String {
    format!("data.{}", path(&module.package.refr).unwrap_or_default().join("."))
}

/// The name of a rule within its package, as far as it is fixed, and its number of arguments.
pub(crate) fn head(rule: &Rule) -> (String, usize) {
    let (refr, arguments) = match rule {
        Rule::Spec { head: RuleHead::Func { refr, args, .. }, .. } => (refr, args.len()),
        Rule::Spec { head: RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. }, .. } => {
            (refr, 0)
        }
        Rule::Default { refr, args, .. } => (refr, args.len()),
    };
    let mut fixed = refr.as_ref();
    loop {
        if let Some(parts) = path(fixed) {
            return (parts.join("."), arguments);
        }
        fixed = match fixed {
            Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => refr.as_ref(),
            _ => return (String::new(), arguments),
        };
    }
}

/// Names that imports give: alias to full path.
pub(crate) fn imports(module: &Module) -> BTreeMap<String, String> {
    let named = |import: &regorus::unstable::Import| {
        let parts = path(&import.refr)?;
        let alias = match &import.r#as {
            Some(alias) => alias.text().to_owned(),
            None => parts.last()?.clone(),
        };
        matches!(parts.first().map(String::as_str), Some("data" | "input"))
            .then(|| (alias, parts.join(".")))
    };
    module.imports.iter().filter_map(named).collect()
}

/// A reference as a full path from `data` or `input`: imports resolved, and names of the package's own rules.
pub(crate) fn full(parts: &[String], package: &str, imports: &BTreeMap<String, String>) -> String {
    let joined = parts.join(".");
    match parts.first().map(String::as_str) {
        Some("data" | "input") => joined,
        Some(first) => match imports.get(first) {
            Some(target) => format!("{target}{}", &joined[first.len()..]),
            None => format!("{package}.{joined}"),
        },
        None => joined,
    }
}

/// Every expression of a rule, outermost first.
pub(crate) fn each_of_rule(rule: &Rule, visit: &mut dyn FnMut(&Expr)) {
    match rule {
        Rule::Default { value, .. } => each(value, visit),
        Rule::Spec { head, bodies, .. } => {
            match head {
                RuleHead::Compr { refr, assign, .. } | RuleHead::Func { refr, assign, .. } => {
                    each(refr, visit);
                    assign.iter().for_each(|assign| each(&assign.value, visit));
                }
                RuleHead::Set { refr, key, .. } => {
                    each(refr, visit);
                    key.iter().for_each(|key| each(key, visit));
                }
            }
            bodies.iter().for_each(|body| each_of_body(body, visit));
        }
    }
}

fn each_of_body(body: &RuleBody, visit: &mut dyn FnMut(&Expr)) {
    body.assign.iter().for_each(|assign| each(&assign.value, visit));
    each_of_query(&body.query, visit);
}

fn each_of_query(query: &Query, visit: &mut dyn FnMut(&Expr)) {
    for statement in &query.stmts {
        each_of_literal(&statement.literal, visit);
        for with in &statement.with_mods {
            each(&with.r#as, visit);
        }
    }
}

/// Every expression of one statement.
pub(crate) fn each_of_literal(literal: &Literal, visit: &mut dyn FnMut(&Expr)) {
    match literal {
        Literal::SomeVars { .. } => {}
        Literal::SomeIn { key, value, collection, .. } => {
            key.iter().for_each(|key| each(key, visit));
            each(value, visit);
            each(collection, visit);
        }
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => each(expr, visit),
        Literal::Every { domain, query, .. } => {
            each(domain, visit);
            each_of_query(query, visit);
        }
    }
}

fn each(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(expr);
    match expr {
        Expr::String { .. }
        | Expr::RawString { .. }
        | Expr::Number { .. }
        | Expr::Bool { .. }
        | Expr::Null { .. }
        | Expr::Var { .. } => {}
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().for_each(|item| each(item, visit));
        }
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, key, value)| {
            each(key, visit);
            each(value, visit);
        }),
        Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
            each(term, visit);
            each_of_query(query, visit);
        }
        Expr::ObjectCompr { key, value, query, .. } => {
            each(key, visit);
            each(value, visit);
            each_of_query(query, visit);
        }
        Expr::Call { params, .. } => params.iter().for_each(|param| each(param, visit)),
        Expr::UnaryExpr { expr, .. } => each(expr, visit),
        Expr::RefDot { refr, .. } => each(refr, visit),
        Expr::RefBrack { refr, index, .. } => {
            each(refr, visit);
            each(index, visit);
        }
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => {
            each(lhs, visit);
            each(rhs, visit);
        }
        Expr::Membership { key, value, collection, .. } => {
            key.iter().for_each(|key| each(key, visit));
            each(value, visit);
            each(collection, visit);
        }
    }
}
