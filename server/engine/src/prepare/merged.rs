//! TypeScript namespaces and enums declared in several blocks: a name that one block exports is in scope in the others
//! (TypeScript handbook, "Declaration Merging"). The emitter looks at one block at a time and leaves such a name alone;
//! here it becomes a property of the namespace. Not blocks of different runs, and not the names of JSX elements.

mod qualify;
mod scope;

use super::{bindings, visit};
use deno_ast::ParsedSource;
use deno_ast::swc::ast::{
    Decl, Ident, ModuleDecl, ModuleItem, TsEnumDecl, TsEnumMemberId, TsModuleDecl, TsModuleName,
    TsNamespaceBody, TsNamespaceDecl,
};
use deno_ast::swc::atoms::Atom;
use deno_ast::swc::common::{BytePos, SyntaxContext};
use deno_ast::swc::ecma_visit::{Visit, VisitWith};
use std::collections::{HashMap, HashSet};

pub use qualify::Qualify;

/// Where an identifier stands, and the namespace whose property it is.
pub type Qualified = HashMap<BytePos, Atom>;

/// Finds the identifiers that mean an export of another block.
pub fn qualified(parsed: &ParsedSource) -> Qualified {
    let mut blocks = Blocks::default();
    visit::module(parsed).visit_with(&mut blocks);
    if !blocks.any_merged() {
        return Qualified::new();
    }
    let scoped = parsed.clone().into_with_scope_analysis();
    let mut walk = Walk { blocks: &blocks, frames: Vec::new(), found: Qualified::new() };
    visit::module(&scoped).visit_with(&mut walk);
    walk.found
}

/// One block of a namespace or enum.
struct Block {
    /// The same for all blocks that merge.
    key: String,
    exports: HashSet<Atom>,
}

/// All blocks, by where they start.
#[derive(Default)]
struct Blocks {
    found: HashMap<BytePos, Block>,
    /// The blocks around the current one, innermost last.
    around: Vec<Around>,
    /// The current declaration is exported from the block around it.
    exported: bool,
}

struct Around {
    key: String,
    start: BytePos,
}

impl Blocks {
    fn any_merged(&self) -> bool {
        let mut keys = HashSet::new();
        !self.found.values().all(|block| keys.insert(block.key.as_str()))
    }

    /// Exports of the other blocks that merge with the one at `at`.
    fn others(&self, at: BytePos) -> HashSet<Atom> {
        let Some(own) = self.found.get(&at) else { return HashSet::new() };
        let others = self.found.iter().filter(|(start, one)| **start != at && one.key == own.key);
        others.flat_map(|(_, one)| one.exports.difference(&own.exports).cloned()).collect()
    }

    /// A declaration that is not exported merges only within the block it is in.
    fn key(&self, kind: &str, name: &str) -> String {
        let Some(around) = self.around.last() else { return format!("{kind} {name}") };
        let own = if self.exported { String::new() } else { format!("@{}", around.start.0) };
        format!("{}/{kind} {name}{own}", around.key)
    }

    fn namespace(&mut self, name: &str, at: BytePos, body: &TsNamespaceBody) {
        let key = self.key("namespace", name);
        let exports = match body {
            TsNamespaceBody::TsModuleBlock(block) => block.body.iter().flat_map(exports).collect(),
            TsNamespaceBody::TsNamespaceDecl(inner) => HashSet::from([inner.id.sym.clone()]),
        };
        self.found.insert(at, Block { key: key.clone(), exports });
        self.around.push(Around { key, start: at });
        let exported = std::mem::replace(&mut self.exported, false);
        body.visit_with(self);
        self.around.pop();
        self.exported = exported;
    }
}

impl Visit for Blocks {
    fn visit_module_decl(&mut self, node: &ModuleDecl) {
        self.exported = matches!(node, ModuleDecl::ExportDecl(_));
        node.visit_children_with(self);
        self.exported = false;
    }
    fn visit_ts_module_decl(&mut self, node: &TsModuleDecl) {
        if let (TsModuleName::Ident(name), Some(body), false) = (&node.id, &node.body, node.declare)
        {
            self.namespace(&name.sym, node.span.lo, body);
        }
    }
    fn visit_ts_namespace_decl(&mut self, node: &TsNamespaceDecl) {
        // The `B` of `namespace A.B`.
        self.exported = true;
        self.namespace(&node.id.sym, node.id.span.lo, &node.body);
    }
    fn visit_ts_enum_decl(&mut self, node: &TsEnumDecl) {
        let key = self.key("enum", &node.id.sym);
        let members = node.members.iter().filter_map(|member| match &member.id {
            TsEnumMemberId::Ident(name) => Some(name.sym.clone()),
            TsEnumMemberId::Str(_) => None,
        });
        self.found.insert(node.span.lo, Block { key, exports: members.collect() });
    }
}

/// The values an item of a namespace exports.
fn exports(item: &ModuleItem) -> Vec<Atom> {
    match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => match &export.decl {
            Decl::Var(vars) => bindings::declared(vars).into_iter().map(Atom::from).collect(),
            Decl::Fn(function) => vec![function.ident.sym.clone()],
            Decl::Class(class) => vec![class.ident.sym.clone()],
            Decl::TsEnum(one) => vec![one.id.sym.clone()],
            Decl::TsModule(one) => {
                one.id.as_ident().map(|name| name.sym.clone()).into_iter().collect()
            }
            _ => Vec::new(),
        },
        ModuleItem::ModuleDecl(ModuleDecl::TsImportEquals(alias)) if alias.is_export => {
            vec![alias.id.sym.clone()]
        }
        _ => Vec::new(),
    }
}

/// A block that the walk is in.
struct Frame {
    name: Atom,
    others: HashSet<Atom>,
    /// Scopes opened inside of it: their names are bound here.
    bound: HashSet<SyntaxContext>,
}

struct Walk<'a> {
    blocks: &'a Blocks,
    frames: Vec<Frame>,
    found: Qualified,
}

impl Walk<'_> {
    fn inside(
        &mut self,
        name: &Ident,
        at: BytePos,
        node: &impl VisitWith<Self>,
        bound: HashSet<SyntaxContext>,
    ) {
        let others = self.blocks.others(at);
        self.frames.push(Frame { name: name.sym.clone(), others, bound });
        node.visit_children_with(self);
        self.frames.pop();
    }
}

impl Visit for Walk<'_> {
    fn visit_ts_module_decl(&mut self, node: &TsModuleDecl) {
        if let (TsModuleName::Ident(name), Some(body)) = (&node.id, &node.body) {
            self.inside(name, node.span.lo, node, scope::opened(body));
        }
    }
    fn visit_ts_namespace_decl(&mut self, node: &TsNamespaceDecl) {
        self.inside(&node.id, node.id.span.lo, node, scope::opened(&*node.body));
    }
    fn visit_ts_enum_decl(&mut self, node: &TsEnumDecl) {
        self.inside(&node.id, node.span.lo, node, scope::opened(&node.members));
    }
    fn visit_ident(&mut self, node: &Ident) {
        for frame in self.frames.iter().rev() {
            if frame.bound.contains(&node.ctxt) {
                return;
            }
            if frame.others.contains(&node.sym) {
                self.found.insert(node.span.lo, frame.name.clone());
                return;
            }
        }
    }
}
