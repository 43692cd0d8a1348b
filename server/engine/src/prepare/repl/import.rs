//! Imports and exports. An import becomes a dynamic one on the first line; an export is the declaration it exports.

use super::super::{Kind, edit};
use super::{Repl, end, start};
use deno_ast::swc::ast::{
    DefaultDecl, Ident, ImportDecl, ImportSpecifier, ModuleDecl, ModuleExportName, ModuleItem,
    ObjectLit,
};
use deno_ast::swc::common::{Span, Spanned};

/// The item loads another module.
pub fn loads(item: &ModuleItem) -> bool {
    match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(_) | ModuleDecl::ExportAll(_)) => true,
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => export.src.is_some(),
        _ => false,
    }
}

impl Repl<'_> {
    pub(super) fn module_declaration(&mut self, declaration: &ModuleDecl, is_value: bool) {
        match declaration {
            ModuleDecl::Import(import) => self.import(import),
            ModuleDecl::ExportDecl(export) => {
                self.edits.blank(self.source, start(export.span), start(export.decl.span()));
                self.declaration(&export.decl);
            }
            ModuleDecl::ExportNamed(export) => {
                if let Some(from) = &export.src {
                    self.load(from.span, export.with.as_deref());
                }
                self.blank(export.span);
            }
            ModuleDecl::ExportAll(export) => {
                self.load(export.src.span, export.with.as_deref());
                self.blank(export.span);
            }
            ModuleDecl::ExportDefaultExpr(export) => {
                self.default(
                    start(export.span),
                    start(export.expr.span()),
                    end(export.expr.span()),
                    is_value,
                );
            }
            ModuleDecl::ExportDefaultDecl(export) => {
                self.default_declaration(export.span, &export.decl, is_value)
            }
            // `import x = require()`, `export =` and namespaces are TypeScript's; the emitter has dealt with them.
            _ => {}
        }
    }

    fn blank(&mut self, span: Span) {
        self.edits.blank(self.source, start(span), end(span));
    }

    /// `export default x` -> `(x)`
    fn default(&mut self, from: usize, expression: usize, to: usize, is_value: bool) {
        self.before(from, ";");
        self.edits.overwrite(self.source, from, expression, "(");
        self.edits.insert(to, ")");
        if is_value {
            self.value(from, to);
        }
    }

    fn default_declaration(&mut self, span: Span, declaration: &DefaultDecl, is_value: bool) {
        let name = match declaration {
            DefaultDecl::Fn(function) => function.ident.as_ref(),
            DefaultDecl::Class(class) => class.ident.as_ref(),
            DefaultDecl::TsInterfaceDecl(_) => return self.blank(span),
        };
        let from = start(span);
        // The declaration starts after the words `export default` and the blanks behind them.
        let words =
            self.source[from..].find("default").map_or(from, |at| from + at + "default".len());
        let gap = self.source[words..].len() - self.source[words..].trim_start().len();
        let begin = words + gap;
        match name {
            None => self.default(from, begin, end(span), is_value),
            Some(name) => self.named_default(from, begin, end(span), name),
        }
    }

    /// `export default function f() {}` -> `;f=(function f() {});`
    fn named_default(&mut self, from: usize, begin: usize, to: usize, name: &Ident) {
        self.before(from, &format!(";{}=", name.sym));
        self.edits.overwrite(self.source, from, begin, "(");
        self.edits.insert(to, ");");
        self.bind(name.sym.to_string(), Kind::Let);
    }

    fn import(&mut self, import: &ImportDecl) {
        self.blank(import.span);
        if import.type_only {
            return;
        }
        let mut names = Vec::new();
        let mut namespace = None;
        for specifier in &import.specifiers {
            match specifier {
                ImportSpecifier::Default(default) => {
                    names.push(("default".to_owned(), &default.local))
                }
                ImportSpecifier::Named(named) => {
                    let imported =
                        named.imported.as_ref().map_or(named.local.sym.to_string(), export_name);
                    names.push((imported, &named.local));
                }
                ImportSpecifier::Namespace(all) => namespace = Some(&all.local),
            }
        }
        let module = self.dynamic(import.src.span, import.with.as_deref());
        // A name that such a module does not have is an error with the names it has; from a namespace it would be undefined.
        let tools = import.src.value.to_string_lossy().starts_with("mcp:")
            && !names.is_empty()
            && names.iter().all(|(imported, _)| imported != "default");
        if let (true, None) = (tools, namespace) {
            self.prelude.push_str(&format!("({{{}}}=({module}).default);", pairs(&names)));
            names.into_iter().for_each(|(_, local)| self.bind(local.sym.to_string(), Kind::Const));
            return;
        }
        let target = match (namespace, names.is_empty()) {
            (Some(all), true) => format!("{}={module};", all.sym),
            (Some(all), false) => format!("({{{}}}={}={module});", pairs(&names), all.sym),
            (None, false) => format!("({{{}}}={module});", pairs(&names)),
            (None, true) => format!("{module};"),
        };
        self.prelude.push_str(&target);
        let locals = names.iter().map(|(_, local)| *local).chain(namespace);
        locals.for_each(|local| self.bind(local.sym.to_string(), Kind::Const));
    }

    /// A module wanted for its effects.
    fn load(&mut self, specifier: Span, attributes: Option<&ObjectLit>) {
        let module = self.dynamic(specifier, attributes);
        self.prelude.push_str(&module);
        self.prelude.push(';');
    }

    fn dynamic(&self, specifier: Span, attributes: Option<&ObjectLit>) -> String {
        let text = &self.source[start(specifier)..end(specifier)];
        match attributes {
            None => format!("await import({text})"),
            Some(object) => {
                let with = &self.source[start(object.span)..end(object.span)];
                format!("await import({text},{{with:{}}})", edit::one_line(with))
            }
        }
    }
}

fn pairs(names: &[(String, &Ident)]) -> String {
    let pair = |(imported, local): &(String, &Ident)| format!("{}:{}", quoted(imported), local.sym);
    names.iter().map(pair).collect::<Vec<_>>().join(",")
}

fn quoted(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}

fn export_name(name: &ModuleExportName) -> String {
    match name {
        ModuleExportName::Ident(ident) => ident.sym.to_string(),
        ModuleExportName::Str(text) => text.value.to_string_lossy().into_owned(),
    }
}
