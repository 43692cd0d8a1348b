//! Top-level declarations become assignments to properties of the global object.

use super::super::{Kind, bindings};
use super::{Repl, end, start};
use deno_ast::swc::ast::{ClassDecl, Decl, Expr, FnDecl, VarDecl, VarDeclKind};

impl Repl<'_> {
    pub(super) fn declaration(&mut self, declaration: &Decl) {
        match declaration {
            Decl::Var(declaration) if declaration.kind != VarDeclKind::Var => {
                self.lexical(declaration)
            }
            Decl::Class(declaration) => self.class(declaration),
            Decl::Fn(declaration) => self.function(declaration),
            // `var` is global in a script; in a function all of them are handled as nested ones.
            // A statement before it without a semicolon must not run into its parenthesis.
            Decl::Var(declaration) if self.wrapped => self.before(start(declaration.span), ";"),
            Decl::Var(_) => {}
            // `using` lives as long as the run; TypeScript's own declarations are gone by now.
            _ => {}
        }
    }

    /// `let a = 1, b` -> `;   a = 1, b;` and `const {a} = f()` -> `;(    {a} = f());`
    fn lexical(&mut self, declaration: &VarDecl) {
        let kind = match declaration.kind {
            VarDeclKind::Const => Kind::Const,
            _ => Kind::Let,
        };
        let keyword = if kind == Kind::Const { "const" } else { "let" };
        bindings::declared(declaration).into_iter().for_each(|name| self.bind(name, kind));
        let (from, to) = (start(declaration.span), end(declaration.span));
        let destructures = bindings::destructures(declaration);
        let head = if destructures { ";(" } else { ";" };
        self.edits.overwrite(self.source, from, from + keyword.len(), head);
        let semicolon = self.source[..to].ends_with(';');
        let tail = match (destructures, semicolon) {
            (true, true) => ")",
            (true, false) => ");",
            (false, true) => "",
            (false, false) => ";",
        };
        let at = if semicolon { to - 1 } else { to };
        self.edits.insert(at, tail);
    }

    /// `class A {}` -> `A=class A {};`, the assignment put at the end of the statement before.
    fn class(&mut self, declaration: &ClassDecl) {
        let name = declaration.ident.sym.to_string();
        self.before(start(declaration.class.span), &format!(";{name}="));
        self.edits.insert(end(declaration.class.span), ";");
        self.bind(name, Kind::Let);
    }

    fn function(&mut self, declaration: &FnDecl) {
        if self.wrapped {
            let range = (start(declaration.function.span), end(declaration.function.span));
            self.edits.blank(self.source, range.0, range.1);
            self.functions.push(range);
        }
    }

    /// In a function, `var` would be local: it becomes an assignment wherever it stands.
    pub(super) fn nested_vars(&mut self, declarations: &[VarDecl]) {
        for declaration in declarations {
            bindings::declared(declaration).into_iter().for_each(|name| self.bind(name, Kind::Var));
            let from = start(declaration.span);
            let assigns = declaration.decls.iter().any(|one| one.init.is_some());
            let parenthesis = assigns && bindings::destructures(declaration);
            self.edits.overwrite(self.source, from, from + 3, if parenthesis { "(" } else { "" });
            if parenthesis {
                // The span may end with the statement's semicolon; the last initializer's never does.
                let last =
                    declaration.decls.iter().filter_map(|one| one.init.as_deref()).next_back();
                self.edits.insert(last.map_or(from, expression_end), ")");
            }
        }
    }
}

fn expression_end(expression: &Expr) -> usize {
    end(deno_ast::swc::common::Spanned::span(expression))
}
