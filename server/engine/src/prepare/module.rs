//! An imported module of TypeScript or JSX as JavaScript. A module stays a module: nothing of the REPL's is done to it.

use super::parse::{diagnostic, options, renamed};
use super::{PARSER_STACK, depth, syntax_error};
use deno_ast::{
    EmitOptions, MediaType, ModuleSpecifier, ParseParams, SourceMapOption, TranspileModuleOptions,
};
use mcp_v8_sandbox::ScriptError;
use mcp_v8_sandbox::host_call::module::Syntax;

/// What the emitter made of a module, and the way back.
pub struct Emitted {
    pub code: String,
    pub source_map: Vec<u8>,
}

/// Emits a module; `None` for what V8 reads as it is.
///
/// # Errors
/// A [`ScriptError`] of kind `Syntax` in the module's own coordinates.
pub fn emit_module(
    text: &str,
    url: &ModuleSpecifier,
    syntax: Syntax,
) -> Result<Option<Emitted>, ScriptError> {
    let media_type = match syntax {
        Syntax::TypeScript => MediaType::TypeScript,
        Syntax::Tsx => MediaType::Tsx,
        Syntax::Jsx => MediaType::Jsx,
        _ => return Ok(None),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    depth::check(text)?;
    stacker::grow(PARSER_STACK, || {
        let module = deno_ast::parse_module(ParseParams {
            specifier: url.clone(),
            text: text.into(),
            media_type,
            capture_tokens: false,
            scope_analysis: false,
            maybe_syntax: None,
        })
        .map_err(|error| diagnostic(text, &error))?;
        let emit = EmitOptions {
            source_map: SourceMapOption::Separate,
            inline_sources: false,
            ..Default::default()
        };
        let emitted = module
            .transpile(&options(), &TranspileModuleOptions::default(), &emit)
            .map_err(|error| syntax_error(text, 0, error.to_string()))?
            .into_source();
        let source_map = renamed(&emitted.source_map.unwrap_or_default(), url.as_str());
        Ok(Some(Emitted { code: emitted.text, source_map }))
    })
}
