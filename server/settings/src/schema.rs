//! The JSON Schema of the file (draft 2020-12), derived from the section types and completed with the ranges. It is
//! what `check` judges by, so the published schema and the program cannot disagree. Not contradictions: no schema
//! language says those well.

use crate::key::Key;
use crate::range::RANGES;
use crate::section::Document;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value as Json};
use std::sync::LazyLock;

static SCHEMA: LazyLock<Json> = LazyLock::new(generate);

/// The schema of the configuration file: every key with type, default, range and description, nothing else allowed.
pub fn schema() -> Json {
    SCHEMA.clone()
}

pub(crate) fn root() -> &'static Json {
    &SCHEMA
}

/// The schema of one property of a table.
pub(crate) fn property<'s>(table: &'s Json, name: &str) -> Option<&'s Json> {
    table["properties"].get(name).or_else(|| entry(table))
}

/// The schema of every entry of a table whose names the file chooses.
pub(crate) fn entry(table: &Json) -> Option<&Json> {
    table.get("additionalProperties").filter(|entry| entry.is_object())
}

/// The names a table may have, in the order of declaration.
pub(crate) fn names(table: &Json) -> impl Iterator<Item = &str> {
    table["properties"].as_object().into_iter().flat_map(Map::keys).map(String::as_str)
}

/// The schema at a path of names.
pub(crate) fn at(path: &[String]) -> Option<&'static Json> {
    path.iter().try_fold(root(), |table, name| property(table, name))
}

/// The JSON type of a schema: `object`, `array`, `string`, `boolean` or `integer`.
pub(crate) fn kind(schema: &Json) -> &str {
    schema["type"].as_str().unwrap_or_default()
}

/// The key of exactly this name in another section, when only one has it.
pub(crate) fn elsewhere(name: &str) -> Option<Key> {
    let mut found = Vec::new();
    find(root(), &Key::default(), name, &mut found);
    found.pop().filter(|_| found.is_empty())
}

fn find(table: &Json, at: &Key, wanted: &str, found: &mut Vec<Key>) {
    for (name, property) in table["properties"].as_object().into_iter().flatten() {
        let key = at.child(name);
        find(property, &key, wanted, found);
        if name == wanted {
            found.push(key);
        }
    }
}

fn generate() -> Json {
    let inline = |settings: &mut SchemaSettings| settings.inline_subschemas = true;
    let generator = SchemaSettings::draft2020_12().with(inline).into_generator();
    let mut schema = generator.into_root_schema_for::<Document>().to_value();
    simplify(&mut schema, &Key::default());
    schema["title"] = Json::from("Configuration of mcp-v8");
    schema
}

/// Takes out what TOML does not have (null) and what says nothing (formats, titles); adds ranges.
fn simplify(schema: &mut Json, at: &Key) {
    without_null(schema);
    words(schema);
    let Some(object) = schema.as_object_mut() else { return };
    object.shift_remove("format");
    object.shift_remove("title");
    if let Some(Json::String(text)) = object.get_mut("description") {
        // Where a line of the source ends means nothing to a reader.
        *text = text.replace('\n', " ");
    }
    match object.get("default") {
        Some(Json::Null) => drop(object.shift_remove("default")),
        // Each key of the table states its own.
        Some(Json::Object(_)) => {
            drop(object.insert("default".to_owned(), Json::Object(Map::new())))
        }
        _ => {}
    }
    if let Some(range) = RANGES.iter().find(|range| range.covers(at)) {
        object.insert("minimum".to_owned(), Json::from(range.min));
        object.insert("maximum".to_owned(), Json::from(range.max));
    }
    if let Some(properties) = object.get_mut("properties").and_then(Json::as_object_mut) {
        for (name, property) in properties {
            simplify(property, &at.child(name));
        }
    }
    if let Some(items) = object.get_mut("items") {
        simplify(items, at);
    }
    if let Some(entry) = object.get_mut("additionalProperties").filter(|entry| entry.is_object()) {
        simplify(entry, &at.child("*"));
    }
}

/// An optional key is absent, never null: keeps the one other alternative, and the description of the field.
fn without_null(schema: &mut Json) {
    if let Some(kind) = schema["type"].as_array().and_then(|kinds| kinds.first()).cloned() {
        schema["type"] = kind;
    }
    let Some(object) = schema.as_object_mut() else { return };
    let Some(Json::Array(alternatives)) = object.shift_remove("anyOf") else { return };
    for alternative in alternatives {
        let Json::Object(alternative) = alternative else { continue };
        if alternative.get("type") == Some(&Json::from("null")) {
            continue;
        }
        for (name, value) in alternative {
            object.entry(name).or_insert(value);
        }
    }
}

/// Words with a description each become a plain enumeration.
fn words(schema: &mut Json) {
    let Some(object) = schema.as_object_mut() else { return };
    let Some(Json::Array(alternatives)) = object.shift_remove("oneOf") else { return };
    let word = |alternative: &Json| alternative.get("const").cloned();
    object.insert("type".to_owned(), Json::from("string"));
    object.insert("enum".to_owned(), alternatives.iter().filter_map(word).collect());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planned;

    fn walk(table: &Json, at: &Key, visit: &mut impl FnMut(&Key, &Json)) {
        for name in names(table) {
            let (key, schema) = (at.child(name), &table["properties"][name]);
            visit(&key, schema);
            walk(schema, &key, visit);
        }
        if let Some(schema) = entry(table) {
            walk(schema, &at.child("*"), visit);
        }
    }

    #[test]
    fn every_number_has_a_range_and_every_range_a_number() {
        let mut numbers = Vec::new();
        walk(root(), &Key::default(), &mut |key, schema| {
            if kind(schema) == "integer" {
                numbers.push(key.clone());
                let default = schema.get("default").and_then(Json::as_i64);
                let range = schema["minimum"].as_i64().zip(schema["maximum"].as_i64());
                let (min, max) = range.unwrap_or_else(|| panic!("{key} has no range"));
                assert!(default.is_none_or(|default| (min..=max).contains(&default)), "{key}");
            }
        });
        for number in &numbers {
            let rows = RANGES.iter().filter(|range| range.covers(number)).count();
            assert_eq!(rows, 1, "{number} has {rows} rows");
        }
        for range in RANGES {
            assert!(numbers.iter().any(|number| range.covers(number)), "{}", range.key);
        }
    }

    #[test]
    fn every_key_has_one_plain_type_and_a_description_and_nothing_else_is_allowed() {
        assert_eq!(root()["additionalProperties"], false);
        walk(root(), &Key::default(), &mut |key, schema| {
            let kinds = ["object", "array", "string", "boolean", "integer"];
            assert!(kinds.contains(&kind(schema)), "{key}: {schema}");
            assert!(schema["description"].as_str().is_some_and(|text| text.len() > 20), "{key}");
            let closed = schema["additionalProperties"] == false || entry(schema).is_some();
            assert!(kind(schema) != "object" || closed, "{key}");
            assert!(
                kind(schema) == "object"
                    || schema.get("default").or(schema.get("examples")).is_some(),
                "{key}"
            );
        });
    }

    #[test]
    fn what_is_planned_is_not_in_the_schema() {
        walk(root(), &Key::default(), &mut |key, _| assert!(!planned::section(key), "{key}"));
    }
}
