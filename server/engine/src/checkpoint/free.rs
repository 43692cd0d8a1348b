//! The names a function takes from outside of its own text, and the words that tie it to the place it was written at.

use deno_ast::ParsedSource;
use deno_ast::swc::ast::{
    ArrowExpr, AssignExpr, AssignTarget, BlockStmt, CallExpr, Callee, Class, Constructor, Expr,
    Function, GetterProp, Ident, MetaPropExpr, MetaPropKind, Pat, SetterProp, SimpleAssignTarget,
    Super, ThisExpr, UpdateExpr,
};
use deno_ast::swc::common::SyntaxContext;
use deno_ast::swc::ecma_visit::{Visit, VisitWith};

/// See the module.
#[derive(Default)]
pub struct Free {
    pub names: Vec<String>,
    pub assigned: Vec<String>,
    /// `this`, `super`, `arguments`, `new.target` or `eval`.
    pub tied: Option<&'static str>,
}

/// A method, a getter or a setter of an object.
pub enum Member<'a> {
    Function(&'a Function),
    Body(Option<&'a BlockStmt>),
    Setter(&'a SetterProp),
}

/// Has its own `this`; cannot hold `super`.
pub fn of_function(parsed: &ParsedSource, function: &Function) -> Free {
    walk(parsed, 1, |walk| function.visit_children_with(walk))
}

/// Takes `this` and its like from where it stands.
pub fn of_arrow(parsed: &ParsedSource, arrow: &ArrowExpr) -> Free {
    walk(parsed, 0, |walk| arrow.visit_children_with(walk))
}

/// Has its own `this`, but `super` leads to the object it was written in.
pub fn of_member(parsed: &ParsedSource, member: &Member<'_>) -> Free {
    walk(parsed, 1, |walk| match member {
        Member::Function(function) => function.visit_children_with(walk),
        Member::Body(body) => body.iter().for_each(|body| body.visit_with(walk)),
        Member::Setter(setter) => {
            setter.param.visit_with(walk);
            setter.body.visit_with(walk);
        }
    })
}

/// Brings `this` and `super` of its members along.
pub fn of_class(parsed: &ParsedSource, class: &Class) -> Free {
    walk(parsed, 0, |walk| class.visit_with(walk))
}

fn walk(parsed: &ParsedSource, depth: u32, visit: impl FnOnce(&mut Walk)) -> Free {
    let outside = parsed.unresolved_context();
    let mut walk = Walk { outside, own_this: depth, own_super: 0, found: Free::default() };
    visit(&mut walk);
    walk.found
}

struct Walk {
    outside: SyntaxContext,
    /// Enclosing things within the text that have a `this`, and a `super`, of their own.
    own_this: u32,
    own_super: u32,
    found: Free,
}

impl Walk {
    fn tie(&mut self, word: &'static str) {
        self.found.tied.get_or_insert(word);
    }

    fn assigns(&mut self, target: &Ident) {
        let name = target.sym.to_string();
        if target.ctxt == self.outside && !self.found.assigned.contains(&name) {
            self.found.assigned.push(name);
        }
    }

    fn with_this(&mut self, visit: impl FnOnce(&mut Self)) {
        self.own_this += 1;
        visit(self);
        self.own_this -= 1;
    }
}

impl Visit for Walk {
    fn visit_ident(&mut self, ident: &Ident) {
        if ident.ctxt != self.outside {
            return;
        }
        if &*ident.sym == "arguments" {
            if self.own_this == 0 {
                self.tie("arguments");
            }
            return;
        }
        let name = ident.sym.to_string();
        if !self.found.names.contains(&name) {
            self.found.names.push(name);
        }
    }

    fn visit_this_expr(&mut self, _: &ThisExpr) {
        if self.own_this == 0 {
            self.tie("this");
        }
    }

    fn visit_super(&mut self, _: &Super) {
        if self.own_super == 0 {
            self.tie("super");
        }
    }

    fn visit_meta_prop_expr(&mut self, node: &MetaPropExpr) {
        if node.kind == MetaPropKind::NewTarget && self.own_this == 0 {
            self.tie("new.target");
        }
    }

    /// A direct eval sees every variable of the scopes around it.
    fn visit_call_expr(&mut self, node: &CallExpr) {
        if let Callee::Expr(callee) = &node.callee
            && matches!(callee.as_ref(), Expr::Ident(name) if &*name.sym == "eval")
        {
            self.tie("eval");
        }
        node.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, node: &AssignExpr) {
        match &node.left {
            AssignTarget::Simple(SimpleAssignTarget::Ident(target)) => self.assigns(&target.id),
            AssignTarget::Simple(_) => {}
            AssignTarget::Pat(pattern) => {
                let mut targets = Vec::new();
                crate::prepare::identifiers(&Pat::from(pattern.clone()), &mut targets);
                targets.iter().for_each(|target| self.assigns(target));
            }
        }
        node.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, node: &UpdateExpr) {
        if let Some(target) = node.arg.as_ident() {
            self.assigns(target);
        }
        node.visit_children_with(self);
    }

    fn visit_function(&mut self, node: &Function) {
        self.with_this(|walk| node.visit_children_with(walk));
    }

    fn visit_constructor(&mut self, node: &Constructor) {
        self.with_this(|walk| node.visit_children_with(walk));
    }

    fn visit_getter_prop(&mut self, node: &GetterProp) {
        self.with_this(|walk| node.visit_children_with(walk));
    }

    fn visit_setter_prop(&mut self, node: &SetterProp) {
        self.with_this(|walk| node.visit_children_with(walk));
    }

    /// Fields, blocks and methods have the class's own `this` and `super`; what it extends has not.
    fn visit_class(&mut self, node: &Class) {
        node.super_class.visit_with(self);
        node.decorators.visit_with(self);
        self.own_this += 1;
        self.own_super += 1;
        node.body.visit_with(self);
        self.own_super -= 1;
        self.own_this -= 1;
    }
}
