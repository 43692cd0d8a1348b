//! What the source of a function or class says about it: how it is made again, which names it takes from outside, and
//! why it cannot be made again, if so. From the syntax tree alone; what is closed over, `scopes` tells.

use super::free::{self, Free};
use crate::prepare::Edits;
use deno_ast::swc::ast::{
    Class, ClassMember, ClassMethod, Expr, Lit, Module, ModuleItem, Prop, PropName, PropOrSpread,
    Stmt,
};
use deno_ast::swc::common::{Span, Spanned};
use deno_ast::{MediaType, ModuleSpecifier, ParseParams, ParsedSource, ProgramRef};
use serde::Serialize;

/// Stack for the parser, bytes: sources nest as deep as those of runs.
const PARSER_STACK: usize = 64 << 20;

/// See the module. `text` is an expression that makes it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// `function`, `method` or `class`.
    pub form: &'static str,
    /// `plain`, `async`, `generator` or `asyncGenerator`.
    pub kind: &'static str,
    /// The name its own source binds, or nothing.
    pub name: String,
    pub text: String,
    /// In `text`: the name that stands for what a class extends, or nothing.
    pub heritage: String,
    /// `text` differs from the source.
    pub edited: bool,
    /// Names from outside.
    pub free: Vec<String>,
    /// Those of them it assigns to.
    pub assigned: Vec<String>,
    /// Names of a class's methods, getters and setters; then those whose names are computed.
    pub members: Vec<String>,
    pub computed: Vec<Computed>,
    /// In `text`: the computed names are this and their number, because what gave them may be gone.
    pub placeholder: String,
    /// Why instances of a class cannot be kept.
    pub instances: Option<String>,
    /// Why it cannot be kept.
    pub reason: Option<String>,
}

/// A member of a class whose name is computed, by its text as `Function.prototype.toString` gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Computed {
    pub text: String,
    pub is_static: bool,
}

/// Reads sources as `Function.prototype.toString` gives them.
pub fn of_all(sources: &[String]) -> Vec<Facts> {
    stacker::grow(PARSER_STACK, || sources.iter().map(|source| of(source)).collect())
}

fn of(source: &str) -> Facts {
    expression(source).or_else(|| method(source)).unwrap_or_else(|| Facts {
        reason: Some("a native or bound function cannot be kept".into()),
        ..Facts::default()
    })
}

fn parse(text: String) -> Option<ParsedSource> {
    let parsed = deno_ast::parse_module(ParseParams {
        specifier: ModuleSpecifier::parse("file:///function.js").ok()?,
        text: text.into(),
        media_type: MediaType::JavaScript,
        capture_tokens: false,
        scope_analysis: true,
        maybe_syntax: None,
    });
    parsed.ok().filter(|parsed| parsed.diagnostics().is_empty())
}

/// The one expression that the text is, in its parentheses.
fn only(module: &Module) -> Option<&Expr> {
    match module.body.as_slice() {
        [ModuleItem::Stmt(Stmt::Expr(statement))] => match statement.expr.as_ref() {
            Expr::Paren(inside) => Some(&inside.expr),
            other => Some(other),
        },
        _ => None,
    }
}

fn module(parsed: &ParsedSource) -> Option<&Module> {
    match parsed.program_ref() {
        ProgramRef::Module(module) => Some(module),
        ProgramRef::Script(_) => None,
    }
}

fn expression(source: &str) -> Option<Facts> {
    let parsed = parse(format!("({source}\n)"))?;
    let made = match only(module(&parsed)?)? {
        Expr::Fn(function) => Facts {
            form: "function",
            kind: kind(function.function.is_async, function.function.is_generator),
            name: function.ident.as_ref().map(|ident| ident.sym.to_string()).unwrap_or_default(),
            text: format!("({source}\n)"),
            ..outside(free::of_function(&parsed, &function.function))
        },
        Expr::Arrow(arrow) => Facts {
            form: "function",
            kind: kind(arrow.is_async, false),
            text: format!("({source}\n)"),
            ..outside(free::of_arrow(&parsed, arrow))
        },
        Expr::Class(class) => Facts {
            form: "class",
            kind: "plain",
            name: class.ident.as_ref().map(|ident| ident.sym.to_string()).unwrap_or_default(),
            ..of_class(source, &class.class, outside(free::of_class(&parsed, &class.class)))
        },
        _ => return None,
    };
    Some(made)
}

fn kind(is_async: bool, is_generator: bool) -> &'static str {
    match (is_async, is_generator) {
        (false, false) => "plain",
        (true, false) => "async",
        (false, true) => "generator",
        (true, true) => "asyncGenerator",
    }
}

fn outside(free: Free) -> Facts {
    let reason = free.tied.map(|word| format!("it uses `{word}` of the place it was written at"));
    Facts { free: free.names, assigned: free.assigned, reason, ..Facts::default() }
}

