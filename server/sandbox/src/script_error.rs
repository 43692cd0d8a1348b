//! What a script threw, in the user's own coordinates. Not a server failure: a failing script is an outcome.

use serde::{Deserialize, Serialize};

/// Where an error came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScriptErrorKind {
    /// The text does not parse; nothing ran.
    Syntax,
    /// The script threw, or rejected a promise that nobody handled.
    Thrown,
    /// The script waits for a promise that nothing can settle any more.
    NeverSettles,
}

/// An error of the user's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptError {
    pub kind: ScriptErrorKind,
    /// `TypeError: x is not a function`; for a thrown value that is no Error, `Uncaught` and its inspected text.
    pub message: String,
    /// The stack as V8 shows it, mapped to the user's text; empty when there is none.
    pub stack: String,
    /// Position in the user's text, 1-based, when known.
    pub line: Option<u32>,
    /// Column in UTF-16 code units, 1-based, when known.
    pub column: Option<u32>,
    /// The line of the user's text the position points to, cut at 200 characters.
    pub source_line: Option<String>,
}
