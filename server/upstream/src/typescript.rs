//! A JSON Schema as a TypeScript type, for people and models who read it. Not a check: what TypeScript cannot say is
//! wider here.

use serde_json::{Map, Value as Json};
use std::fmt::Write;

/// How deep a type is written out, and how long it gets; beyond it is `unknown`.
const DEPTH: usize = 8;
const BYTES: usize = 16 << 10;

/// Longest description of a property, characters.
const COMMENT: usize = 200;

/// The type of a schema.
pub(crate) fn type_of(schema: &Map<String, Json>) -> String {
    let mut writer = Writer { root: schema, left: BYTES };
    writer.object_or_any(schema, 0)
}

/// Text within a comment.
pub(crate) fn comment(text: &str) -> String {
    text.replace("*/", "*\u{200a}/").split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Writer<'s> {
    root: &'s Map<String, Json>,
    left: usize,
}

impl Writer<'_> {
    fn any(&mut self, schema: &Json, depth: usize) -> String {
        let written = match schema {
            Json::Bool(false) => "never".to_owned(),
            Json::Object(schema) if depth < DEPTH && self.left > 0 => {
                self.object_or_any(schema, depth)
            }
            _ => "unknown".to_owned(),
        };
        self.left = self.left.saturating_sub(written.len());
        written
    }

    fn object_or_any(&mut self, schema: &Map<String, Json>, depth: usize) -> String {
        if let Some(target) = schema.get("$ref").and_then(Json::as_str) {
            return match self.resolve(target) {
                Some(found) => self.any(&found, depth + 1),
                None => "unknown".to_owned(),
            };
        }
        if let Some(value) = schema.get("const") {
            return literal(value);
        }
        if let Some(Json::Array(values)) = schema.get("enum") {
            return union(values.iter().take(100).map(literal).collect());
        }
        for (word, or) in [("anyOf", true), ("oneOf", true), ("allOf", false)] {
            if let Some(Json::Array(parts)) = schema.get(word) {
                let parts: Vec<String> =
                    parts.iter().take(32).map(|part| self.any(part, depth + 1)).collect();
                return if or { union(parts) } else { parts.join(" & ") };
            }
        }
        match schema.get("type") {
            Some(Json::Array(kinds)) => {
                let kinds = kinds.iter().filter_map(Json::as_str);
                let kinds: Vec<&str> = kinds.collect();
                union(kinds.into_iter().map(|kind| self.kind(kind, schema, depth)).collect())
            }
            Some(Json::String(kind)) => self.kind(kind, schema, depth),
            _ if schema.contains_key("properties") => self.kind("object", schema, depth),
            _ => "unknown".to_owned(),
        }
    }

    fn kind(&mut self, kind: &str, schema: &Map<String, Json>, depth: usize) -> String {
        match kind {
            "string" => "string".to_owned(),
            "number" | "integer" => "number".to_owned(),
            "boolean" => "boolean".to_owned(),
            "null" => "null".to_owned(),
            "array" => match schema.get("items") {
                Some(items) => format!("Array<{}>", self.any(items, depth + 1)),
                None => "unknown[]".to_owned(),
            },
            "object" => self.object(schema, depth),
            _ => "unknown".to_owned(),
        }
    }

    fn object(&mut self, schema: &Map<String, Json>, depth: usize) -> String {
        let required: Vec<&str> = match schema.get("required") {
            Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        };
        let mut members = String::new();
        if let Some(Json::Object(properties)) = schema.get("properties") {
            for (name, property) in properties {
                if self.left == 0 {
                    break;
                }
                if let Some(text) = property.get("description").and_then(Json::as_str) {
                    let text: String = comment(text).chars().take(COMMENT).collect();
                    let _ = write!(members, " /** {text} */");
                    self.left = self.left.saturating_sub(text.len());
                }
                let optional = if required.contains(&name.as_str()) { "" } else { "?" };
                let of = self.any(property, depth + 1);
                let _ = write!(members, " {}{optional}: {of};", key(name));
            }
        }
        match schema.get("additionalProperties") {
            Some(more @ Json::Object(_)) if members.is_empty() => {
                format!("Record<string, {}>", self.any(more, depth + 1))
            }
            None | Some(Json::Bool(true)) if members.is_empty() => {
                if schema.contains_key("properties") {
                    "{}".to_owned()
                } else {
                    "Record<string, unknown>".to_owned()
                }
            }
            _ => format!("{{{members} }}"),
        }
    }

    /// A reference within the schema (RFC 6901); none leaves it.
    fn resolve(&self, target: &str) -> Option<Json> {
        let mut parts = target.strip_prefix("#/")?.split('/');
        let unescaped = |part: &str| part.replace("~1", "/").replace("~0", "~");
        let first = self.root.get(&unescaped(parts.next()?))?;
        parts.try_fold(first, |at, part| at.get(unescaped(part))).cloned()
    }
}

fn union(mut parts: Vec<String>) -> String {
    let mut seen = Vec::new();
    parts.retain(|part| {
        let new = !seen.contains(part);
        seen.push(part.clone());
        new
    });
    if parts.is_empty() { "never".to_owned() } else { parts.join(" | ") }
}

fn literal(value: &Json) -> String {
    match value {
        Json::Array(_) | Json::Object(_) => "unknown".to_owned(),
        plain => plain.to_string(),
    }
}

fn key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let simple = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(plain);
    if simple { name.to_owned() } else { Json::from(name).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(schema: Json) -> String {
        type_of(schema.as_object().unwrap())
    }

    #[test]
    fn a_schema_reads_as_the_type_it_means() {
        for (schema, expected) in [
            (json!({ "type": "object" }), "Record<string, unknown>"),
            (json!({ "type": "object", "properties": {} }), "{}"),
            (
                json!({ "type": "object", "required": ["a"], "properties": {
                    "a": { "type": "integer" }, "b-c": { "type": ["string", "null"] } } }),
                r#"{ a: number; "b-c"?: string | null; }"#,
            ),
            (json!({ "enum": ["x", 1, null] }), r#""x" | 1 | null"#),
            (json!({ "type": "array", "items": { "type": "string" } }), "Array<string>"),
            (json!({ "anyOf": [{ "type": "string" }, { "const": 2 }] }), "string | 2"),
            (
                json!({ "type": "object", "additionalProperties": { "type": "number" } }),
                "Record<string, number>",
            ),
            (json!({ "$ref": "#/$defs/t", "$defs": { "t": { "type": "boolean" } } }), "boolean"),
        ] {
            assert_eq!(of(schema.clone()), expected, "{schema}");
        }
    }

    #[test]
    fn hostile_schemas_are_short_types_and_comments_do_not_end() {
        let cycle = json!({ "$ref": "#/$defs/a", "$defs": { "a": { "type": "array", "items": { "$ref": "#/$defs/a" } } } });
        assert!(of(cycle).contains("unknown"));
        let wide = json!({ "$defs": { "a": { "anyOf": vec![json!({ "$ref": "#/$defs/a" }); 50] } }, "$ref": "#/$defs/a" });
        assert!(of(wide).len() < 4 * BYTES);
        let text = of(
            json!({ "type": "object", "properties": { "a": { "description": "x */ evil()\n//" } } }),
        );
        assert!(!text.contains("*/ evil"), "{text}");
        assert_eq!(of(json!({ "$ref": "https://evil.example/x" })), "unknown");
    }
}
