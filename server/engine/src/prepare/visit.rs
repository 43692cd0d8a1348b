//! Questions about a syntax tree that need a walk. Walks stop at functions where the question does.

use deno_ast::swc::ast::{
    ArrowExpr, AssignExpr, AssignTarget, AwaitExpr, Class, Constructor, Decorator, ForOfStmt,
    Function, GetterProp, Ident, JSXElement, JSXFragment, Module, Pat, ReturnStmt, SetterProp,
    SimpleAssignTarget, UpdateExpr, UsingDecl, VarDecl, VarDeclKind,
};
use deno_ast::swc::ecma_visit::{Visit, VisitWith};
use deno_ast::{ParsedSource, ProgramRef, SourceRangedForSpanned, StartSourcePos};

/// The module's tree.
pub fn module(parsed: &ParsedSource) -> &Module {
    match parsed.program_ref() {
        ProgramRef::Module(module) => module,
        ProgramRef::Script(_) => unreachable!("the text was parsed as a module"),
    }
}

/// The text has syntax V8 does not run as it stands: JSX or decorators.
pub fn needs_emit(parsed: &ParsedSource) -> bool {
    let mut walk = Emit(false);
    module(parsed).visit_with(&mut walk);
    walk.0
}

struct Emit(bool);

impl Visit for Emit {
    fn visit_jsx_element(&mut self, _: &JSXElement) {
        self.0 = true;
    }
    fn visit_jsx_fragment(&mut self, _: &JSXFragment) {
        self.0 = true;
    }
    fn visit_decorator(&mut self, _: &Decorator) {
        self.0 = true;
    }
}

/// Where the first `using` declaration is, at any depth, as an offset in the text.
pub fn first_using(parsed: &ParsedSource) -> Option<usize> {
    let mut walk = Using(None);
    module(parsed).visit_with(&mut walk);
    walk.0
}

struct Using(Option<usize>);

impl Visit for Using {
    fn visit_using_decl(&mut self, node: &UsingDecl) {
        let at = node.start().as_byte_index(StartSourcePos::START_SOURCE_POS);
        self.0.get_or_insert(at);
    }
}

/// What the top level uses, outside of functions and classes.
#[derive(Default)]
pub struct TopLevel {
    /// `await`, `for await`, `return` or `using`: the text must become an async function.
    pub needs_function: bool,
    /// `var` declarations inside blocks and loops.
    pub nested_vars: Vec<VarDecl>,
}

/// Walks the top level.
pub fn top_level(module: &Module) -> TopLevel {
    let mut found = TopLevel::default();
    module.visit_with(&mut found);
    found
}

impl Visit for TopLevel {
    fn visit_await_expr(&mut self, node: &AwaitExpr) {
        self.needs_function = true;
        node.visit_children_with(self);
    }
    fn visit_for_of_stmt(&mut self, node: &ForOfStmt) {
        self.needs_function |= node.is_await;
        node.visit_children_with(self);
    }
    fn visit_return_stmt(&mut self, node: &ReturnStmt) {
        self.needs_function = true;
        node.visit_children_with(self);
    }
    fn visit_using_decl(&mut self, node: &UsingDecl) {
        self.needs_function = true;
        node.visit_children_with(self);
    }
    fn visit_var_decl(&mut self, node: &VarDecl) {
        if node.kind == VarDeclKind::Var {
            self.nested_vars.push(node.clone());
        }
        node.visit_children_with(self);
    }
    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_constructor(&mut self, _: &Constructor) {}
    fn visit_getter_prop(&mut self, _: &GetterProp) {}
    fn visit_setter_prop(&mut self, _: &SetterProp) {}
    fn visit_class(&mut self, _: &Class) {}
}

/// Every identifier that is assigned to, at any depth.
pub fn assigned(module: &Module) -> Vec<Ident> {
    let mut walk = Assigned(Vec::new());
    module.visit_with(&mut walk);
    walk.0
}

struct Assigned(Vec<Ident>);

impl Visit for Assigned {
    fn visit_assign_expr(&mut self, node: &AssignExpr) {
        match &node.left {
            AssignTarget::Simple(SimpleAssignTarget::Ident(target)) => {
                self.0.push(target.id.clone())
            }
            AssignTarget::Simple(_) => {}
            AssignTarget::Pat(pattern) => {
                super::bindings::identifiers(&Pat::from(pattern.clone()), &mut self.0);
            }
        }
        node.visit_children_with(self);
    }
    fn visit_update_expr(&mut self, node: &UpdateExpr) {
        if let Some(target) = node.arg.as_ident() {
            self.0.push(target.clone());
        }
        node.visit_children_with(self);
    }
}
