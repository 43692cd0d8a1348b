//! The names a pattern binds. Not scopes: only what stands in the pattern.

use deno_ast::swc::ast::{Ident, ObjectPatProp, Pat, VarDecl};

/// Collects the identifiers a pattern binds or assigns, in order.
pub fn identifiers(pattern: &Pat, out: &mut Vec<Ident>) {
    match pattern {
        Pat::Ident(ident) => out.push(ident.id.clone()),
        Pat::Array(array) => array.elems.iter().flatten().for_each(|item| identifiers(item, out)),
        Pat::Rest(rest) => identifiers(&rest.arg, out),
        Pat::Assign(assign) => identifiers(&assign.left, out),
        Pat::Object(object) => {
            for property in &object.props {
                match property {
                    ObjectPatProp::KeyValue(pair) => identifiers(&pair.value, out),
                    ObjectPatProp::Assign(short) => out.push(short.key.id.clone()),
                    ObjectPatProp::Rest(rest) => identifiers(&rest.arg, out),
                }
            }
        }
        // `a.b` in an assignment pattern binds no name.
        Pat::Expr(_) | Pat::Invalid(_) => {}
    }
}

/// The names a declaration binds.
pub fn declared(declaration: &VarDecl) -> Vec<String> {
    let mut found = Vec::new();
    declaration.decls.iter().for_each(|one| identifiers(&one.name, &mut found));
    found.into_iter().map(|ident| ident.sym.to_string()).collect()
}

/// Some declarator destructures.
pub fn destructures(declaration: &VarDecl) -> bool {
    declaration.decls.iter().any(|one| matches!(one.name, Pat::Object(_) | Pat::Array(_)))
}
