//! From a V8 exception to what the user reads: message, stack and position in their own text.

use deno_core::error::JsError;
use deno_core::{JsRuntime, v8};
use mcp_v8_sandbox::{ScriptError, ScriptErrorKind};
use std::collections::VecDeque;

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

    /// A line of a text, 1-based, cut at 200 characters.
    fn line(&self, name: &str, line: u32) -> Option<String> {
        let (_, text) = self.0.iter().find(|(known, _)| known == name)?;
        let line = usize::try_from(line).ok()?.checked_sub(1)?;
        Some(text.lines().nth(line)?.chars().take(200).collect())
    }
}

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
    let line = user_frame.and_then(|frame| number(frame.line_number));
    let source_line = user_frame
        .zip(line)
        .and_then(|(frame, line)| texts?.line(frame.file_name.as_deref()?, line));
    ScriptError {
        kind,
        message: cut(message(error)),
        stack: cut(error.stack.clone().unwrap_or_default()),
        line,
        column: user_frame.and_then(|frame| number(frame.column_number)),
        source_line,
    }
}

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
