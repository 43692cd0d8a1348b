//! Turns identifiers into properties of their namespace, wherever a value can be read or assigned to. Not types: those
//! are gone when the text runs.

use super::Qualified;
use deno_ast::swc::ast::{
    AssignPat, Expr, Ident, KeyValuePatProp, KeyValueProp, MemberExpr, MemberProp, ObjectPatProp,
    Pat, Prop, PropName, SimpleAssignTarget,
};
use deno_ast::swc::ecma_visit::{VisitMut, VisitMutWith};

/// Replaces every identifier found.
pub struct Qualify(pub Qualified);

impl Qualify {
    fn member(&self, ident: &Ident) -> Option<MemberExpr> {
        let namespace = self.0.get(&ident.span.lo)?;
        Some(MemberExpr {
            span: ident.span,
            obj: Box::new(Expr::Ident(Ident::new_no_ctxt(namespace.clone(), ident.span))),
            prop: MemberProp::Ident(ident.clone().into()),
        })
    }
}

impl VisitMut for Qualify {
    fn visit_mut_expr(&mut self, node: &mut Expr) {
        match node {
            Expr::Ident(ident) => {
                if let Some(member) = self.member(ident) {
                    *node = Expr::Member(member);
                }
            }
            _ => node.visit_mut_children_with(self),
        }
    }

    /// `{ k }` -> `{ k: A.k }`
    fn visit_mut_prop(&mut self, node: &mut Prop) {
        match node {
            Prop::Shorthand(ident) => {
                if let Some(member) = self.member(ident) {
                    let key = PropName::Ident(ident.clone().into());
                    *node = Prop::KeyValue(KeyValueProp { key, value: Box::new(member.into()) });
                }
            }
            _ => node.visit_mut_children_with(self),
        }
    }

    fn visit_mut_simple_assign_target(&mut self, node: &mut SimpleAssignTarget) {
        match node {
            SimpleAssignTarget::Ident(ident) => {
                if let Some(member) = self.member(ident) {
                    *node = SimpleAssignTarget::Member(member);
                }
            }
            _ => node.visit_mut_children_with(self),
        }
    }

    /// A name that a pattern binds is never one of another block: this is a pattern that assigns.
    fn visit_mut_pat(&mut self, node: &mut Pat) {
        match node {
            Pat::Ident(ident) => {
                if let Some(member) = self.member(ident) {
                    *node = Pat::Expr(Box::new(member.into()));
                }
            }
            _ => node.visit_mut_children_with(self),
        }
    }

    /// `({ k = 1 } = o)` -> `({ k: A.k = 1 } = o)`
    fn visit_mut_object_pat_prop(&mut self, node: &mut ObjectPatProp) {
        node.visit_mut_children_with(self);
        let ObjectPatProp::Assign(short) = node else { return };
        let Some(member) = self.member(&short.key) else { return };
        let target = Pat::Expr(Box::new(member.into()));
        let value = match short.value.take() {
            None => target,
            Some(right) => {
                Pat::Assign(AssignPat { span: short.span, left: Box::new(target), right })
            }
        };
        let key = PropName::Ident(short.key.id.clone().into());
        *node = ObjectPatProp::KeyValue(KeyValuePatProp { key, value: Box::new(value) });
    }
}