/// A method, getter or setter of an object: made again in an object of its own.
fn method(source: &str) -> Option<Facts> {
    const FRONT: &str = "({";
    let parsed = parse(format!("{FRONT}{source}\n}})"))?;
    let Expr::Object(object) = only(module(&parsed)?)? else { return None };
    let [PropOrSpread::Prop(property)] = object.props.as_slice() else { return None };
    let (key, function, take) = match property.as_ref() {
        Prop::Method(method) => {
            (&method.key, free::Member::Function(&method.function), Take::Value)
        }
        Prop::Getter(getter) => {
            (&getter.key, free::Member::Body(getter.body.as_ref()), Take::Getter)
        }
        Prop::Setter(setter) => (&setter.key, free::Member::Setter(setter), Take::Setter),
        _ => return None,
    };
    let kind = match property.as_ref() {
        Prop::Method(method) => kind(method.function.is_async, method.function.is_generator),
        _ => "plain",
    };
    let mut edits = Edits::default();
    let edited = matches!(key, PropName::Computed(_));
    if edited {
        // The expression of a computed key is not evaluated again; the function's name is a property of its own.
        let (from, to) = (offset(key.span().lo.0, FRONT), offset(key.span().hi.0, FRONT));
        edits.overwrite(source, from, to, "\"m\"");
    }
    let body = edits.apply(source);
    let name = if edited { "m".to_owned() } else { key_text(key)? };
    let quoted = serde_json::Value::from(name).to_string();
    let text = match take {
        Take::Value => format!("({{{body}\n}})[{quoted}]"),
        Take::Getter => format!("({{{body}\n}}).__lookupGetter__({quoted})"),
        Take::Setter => format!("({{{body}\n}}).__lookupSetter__({quoted})"),
    };
    let facts = outside(free::of_member(&parsed, &function));
    Some(Facts { form: "method", kind, text, edited, ..facts })
}

enum Take {
    Value,
    Getter,
    Setter,
}

/// Offset in a source that stands behind `front`. swc counts from 1.
fn offset(position: u32, front: &str) -> usize {
    (position as usize).saturating_sub(1 + front.len())
}

fn key_text(key: &PropName) -> Option<String> {
    match key {
        PropName::Ident(ident) => Some(ident.sym.to_string()),
        PropName::Str(text) => Some(text.value.to_string_lossy().into_owned()),
        PropName::Num(number) => Some(number.value.to_string()),
        PropName::Computed(_) | PropName::BigInt(_) => None,
    }
}

/// A class without what runs when it is made: its statics are values of the state, what it extends is given, and its
/// computed names are not computed again.
fn of_class(source: &str, class: &Class, mut facts: Facts) -> Facts {
    let mut edits = Edits::default();
    let extends =
        class.super_class.as_deref().filter(|parent| !matches!(parent, Expr::Lit(Lit::Null(_))));
    if let Some(parent) = extends {
        facts.heritage = unused(source, "$heritage");
        let (from, to) = place(parent.span());
        edits.overwrite(source, from, to, &facts.heritage);
    }
    facts.placeholder = unused(source, "$member");
    for member in &class.body {
        if let ClassMember::Method(method) = member {
            match key_text(&method.key) {
                Some(text) => facts.members.push(text),
                None => {
                    let (from, to) = place(method.key.span());
                    let name = format!("[\"{}{}\"]", facts.placeholder, facts.computed.len());
                    edits.overwrite(source, from, to, &name);
                    facts.computed.push(computed(source, method));
                }
            }
        }
        match judge(member) {
            Judged::Keep => {}
            Judged::Leave(span) => {
                let (from, to) = place(span);
                edits.blank(source, from, to);
            }
            Judged::NoInstances => {
                facts.instances =
                    Some("it is an instance of a class with private members (#names)".to_owned());
            }
            Judged::Refuse(why) => facts.reason = Some(why.to_owned()),
        }
    }
    facts.text = format!("({}\n)", edits.apply(source));
    facts.edited = facts.text != format!("({source}\n)");
    facts
}

/// Where a part of a class stands in its source, which was parsed behind a parenthesis.
fn place(span: Span) -> (usize, usize) {
    (offset(span.lo.0, "("), offset(span.hi.0, "("))
}

/// A name that the source does not have.
fn unused(source: &str, name: &str) -> String {
    let mut name = name.to_owned();
    while source.contains(&name) {
        name.push('$');
    }
    name
}

fn computed(source: &str, method: &ClassMethod) -> Computed {
    let (from, to) = place(method.span);
    let text = source.get(from..to).unwrap_or_default();
    let bare = if method.is_static { text.trim_start_matches("static").trim_start() } else { text };
    Computed { text: bare.to_owned(), is_static: method.is_static }
}

enum Judged {
    Keep,
    /// Runs when the class is made.
    Leave(Span),
    /// Instances hold what the language does not show.
    NoInstances,
    Refuse(&'static str),
}

fn judge(member: &ClassMember) -> Judged {
    match member {
        ClassMember::StaticBlock(block) => Judged::Leave(block.span),
        ClassMember::ClassProp(property) if property.is_static => Judged::Leave(property.span),
        ClassMember::ClassProp(property) if !is_constant(&property.key) => {
            Judged::Refuse("it has a field whose name was computed when it was made")
        }
        ClassMember::PrivateProp(property) if property.is_static => {
            Judged::Refuse("its class has static private fields, which cannot be read")
        }
        ClassMember::PrivateProp(_) => Judged::NoInstances,
        ClassMember::PrivateMethod(method) if !method.is_static => Judged::NoInstances,
        ClassMember::AutoAccessor(_) => Judged::Refuse("its class has `accessor` fields"),
        _ => Judged::Keep,
    }
}

/// Whether a name is the same whenever it is computed.
fn is_constant(key: &PropName) -> bool {
    fn constant(expr: &Expr) -> bool {
        match expr {
            Expr::Lit(_) => true,
            Expr::Tpl(text) => text.exprs.iter().all(|part| constant(part)),
            Expr::Paren(inside) => constant(&inside.expr),
            Expr::Bin(sum) => constant(&sum.left) && constant(&sum.right),
            Expr::Member(member) => {
                matches!(member.obj.as_ref(), Expr::Ident(name) if &*name.sym == "Symbol")
            }
            _ => false,
        }
    }
    match key {
        PropName::Computed(computed) => constant(&computed.expr),
        _ => true,
    }
}
