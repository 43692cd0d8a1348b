//! Which language a text is in, and its way to plain JavaScript. Not the REPL semantics: see `repl`.

use super::{merged, syntax_error};
use deno_ast::diagnostics::Diagnostic as _;
use deno_ast::swc::ecma_visit::VisitMutWith;
use deno_ast::{
    DecoratorsTranspileOption, EmitOptions, JsxRuntime, MediaType, ModuleSpecifier,
    ParseDiagnostic, ParseParams, ParsedSource, SourceMapOption, TranspileModuleOptions,
    TranspileOptions,
};
use mcp_v8_sandbox::ScriptError;

/// A parsed text of plain JavaScript.
pub enum Plain {
    /// The user's own text.
    Module(ParsedSource),
    /// What the emitter made of it, and the way back.
    Emitted { module: ParsedSource, source_map: Vec<u8> },
}

/// Parses as JavaScript, then TypeScript, then TSX; what is not plain JavaScript is emitted as such.
pub fn plain_javascript(text: &str, name: &str) -> Result<Plain, ScriptError> {
    let mut furthest: Option<ScriptError> = None;
    for media in [MediaType::Jsx, MediaType::TypeScript, MediaType::Tsx] {
        match parse(text, name, media).and_then(|module| strictly(module, media)) {
            Ok(module) if media == MediaType::Jsx && !super::visit::needs_emit(&module) => {
                return Ok(Plain::Module(module));
            }
            Ok(module) => {
                let module =
                    merged(module, text, name).map_err(|error| diagnostic(text, &error))?;
                return emit(module, text, name);
            }
            Err(error) => {
                let error = diagnostic(text, &error);
                // The language that understood most of the text has the error worth reading.
                let further =
                    |known: &ScriptError| (error.line, error.column) > (known.line, known.column);
                if furthest.as_ref().is_none_or(further) {
                    furthest = Some(error);
                }
            }
        }
    }
    Err(furthest.unwrap_or_else(|| syntax_error(text, 0, "the text does not parse")))
}

/// The parser reads type annotations in JavaScript too and only notes them as errors: such a text is TypeScript.
fn strictly(module: ParsedSource, media: MediaType) -> Result<ParsedSource, ParseDiagnostic> {
    match module.diagnostics().first() {
        Some(noted) if media == MediaType::Jsx => Err(noted.clone()),
        _ => Ok(module),
    }
}

fn parse(text: &str, name: &str, media_type: MediaType) -> Result<ParsedSource, ParseDiagnostic> {
    deno_ast::parse_module(parameters(text, name, media_type))
}

fn parameters(text: &str, name: &str, media_type: MediaType) -> ParseParams {
    ParseParams {
        specifier: specifier(name),
        text: text.into(),
        media_type,
        capture_tokens: false,
        scope_analysis: false,
        maybe_syntax: None,
    }
}

/// The same text, with the names that blocks of one namespace share made properties of it.
fn merged(module: ParsedSource, text: &str, name: &str) -> Result<ParsedSource, ParseDiagnostic> {
    let qualified = merged::qualified(&module);
    if qualified.is_empty() {
        return Ok(module);
    }
    let parameters = parameters(text, name, module.media_type());
    deno_ast::parse_module_with_post_process(parameters, |mut module, _| {
        module.visit_mut_with(&mut merged::Qualify(qualified));
        module
    })
}

fn specifier(name: &str) -> ModuleSpecifier {
    let file = format!("file:///{name}");
    ModuleSpecifier::parse(&file).expect("a script's name is ours: letters, digits, `-` and `.`")
}

fn emit(module: ParsedSource, text: &str, name: &str) -> Result<Plain, ScriptError> {
    let emitted = module
        .transpile(
            &options(),
            &TranspileModuleOptions::default(),
            &EmitOptions {
                source_map: SourceMapOption::Separate,
                inline_sources: false,
                ..Default::default()
            },
        )
        .map_err(|error| syntax_error(text, 0, error.to_string()))?
        .into_source();
    let source_map = renamed(&emitted.source_map.unwrap_or_default(), name);
    let module = parse(&emitted.text, name, MediaType::Jsx)
        .map_err(|error| syntax_error(text, 0, format!("after emitting: {}", error.message())))?;
    Ok(Plain::Emitted { module, source_map })
}

/// Everything on the text itself: V8 knows neither JSX nor decorators (TC39 stage 3).
pub(super) fn options() -> TranspileOptions {
    TranspileOptions {
        jsx: Some(JsxRuntime::Classic(Default::default())),
        decorators: DecoratorsTranspileOption::Ecma,
        ..Default::default()
    }
}

/// The map with the script's own name for its source: positions stay under the name V8 knows.
pub(super) fn renamed(source_map: &str, name: &str) -> Vec<u8> {
    let mut map: serde_json::Value = serde_json::from_str(source_map).unwrap_or_default();
    map["sources"] = serde_json::json!([name]);
    map.to_string().into_bytes()
}

pub(super) fn diagnostic(text: &str, error: &ParseDiagnostic) -> ScriptError {
    let offset = error.range().start.as_byte_index(deno_ast::StartSourcePos::START_SOURCE_POS);
    syntax_error(text, offset, error.message().to_string())
}
