//! `[server]`: how the server presents itself. Not its built-in texts: those are with the MCP tools.

use crate::problem::Problem;
use crate::resolver::Resolver;
use crate::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;

/// Longest instructions or description, bytes of UTF-8, in the file or in the file that `@path` names.
pub const TEXT_BYTES_MAX: usize = 64 << 10;

/// Longest name, characters.
const NAME_MAX: usize = 128;

/// Longest beginning of a stub's name, characters: with the longest module's name it is below what clients take.
const STUB_PREFIX_MAX: usize = 20;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ServerTable {
    /// Name the server gives in the MCP handshake: 1 to 128 characters. Change it to tell several servers apart.
    name: String,
    /// Text for the model, sent in the MCP handshake, at most 64 KiB. `@path` reads it from a file (a relative path
    /// starts at the folder of this file), `@@` stands for a first character `@`. Left out: the built-in text.
    #[schemars(example = "@instructions.md")]
    instructions: Option<String>,
    /// Description of the tool run_js, with the same rules as instructions. Left out: the built-in text, which states
    /// the limits in force.
    #[schemars(example = "@run_js.md")]
    run_js_description: Option<String>,
    /// Whether clients see each [wasm.<name>] as a tool that says which functions it has and how a program in run_js calls
    /// them. The tool itself runs nothing.
    wasm_stubs: bool,
    /// Whether clients see each tool of each [upstream.<name>] as a tool that says how a program in run_js calls it. The
    /// tool itself calls nothing. Off: the list of tools stays as short as it is, however many tools those servers have.
    upstream_stubs: bool,
    /// What the names of such tools begin with, before wasm__<name> or <server>__<tool>: at most 20 characters of A-Z a-z 0-9 _ -.
    stub_prefix: String,
    /// Seconds that running executions get to end when the server is told to stop; then they are stopped. New ones are
    /// refused meanwhile. Stay below the stop timeout of the service manager.
    drain_secs: u64,
}

impl Default for ServerTable {
    fn default() -> Self {
        Self {
            name: "mcp-v8".to_owned(),
            instructions: None,
            run_js_description: None,
            wasm_stubs: true,
            upstream_stubs: false,
            stub_prefix: "runjs__".to_owned(),
            drain_secs: 10,
        }
    }
}

/// How the server presents itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub name: String,
    /// `None`: the text built into the MCP crate.
    pub instructions: Option<String>,
    /// `None`: the text built into the MCP crate.
    pub run_js_description: Option<String>,
    pub wasm_stubs: bool,
    pub upstream_stubs: bool,
    pub stub_prefix: String,
    pub drain: Duration,
}

impl ServerTable {
    pub(crate) fn resolve(self, resolver: &mut Resolver<'_>) -> Server {
        let length = self.name.chars().count();
        if !(1..=NAME_MAX).contains(&length) || self.name.chars().any(char::is_control) {
            resolver.refuse("server.name", Problem::ServerName);
        }
        let good = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        if self.stub_prefix.len() > STUB_PREFIX_MAX || !self.stub_prefix.chars().all(good) {
            resolver.refuse("server.stub_prefix", Problem::StubPrefix);
        }
        let mut read = |key: &str, text: Option<String>| {
            text.and_then(|text| match contents(resolver, key, text) {
                Ok(text) => Some(text),
                Err(problem) => {
                    resolver.refuse(key, problem);
                    None
                }
            })
        };
        Server {
            instructions: read("server.instructions", self.instructions),
            run_js_description: read("server.run_js_description", self.run_js_description),
            name: self.name,
            wasm_stubs: self.wasm_stubs,
            upstream_stubs: self.upstream_stubs,
            stub_prefix: self.stub_prefix,
            drain: Duration::from_secs(self.drain_secs),
        }
    }
}

/// The text itself, or the text of the file it names.
fn contents(resolver: &Resolver<'_>, key: &str, written: String) -> Result<String, Problem> {
    let text = match written.strip_prefix('@') {
        Some(literal) if literal.starts_with('@') => literal.to_owned(),
        Some(path) => {
            let path = resolver.absolute(key, Path::new(path));
            text::read(&path, TEXT_BYTES_MAX)
                .map_err(|why| Problem::TextFile { path, why: Box::new(why) })?
        }
        None => written,
    };
    if text.len() > TEXT_BYTES_MAX {
        return Err(Problem::TooLarge { limit: TEXT_BYTES_MAX });
    }
    Ok(text)
}
