//! From a V8 exception to what the user reads: message, stack and position in their own text.

use crate::buffers::Bounded;
use deno_core::error::JsError;
use deno_core::{JsRuntime, v8};
use mcp_v8_sandbox::{ScriptError, ScriptErrorKind};
use std::collections::VecDeque;
use std::sync::Arc;

/// Longest message and stack, bytes; more is cut.
const TEXT_MAX: usize = 16 << 10;

/// How many runs of a session keep their text for positions.
const TEXTS_KEPT: usize = 32;

/// The texts of recent runs, by script name.
#[derive(Default)]
pub struct Texts(VecDeque<(String, String)>);

impl Texts {
    /// Remembers the text of a run.
    pub fn add(&mut self, name: &str, text: &str) {
        self.0.push_back((name.to_owned(), text.to_owned()));
        if self.0.len() > TEXTS_KEPT {
            self.0.pop_front();
        }
    }

    /// The first place in a stack that is in a text of the user's: name, line, column.
    fn place(&self, stack: &str) -> Option<(String, u32, Option<u32>)> {
        stack.lines().filter(|line| line.trim_start().starts_with("at ")).find_map(|frame| {
            let (name, _) =
                self.0.iter().rev().find(|(name, _)| frame.contains(&format!("{name}:")))?;
            let mut numbers =
                frame.rsplit_once(&format!("{name}:"))?.1.trim_end_matches(')').split(':');
            let line = numbers.next()?.parse().ok()?;
            Some((name.clone(), line, numbers.next().and_then(|column| column.parse().ok())))
        })
    }

    /// A line of a text, 1-based, cut at 200 characters.
    fn line(&self, name: &str, line: u32) -> Option<String> {
        let (_, text) = self.0.iter().find(|(known, _)| known == name)?;
        let line = usize::try_from(line).ok()?.checked_sub(1)?;
        Some(text.lines().nth(line)?.chars().take(200).collect())
    }
}

/// V8 asks for the text of a stack. Deno's form of it, without the frames of the platform's own scripts.
pub fn stack_trace<'s, 'i>(
    scope: &mut v8::PinScope<'s, 'i>,
    error: v8::Local<'s, v8::Value>,
    sites: v8::Local<'s, v8::Array>,
) -> v8::Local<'s, v8::Value> {
    let formatted = deno_core::error::format_stack_trace(scope, error, sites);
    let text = formatted.to_rust_string_lossy(scope);
    if !text.contains(PLATFORM) {
        return formatted;
    }
    let own = |line: &&str| !(line.trim_start().starts_with("at ") && line.contains(PLATFORM));
    let text = text.lines().filter(own).collect::<Vec<_>>().join("\n");
    v8::String::new(scope, &text).map_or(formatted, Into::into)
}

/// Names of scripts that are the platform's.
const PLATFORM: &str = "ext:";

/// Converts what was thrown. `inspected`: how a value that is no Error looks. Runs user code (getters), so the run's
/// deadline must still be armed.
pub fn from_exception<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    thrown: v8::Local<'s, v8::Value>,
    inspected: Option<String>,
) -> ScriptError {
    let error = JsError::from_v8_exception(scope, thrown);
    let inspected = inspected.filter(|text| !text.is_empty());
    let mut result = from_js_error(scope, &error, ScriptErrorKind::Thrown);
    if let Some(text) = inspected {
        result.message = cut(format!("Uncaught {text}"));
    }
    result
}

/// Converts an error deno_core has already taken apart.
pub fn from_js_error(isolate: &v8::Isolate, error: &JsError, kind: ScriptErrorKind) -> ScriptError {
    let state = JsRuntime::op_state_from(isolate);
    let state = state.borrow();
    let texts = state.try_borrow::<Texts>();
    let user_frame = error.frames.iter().find(|frame| {
        let name = frame.file_name.as_deref().unwrap_or_default();
        texts.is_some_and(|texts| texts.0.iter().any(|(known, _)| known == name))
    });
    let number = |value: Option<i64>| value.and_then(|n| u32::try_from(n).ok());
    let stack = error.stack.clone().unwrap_or_default();
    // Thrown inside the platform, the error is still the user's call: its place is in the stack.
    let place = user_frame
        .and_then(|frame| {
            Some((
                frame.file_name.clone()?,
                number(frame.line_number)?,
                number(frame.column_number),
            ))
        })
        .or_else(|| texts?.place(&stack));
    let source_line = place.as_ref().and_then(|(name, line, _)| texts?.line(name, *line));
    let refused = state.try_borrow::<Arc<Bounded>>().and_then(|contents| contents.refused());
    let mut message = message(error);
    if let (Some(limit), true) = (refused, message.contains(NO_BUFFER)) {
        message.push_str(&format!(
            ": the contents of all ArrayBuffers may have {} MB (limits.array_buffer_mb)",
            limit >> 20
        ));
    }
    if message == NO_WEBASSEMBLY && state.has::<Creator>() {
        message.push_str(
            ": a session whose heap is saved (sessions.kind = \"heap\") has none, because V8 cannot take a snapshot of it; a run outside of sessions has it",
        );
    }
    if let Some(hint) = absent(&message) {
        message.push_str(&hint);
    }
    ScriptError {
        kind,
        message: cut(message),
        stack: cut(stack),
        line: place.as_ref().map(|(_, line, _)| *line),
        column: place.and_then(|(_, _, column)| column),
        source_line,
    }
}

/// In the op state of isolates that snapshots are taken of.
pub struct Creator;

/// What V8 says in an isolate without WebAssembly.
const NO_WEBASSEMBLY: &str = "ReferenceError: WebAssembly is not defined";

/// A global that a capability would bring is absent: which section of the configuration it takes.
fn absent(message: &str) -> Option<String> {
    let name = message.strip_prefix("ReferenceError: ")?.strip_suffix(" is not defined")?;
    if let Some(module) = name.strip_prefix("__wasm_") {
        return Some(format!(": the operator's configuration has no [wasm.{module}]"));
    }
    let capability = crate::capabilities::of_global(name)?;
    Some(format!(
        ": scripts have no {capability} here (the operator's configuration has no [policies.{capability}])"
    ))
}

/// What V8 says when the contents of an ArrayBuffer could not be had.
const NO_BUFFER: &str = "Array buffer allocation failed";

fn message(error: &JsError) -> String {
    match (&error.name, &error.message) {
        (Some(name), Some(message)) if !message.is_empty() => format!("{name}: {message}"),
        (Some(name), _) => name.clone(),
        _ => error.exception_message.clone(),
    }
}

fn cut(mut text: String) -> String {
    if text.len() > TEXT_MAX {
        text.truncate(text.floor_char_boundary(TEXT_MAX));
        text.push_str(" …");
    }
    text
}
