//! A module as a tool that clients see: which functions it has and how a script calls them. Calling it runs nothing.

use crate::load::Module;
use serde_json::{Map, Value as Json, json};

/// Functions that a description lists; the rest are counted.
const LISTED: usize = 40;

/// A tool that only describes.
#[derive(Clone, Debug, PartialEq)]
pub struct Stub {
    pub name: String,
    pub description: String,
    /// A JSON Schema of type object.
    pub input: Map<String, Json>,
    /// What a call of the tool answers.
    pub answer: String,
}

/// One for each module, named `<prefix>wasm__<name>`.
pub fn stubs(modules: &[Module], prefix: &str) -> Vec<Stub> {
    modules.iter().map(|module| stub(module, prefix)).collect()
}

fn stub(module: &Module, prefix: &str) -> Stub {
    let global = format!("__wasm_{}", module.name);
    let functions: Vec<_> =
        module.exports.iter().filter_map(|one| Some((&one.name, one.function.as_ref()?))).collect();
    let mut listed: Vec<String> = functions
        .iter()
        .take(LISTED)
        .map(|(name, signature)| format!("{name}{signature}"))
        .collect();
    if functions.len() > LISTED {
        listed.push(format!("and {} more", functions.len() - LISTED));
    }
    let own = module.description.as_deref().unwrap_or("A WebAssembly module.");
    let how = match module.imports.is_empty() {
        true => format!(
            "Not called by itself: a program in run_js has it as the global {global}, for example {}.",
            example(&global, functions.first().map(|(name, _)| name.as_str()))
        ),
        false => format!(
            "Not called by itself: a program in run_js has it as the WebAssembly.Module {global}, and gives it its imports: new WebAssembly.Instance({global}, imports).exports. It imports {}.",
            module.imports.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ")
        ),
    };
    let names: Vec<&str> = functions.iter().take(LISTED).map(|(name, _)| name.as_str()).collect();
    let input = json!({
        "type": "object",
        "properties": {
            "function": { "type": "string", "enum": names, "description": "Which exported function." },
            "arguments": {
                "type": "array",
                "items": { "type": ["number", "string"] },
                "description": "i32, f32 and f64 are numbers; i64 is a BigInt in a program.",
            },
        },
    });
    let mut input = input.as_object().cloned().unwrap_or_default();
    if names.is_empty() {
        input.remove("properties");
    }
    Stub {
        name: format!("{prefix}wasm__{}", module.name),
        description: format!("{own} Functions: {}. {how}", listed.join("; ")),
        input,
        answer: how,
    }
}

/// A call as a script writes it.
fn example(global: &str, function: Option<&str>) -> String {
    let is_name = |name: &str| {
        let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        name.chars().all(good)
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && !name.is_empty()
    };
    match function {
        Some(name) if is_name(name) => format!("{global}.{name}(...)"),
        Some(name) => format!("{global}[{}](...)", Json::from(name)),
        None => global.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::{Export, Signature};

    fn module(imports: &[&str], functions: usize) -> Module {
        let function = |n: usize| Export {
            name: format!("f{n}"),
            function: Some(Signature {
                params: vec!["i32".to_owned()],
                results: vec!["i64".to_owned()],
            }),
        };
        Module {
            name: "math".to_owned(),
            description: Some("Adds.".to_owned()),
            bytes: Vec::new().into(),
            sha256: String::new(),
            imports: imports.iter().map(|one| (*one).to_owned()).collect(),
            exports: (0..functions).map(function).collect(),
            stateful: false,
        }
    }

    #[test]
    fn a_stub_says_how_a_script_calls_the_module() {
        let stub = stubs(&[module(&[], 2)], "runjs__").remove(0);
        assert_eq!(stub.name, "runjs__wasm__math");
        assert!(stub.description.starts_with("Adds. Functions: f0(i32) -> i64; f1(i32) -> i64. "));
        assert!(stub.answer.contains("__wasm_math.f0(...)"));
        assert_eq!(stub.input["properties"]["function"]["enum"], json!(["f0", "f1"]));
        let many = stubs(&[module(&["env.log"], 100)], "").remove(0);
        assert!(many.description.contains("and 60 more") && many.answer.contains("env.log"));
        assert!(many.description.len() < 2000);
    }
}
