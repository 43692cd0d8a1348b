//! What the server answered, as deno_core takes it. Not the asking.

use crate::prepare::{Emitted, emit_module};
use deno_core::error::ModuleLoaderError;
use deno_core::{ModuleCodeBytes, ModuleSource, ModuleSourceCode, ModuleSpecifier, ModuleType};
use deno_error::JsErrorBox;
use mcp_v8_sandbox::host_call::module::{Module, Syntax};

/// A module, and the source map of what was emitted.
pub struct Made {
    pub source: ModuleSource,
    pub source_map: Option<(String, Vec<u8>)>,
}

/// Makes a module of an answer to a load of `specified`.
pub fn make(specified: &ModuleSpecifier, module: Module) -> Result<Made, ModuleLoaderError> {
    let Module { url, syntax, bytes } = module;
    let found = ModuleSpecifier::parse(&url)
        .map_err(|_| JsErrorBox::type_error("the server answered with no URL"))?;
    let (kind, code, source_map) = match syntax {
        Syntax::Wasm => (ModuleType::Wasm, raw(bytes), None),
        Syntax::Bytes => (ModuleType::Bytes, raw(bytes), None),
        Syntax::Json => (ModuleType::Json, text(utf8(bytes)?), None),
        Syntax::Text => (ModuleType::Text, text(utf8(bytes)?), None),
        Syntax::JavaScript | Syntax::Jsx | Syntax::TypeScript | Syntax::Tsx => {
            let (code, source_map) = javascript(utf8(bytes)?, &found, syntax)?;
            (ModuleType::JavaScript, text(code), source_map)
        }
    };
    let source = ModuleSource::new_with_redirect(kind, code, specified, &found, None);
    Ok(Made { source, source_map: source_map.map(|map| (url, map)) })
}

fn javascript(
    code: String,
    url: &ModuleSpecifier,
    syntax: Syntax,
) -> Result<(String, Option<Vec<u8>>), ModuleLoaderError> {
    match emit_module(&code, url, syntax) {
        Ok(None) => Ok((code, None)),
        Ok(Some(Emitted { code, source_map })) => Ok((code, Some(source_map))),
        Err(error) => {
            let line = error.line.map(|line| format!(":{line}")).unwrap_or_default();
            let column = error.column.map(|column| format!(":{column}")).unwrap_or_default();
            let message = format!("{} (at {url}{line}{column})", error.message);
            Err(JsErrorBox::type_error(message))
        }
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, ModuleLoaderError> {
    String::from_utf8(bytes).map_err(|_| JsErrorBox::type_error("the module is not UTF-8"))
}

fn text(code: String) -> ModuleSourceCode {
    ModuleSourceCode::String(code.into())
}

fn raw(bytes: Vec<u8>) -> ModuleSourceCode {
    ModuleSourceCode::Bytes(ModuleCodeBytes::Boxed(bytes.into_boxed_slice()))
}
