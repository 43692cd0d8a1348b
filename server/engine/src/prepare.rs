//! From the caller's text to scripts V8 can run: syntax, TypeScript, and REPL semantics. Pure text in, text out:
//! nothing here touches an isolate.
//!
//! The edits keep every line and (but for what follows a destructuring declaration on its own line) every column of
//! the text, so that V8's positions are the user's. TypeScript and JSX go through the emitter and bring a source map.

mod bindings;
mod depth;
mod edit;
mod merged;
mod module;
mod parse;
mod repl;
mod visit;

use mcp_v8_sandbox::{ScriptError, ScriptErrorKind};

pub use bindings::identifiers;
pub use edit::Edits;
pub use module::{Emitted, emit_module};

/// A script and how far its first line is shifted by what was put in front.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    pub code: String,
    /// Columns (UTF-16 units) in front of the user's text on its first line.
    pub prefix: i32,
}

/// How a top-level name was declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `let`, `class`: a fresh, writable binding.
    Let,
    /// `const`, `import`: made read-only when the run is over.
    Const,
    /// `var`: keeps the value it had.
    Var,
}

/// A name a run declares at its top level; it becomes a property of the global object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    pub name: String,
    pub kind: Kind,
}

/// A run, ready for V8.
#[derive(Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Top-level function declarations, run first, when the rest had to be wrapped in an async function.
    pub functions: Option<Piece>,
    pub main: Piece,
    /// The main script is an async function call: its promise carries the value.
    pub wrapped: bool,
    pub bindings: Vec<Binding>,
    /// Source map (revision 3) from what V8 sees to the user's text; `None` when they agree.
    pub source_map: Option<Vec<u8>>,
    /// What to say of the first `using` declaration where none may run.
    pub using: Option<ScriptError>,
}

/// Stack for the parser, bytes. It recurses with the nesting of the text, which [`depth::check`] bounds.
const PARSER_STACK: usize = 64 << 20;

/// Parses and transforms a source text named `name`.
///
/// # Errors
/// A [`ScriptError`] of kind `Syntax` in the user's own coordinates.
pub fn prepare(source: &str, name: &str) -> Result<Prepared, ScriptError> {
    let text = source.strip_prefix('\u{feff}').unwrap_or(source);
    depth::check(text)?;
    stacker::grow(PARSER_STACK, || {
        let plain = parse::plain_javascript(text, name)?;
        let (module, source_map) = match plain {
            parse::Plain::Module(module) => (module, None),
            parse::Plain::Emitted { module, source_map } => (module, Some(source_map)),
        };
        // In the text as V8 sees it: the place is the user's unless it was emitted.
        let using = visit::first_using(&module)
            .map(|offset| syntax_error(module.text(), offset, NO_USING))
            .map(|error| match source_map {
                None => error,
                Some(_) => ScriptError { line: None, column: None, source_line: None, ..error },
            });
        let prepared = repl::transform(&module, source_map)?;
        Ok(Prepared { using, ..prepared })
    })
}

const NO_USING: &str = "a session whose heap is saved (sessions.kind = \"heap\") has no `using` declarations: V8 does not set them up where snapshots are taken; use try and finally";

/// A syntax error at a byte offset of `text`.
fn syntax_error(text: &str, offset: usize, message: impl Into<String>) -> ScriptError {
    let offset =
        (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    let column = text[line_start..offset].encode_utf16().count() + 1;
    let source_line: String =
        text[line_start..].lines().next().unwrap_or_default().chars().take(200).collect();
    ScriptError {
        kind: ScriptErrorKind::Syntax,
        message: format!("SyntaxError: {}", message.into()),
        stack: String::new(),
        line: u32::try_from(line).ok(),
        column: u32::try_from(column).ok(),
        source_line: Some(source_line),
    }
}

#[cfg(test)]
mod tests;
