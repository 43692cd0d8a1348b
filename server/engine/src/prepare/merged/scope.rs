//! The scopes opened inside a block, by the names bound in them. After scope analysis, an identifier whose context is
//! none of these means something outside of the block.

use super::super::bindings::identifiers;
use deno_ast::swc::ast::{
    ArrowExpr, CatchClause, ClassDecl, ClassExpr, FnDecl, FnExpr, Ident, Param, Pat, SetterProp,
    TsEnumDecl, TsImportEqualsDecl, TsModuleDecl, TsParamProp, TsParamPropParam, VarDeclarator,
};
use deno_ast::swc::common::SyntaxContext;
use deno_ast::swc::ecma_visit::{Visit, VisitWith};
use std::collections::HashSet;

/// The contexts of all names bound in `node`.
pub fn opened(node: &impl VisitWith<Bound>) -> HashSet<SyntaxContext> {
    let mut bound = Bound::default();
    node.visit_with(&mut bound);
    bound.0
}

#[derive(Default)]
pub struct Bound(HashSet<SyntaxContext>);

impl Bound {
    fn ident(&mut self, ident: &Ident) {
        self.0.insert(ident.ctxt);
    }

    fn pattern(&mut self, pattern: &Pat) {
        let mut names = Vec::new();
        identifiers(pattern, &mut names);
        names.iter().for_each(|name| self.ident(name));
    }
}

impl Visit for Bound {
    fn visit_var_declarator(&mut self, node: &VarDeclarator) {
        self.pattern(&node.name);
        node.visit_children_with(self);
    }
    fn visit_param(&mut self, node: &Param) {
        self.pattern(&node.pat);
        node.visit_children_with(self);
    }
    fn visit_ts_param_prop(&mut self, node: &TsParamProp) {
        match &node.param {
            TsParamPropParam::Ident(name) => self.ident(name),
            TsParamPropParam::Assign(assign) => self.pattern(&assign.left),
        }
        node.visit_children_with(self);
    }
    fn visit_arrow_expr(&mut self, node: &ArrowExpr) {
        node.params.iter().for_each(|param| self.pattern(param));
        node.visit_children_with(self);
    }
    fn visit_setter_prop(&mut self, node: &SetterProp) {
        self.pattern(&node.param);
        node.visit_children_with(self);
    }
    fn visit_catch_clause(&mut self, node: &CatchClause) {
        node.param.iter().for_each(|param| self.pattern(param));
        node.visit_children_with(self);
    }
    fn visit_fn_decl(&mut self, node: &FnDecl) {
        self.ident(&node.ident);
        node.visit_children_with(self);
    }
    fn visit_fn_expr(&mut self, node: &FnExpr) {
        node.ident.iter().for_each(|name| self.ident(name));
        node.visit_children_with(self);
    }
    fn visit_class_decl(&mut self, node: &ClassDecl) {
        self.ident(&node.ident);
        node.visit_children_with(self);
    }
    fn visit_class_expr(&mut self, node: &ClassExpr) {
        node.ident.iter().for_each(|name| self.ident(name));
        node.visit_children_with(self);
    }
    fn visit_ts_enum_decl(&mut self, node: &TsEnumDecl) {
        self.ident(&node.id);
        node.visit_children_with(self);
    }
    fn visit_ts_module_decl(&mut self, node: &TsModuleDecl) {
        node.id.as_ident().iter().for_each(|name| self.ident(name));
        node.visit_children_with(self);
    }
    fn visit_ts_import_equals_decl(&mut self, node: &TsImportEqualsDecl) {
        self.ident(&node.id);
    }
}
