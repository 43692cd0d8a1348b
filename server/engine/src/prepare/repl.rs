//! REPL semantics by editing the text in place: top-level names become properties of the global object, imports become
//! dynamic, the last expression is the value.
//!
//! Without `await` the text runs as a script, and `var` and functions are global by themselves. With it, the text is
//! the body of an async function; function declarations are run before it as a script of their own, so that they are
//! hoisted and global as ever.

mod declare;
mod import;

use super::edit::{Edits, blank};
use super::{Binding, Kind, Piece, Prepared, visit};
use deno_ast::ParsedSource;
use deno_ast::swc::ast::{Decl, ModuleDecl, ModuleItem, Stmt, VarDeclKind};
use deno_ast::swc::common::{Span, Spanned};
use mcp_v8_sandbox::ScriptError;

const STRICT: &str = "\"use strict\";";

/// Edits under way.
struct Repl<'a> {
    source: &'a str,
    edits: Edits,
    bindings: Vec<Binding>,
    /// Byte ranges of top-level function declarations.
    functions: Vec<(usize, usize)>,
    /// Statements for the first line, from imports.
    prelude: String,
    wrapped: bool,
    has_value: bool,
    /// Where the statement before the current one ends.
    previous_end: usize,
    /// Put in front of the first statement, before any column counts.
    lead: String,
}

/// Transforms a parsed text of plain JavaScript.
pub fn transform(
    parsed: &ParsedSource,
    source_map: Option<Vec<u8>>,
) -> Result<Prepared, ScriptError> {
    let module = visit::module(parsed);
    let top = visit::top_level(module);
    let has_imports = module.body.iter().any(import::loads);
    let mut repl = Repl {
        source: parsed.text(),
        edits: Edits::default(),
        bindings: Vec::new(),
        functions: Vec::new(),
        prelude: String::new(),
        wrapped: top.needs_function || has_imports,
        has_value: false,
        previous_end: 0,
        lead: String::new(),
    };
    if repl.wrapped {
        repl.nested_vars(&top.nested_vars);
    }
    let value_at = module.body.iter().rposition(|item| !silent(item));
    for (index, item) in module.body.iter().enumerate() {
        repl.item(item, Some(index) == value_at);
        repl.previous_end = end(item.span());
    }
    repl.check_constants(parsed)?;
    Ok(repl.finish(source_map))
}

/// Byte offset where a span starts. swc counts from 1.
fn start(span: Span) -> usize {
    span.lo.0.saturating_sub(1) as usize
}

/// Byte offset where a span ends.
fn end(span: Span) -> usize {
    span.hi.0.saturating_sub(1) as usize
}

/// A statement that has no value and does not hide the one before it.
fn silent(item: &ModuleItem) -> bool {
    match item {
        ModuleItem::Stmt(Stmt::Empty(_)) => true,
        ModuleItem::Stmt(Stmt::Decl(Decl::Fn(_))) => true,
        // The emitter of TypeScript puts `var N;` behind the statements of a namespace.
        ModuleItem::Stmt(Stmt::Decl(Decl::Var(declaration))) => {
            declaration.kind == VarDeclKind::Var
                && declaration.decls.iter().all(|one| one.init.is_none())
        }
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => export.src.is_none(),
        _ => false,
    }
}

impl Repl<'_> {
    fn item(&mut self, item: &ModuleItem, is_value: bool) {
        match item {
            ModuleItem::ModuleDecl(declaration) => self.module_declaration(declaration, is_value),
            ModuleItem::Stmt(Stmt::Decl(declaration)) => self.declaration(declaration),
            ModuleItem::Stmt(Stmt::Expr(statement)) if is_value => {
                self.value(start(statement.span), end(statement.expr.span()));
            }
            ModuleItem::Stmt(_) => {}
        }
    }

    /// Makes the expression in `from..to` the value of the run.
    fn value(&mut self, from: usize, to: usize) {
        if self.wrapped {
            self.before(from, ";return (");
            self.edits.insert(to, ")");
        }
        // A script's completion value is that of its last expression statement: nothing to edit.
        self.has_value = true;
    }

    /// Puts `text` in front of the statement at `at` without moving its line's columns: at the end of the statement
    /// before it, or in front of the whole text.
    fn before(&mut self, at: usize, text: &str) {
        if self.previous_end == 0 {
            self.lead.push_str(text);
        } else {
            debug_assert!(self.previous_end <= at);
            self.edits.insert(self.previous_end, text);
        }
    }

    fn bind(&mut self, name: impl Into<String>, kind: Kind) {
        let name = name.into();
        self.bindings.retain(|known| known.name != name);
        self.bindings.push(Binding { name, kind });
    }

    /// Refuses an assignment to a constant of this same text; V8 would not see it as one any more.
    fn check_constants(&self, parsed: &ParsedSource) -> Result<(), ScriptError> {
        let constant = |name: &str| {
            self.bindings.iter().any(|known| known.kind == Kind::Const && known.name == name)
        };
        let suspects = visit::assigned(visit::module(parsed));
        if !suspects.iter().any(|ident| constant(&ident.sym)) {
            return Ok(());
        }
        let scoped = parsed.clone().into_with_scope_analysis();
        let top = scoped.top_level_context();
        let assigned = visit::assigned(visit::module(&scoped));
        match assigned.iter().find(|ident| ident.ctxt == top && constant(&ident.sym)) {
            None => Ok(()),
            Some(ident) => Err(super::syntax_error(
                self.source,
                start(ident.span),
                format!("assignment to constant variable `{}`", ident.sym),
            )),
        }
    }

    fn finish(self, source_map: Option<Vec<u8>>) -> Prepared {
        let has_functions = self.wrapped && !self.functions.is_empty();
        let functions = has_functions.then(|| Piece {
            code: format!("{STRICT}{}", only(self.source, &self.functions)),
            prefix: STRICT.len() as i32,
        });
        let opening = if self.wrapped { "(async () => {" } else { "" };
        let prefix = format!("{STRICT}{opening}{}{}", self.prelude, self.lead);
        let body = self.edits.apply(self.source);
        let closing = match (self.wrapped, self.has_value) {
            (true, _) => "\n})()",
            (false, true) => "",
            (false, false) => "\n;void 0",
        };
        Prepared {
            functions,
            main: Piece {
                prefix: i32::try_from(prefix.encode_utf16().count()).unwrap_or(i32::MAX),
                code: format!("{prefix}{body}{closing}"),
            },
            wrapped: self.wrapped,
            bindings: self.bindings,
            source_map,
            using: None,
        }
    }
}

/// The text with everything blank but `ranges`.
fn only(source: &str, ranges: &[(usize, usize)]) -> String {
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    for (from, to) in ranges {
        out.push_str(&blank(&source[at..*from]));
        out.push_str(&source[*from..*to]);
        at = *to;
    }
    out.push_str(&blank(&source[at..]));
    out
}
