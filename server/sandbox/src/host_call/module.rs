//! Imports of scripts and of the modules they import. A worker resolves a relative specifier; what a specifier stands
//! for, and whether it may be loaded, is the server's.

use serde::{Deserialize, Serialize};

/// One `import`, static or dynamic.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Edge {
    /// As the importing text wrote it, for messages and policies.
    pub requested: String,
    /// The same, absolute: `https:`, `http:`, `npm:` or `jsr:`.
    pub specifier: String,
    /// The URL of the importing module; `None` for the script.
    pub referrer: Option<String>,
}

/// See [`super::HostCall::Module`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ModuleCall {
    /// Judge the edge and answer with the module.
    Load { edge: Edge, wanted: Wanted },
    /// Judge an edge to a module that the worker has already. Answered with `Done`.
    Judge { edge: Edge },
}

/// What the import attributes say: `with { type: ... }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Wanted {
    /// No attribute: JavaScript, TypeScript or WebAssembly.
    Code,
    Json,
    Text,
    Bytes,
}

/// See [`super::HostAnswer::Module`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// After redirects: what relative imports in it start from.
    pub url: String,
    pub syntax: Syntax,
    pub bytes: Vec<u8>,
}

/// How a module is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Syntax {
    JavaScript,
    Jsx,
    TypeScript,
    Tsx,
    Json,
    Text,
    Bytes,
    Wasm,
}
