//! TypeScript declarations of tools, as scripts import them from `mcp:<server>`.

use crate::catalog::{Catalog, Tool};
use crate::identifier::identifiers;
use crate::observed::Observed;
use crate::typescript::{comment, type_of};
use serde_json::Value as Json;
use std::fmt::Write;

/// One tool: its comment and its signature. `observed`: what it has answered, where it has no schema for it.
pub fn declaration(tool: &Tool, identifier: Option<&str>, observed: Option<&Observed>) -> String {
    let mut text = String::from("/**\n");
    if let Some(title) = &tool.title {
        let _ = writeln!(text, " * {}", comment(title));
    }
    for line in tool.description.lines().map(comment).filter(|line| !line.is_empty()) {
        let _ = writeln!(text, " * {line}");
    }
    let hints = hints(tool);
    if !hints.is_empty() {
        let _ = writeln!(text, " * Hints of the server: {}.", hints.join(", "));
    }
    let (output, note) = output(tool, observed);
    if let Some(note) = note {
        let _ = writeln!(text, " * {note}");
    }
    text.push_str(" */\n");
    let input = type_of(&tool.input_schema);
    let required = tool.input_schema.get("required").and_then(Json::as_array);
    let optional = if required.is_some_and(|names| !names.is_empty()) { "" } else { "?" };
    let signature = format!("(args{optional}: {input}): Promise<{output}>;\n");
    match identifier {
        Some(name) => {
            let _ = write!(text, "export function {name}{signature}");
            if name != tool.name {
                let _ =
                    writeln!(text, "export {{ {name} as {} }};", Json::from(tool.name.as_str()));
            }
        }
        // Its identifier would be another tool's: only the exact name is exported.
        None => {
            let _ = write!(text, "declare function exact{signature}");
            let _ = writeln!(text, "export {{ exact as {} }};", Json::from(tool.name.as_str()));
        }
    }
    text
}

/// The declaration of one tool of a list, in its module.
pub fn module(server: &str, catalog: &Catalog, tool: &Tool, observed: Option<&Observed>) -> String {
    let all = identifiers(catalog.tools().map(|tool| tool.name.as_str()));
    let own = all.into_iter().find(|(name, _)| *name == tool.name).and_then(|(_, own)| own);
    let inner = declaration(tool, own.as_deref(), observed);
    let mut text = format!("declare module \"mcp:{server}\" {{\n");
    inner.lines().for_each(|line| {
        let _ = writeln!(text, "  {line}");
    });
    text.push_str("}\n");
    text
}

fn hints(tool: &Tool) -> Vec<&'static str> {
    let said = |name: &str| tool.annotations.get(name).and_then(Json::as_bool);
    [
        (said("readOnlyHint") == Some(true), "only reads"),
        (said("readOnlyHint") == Some(false), "changes something"),
        (said("destructiveHint") == Some(true), "may destroy"),
        (said("idempotentHint") == Some(true), "may be repeated"),
        (said("openWorldHint") == Some(true), "reaches outside"),
    ]
    .into_iter()
    .filter_map(|(there, words)| there.then_some(words))
    .collect()
}

fn output(tool: &Tool, observed: Option<&Observed>) -> (String, Option<String>) {
    match (&tool.output_schema, observed) {
        (Some(schema), _) => (type_of(schema), None),
        (None, Some(observed)) => {
            let answers = observed.answers;
            let note = format!(
                "Result: observed in {answers} answer(s), because the server gives no schema."
            );
            (observed.schema.as_object().map_or_else(|| "unknown".to_owned(), type_of), Some(note))
        }
        (None, None) => ("unknown".to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tool() -> Tool {
        let schema = json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "number" } } });
        Tool {
            name: "get-sum".to_owned(),
            title: Some("Sum".to_owned()),
            description: "Adds.\n*/ evil(); /*".to_owned(),
            input_schema: schema.as_object().unwrap().clone(),
            output_schema: None,
            annotations: json!({ "readOnlyHint": true }).as_object().unwrap().clone(),
        }
    }

    #[test]
    fn a_declaration_says_what_goes_in_and_what_comes_out() {
        let text = declaration(&tool(), Some("get_sum"), None);
        assert!(text.contains("export function get_sum(args: { a: number; }): Promise<unknown>;"));
        assert!(text.contains("export { get_sum as \"get-sum\" };"));
        assert!(text.contains("Hints of the server: only reads."));
        assert_eq!(text.matches("*/").count(), 1, "{text}");
    }

    #[test]
    fn an_observed_result_is_marked_as_observed() {
        let observed = Observed {
            answers: 2,
            schema: json!({ "type": "object", "properties": { "n": { "type": "number" } } }),
        };
        let text = declaration(&tool(), Some("get_sum"), Some(&observed));
        assert!(text.contains("Promise<{ n?: number; }>"), "{text}");
        assert!(text.contains("observed in 2 answer(s)"), "{text}");
        let exact = declaration(&tool(), None, None);
        assert!(exact.contains("export { exact as \"get-sum\" };"), "{exact}");
    }
}
