//! `[wasm.<name>]`: WebAssembly modules that scripts have as globals. Not what is in them: the wasm crate reads that.

use crate::key::Key;
use crate::problem::Problem;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Longest name, characters: it is part of a tool's name, which clients cap at 64.
const NAME_MAX: usize = 32;

#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WasmTable {
    /// The module, in the binary format; a relative path starts at the folder of this file. It is read and checked when
    /// the server starts.
    #[schemars(example = "modules/math.wasm")]
    path: Option<PathBuf>,
    /// What it does, for models: the beginning of its tool's description.
    #[schemars(example = "Fast numeric functions.")]
    description: Option<String>,
    /// SHA-256 of the file, 64 digits: another file is refused.
    #[schemars(example = &"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    sha256: Option<String>,
    /// What a memory of an instance may grow to, MiB; limits.array_buffer_mb holds as well. 16: enough for most, and
    /// more than one should be meant.
    max_memory_mb: u64,
}

impl Default for WasmTable {
    fn default() -> Self {
        Self { path: None, description: None, sha256: None, max_memory_mb: 16 }
    }
}

/// A WebAssembly module of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WasmModule {
    /// Letters, digits and `_`.
    pub name: String,
    /// Absolute. It need not exist: the wasm crate says so.
    pub path: PathBuf,
    pub description: Option<String>,
    /// 64 small digits.
    pub sha256: Option<String>,
    pub max_memory_bytes: u64,
}

pub(crate) fn resolve(
    tables: BTreeMap<String, WasmTable>,
    resolver: &mut Resolver<'_>,
) -> Vec<WasmModule> {
    let resolved = |(name, table): (String, WasmTable)| table.resolve(name, resolver);
    tables.into_iter().map(resolved).collect()
}

impl WasmTable {
    fn resolve(self, name: String, resolver: &mut Resolver<'_>) -> WasmModule {
        let key = Key::from("wasm").child(&name);
        let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(good) {
            resolver.refuse(key.clone(), Problem::WasmName);
        }
        let path = self.path.unwrap_or_else(|| {
            resolver.refuse(key.clone(), Problem::NoModulePath);
            PathBuf::from("unknown")
        });
        if path.as_os_str().is_empty() {
            resolver.refuse(key.child("path"), Problem::Empty);
        }
        if path.starts_with("~") {
            resolver.refuse(key.child("path"), Problem::Tilde);
        }
        let sha256 = self.sha256.map(|text| text.to_ascii_lowercase());
        if sha256
            .as_ref()
            .is_some_and(|text| text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()))
        {
            resolver.refuse(key.child("sha256"), Problem::NotASha256);
        }
        WasmModule {
            path: resolver.absolute(key.child("path"), &path),
            name,
            description: self.description,
            sha256,
            max_memory_bytes: self.max_memory_mb << 20,
        }
    }
}
