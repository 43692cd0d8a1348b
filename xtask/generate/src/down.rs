//! OpenAPI 3.1, as the server writes it, to 3.0, as progenitor reads it. Only what occurs in our document. What 3.0 or
//! progenitor cannot say is left out here and written by hand in `clients/rust`.

use serde_json::{Map, Value, json};

/// Operations with two kinds of answers, with answers that are no JSON, or with parameters of any name.
const BY_HAND: [&str; 5] =
    ["exec", "follow_execution", "get_metrics", "healthz", "query_heaps_by_tags"];

const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

/// Converts a document in place.
pub fn convert(document: &mut Value) {
    document["openapi"] = json!("3.0.3");
    if let Some(license) = document.pointer_mut("/info/license").and_then(Value::as_object_mut) {
        license.remove("identifier");
    }
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for item in paths.values_mut() {
            operations(item);
        }
        paths.retain(|_, item| METHODS.iter().any(|method| item.get(method).is_some()));
    }
    schemas(document);
}

fn operations(item: &mut Value) {
    let Some(item) = item.as_object_mut() else { return };
    item.retain(|_, operation| {
        !operation["operationId"].as_str().is_some_and(|id| BY_HAND.contains(&id))
    });
    for operation in item.values_mut() {
        for parameter in list(operation, "parameters") {
            // JSON in a query: its text.
            if let Some(parameter) = parameter.as_object_mut()
                && parameter.remove("content").is_some()
            {
                parameter.insert("schema".to_owned(), json!({ "type": "string" }));
            }
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for response in responses.into_iter().flat_map(Map::values_mut) {
            if let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) {
                bodies(content);
            }
        }
    }
}

fn list<'v>(value: &'v mut Value, name: &str) -> impl Iterator<Item = &'v mut Value> {
    value.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten()
}

/// Problems are JSON, and what may be anything is bytes.
fn bodies(content: &mut Map<String, Value>) {
    if let Some(problem) = content.remove("application/problem+json") {
        content.insert("application/json".to_owned(), problem);
    }
    // Of any media type: progenitor knows bytes by one.
    if let Some(bytes) = content.remove("*/*") {
        content.insert("application/octet-stream".to_owned(), bytes);
    }
}

/// Every schema below a value.
fn schemas(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(schemas),
        Value::Object(object) => {
            object.values_mut().for_each(schemas);
            schema(object);
        }
        _ => {}
    }
}

fn schema(object: &mut Map<String, Value>) {
    object.remove("propertyNames");
    // Every number of ours counts something. Its range is the server's business, which says more than a type can.
    if object.remove("minimum").is_some() && object.get("format") == Some(&json!("int64")) {
        object.insert("format".to_owned(), json!("uint64"));
    }
    object.remove("maximum");
    // `type: [T, "null"]`
    if let Some(Value::Array(kinds)) = object.get("type") {
        let kinds: Vec<Value> = kinds.iter().filter(|kind| **kind != "null").cloned().collect();
        if let [kind] = kinds.as_slice() {
            object.insert("type".to_owned(), kind.clone());
            object.insert("nullable".to_owned(), json!(true));
        }
    }
    // `oneOf: [S, { type: "null" }]`
    if let Some(Value::Array(choices)) = object.get("oneOf") {
        let some: Vec<Value> = choices
            .iter()
            .filter(|choice| **choice != json!({ "type": "null" }))
            .cloned()
            .collect();
        if some.len() < choices.len() {
            object.remove("oneOf");
            object.insert("allOf".to_owned(), Value::Array(some));
            object.insert("nullable".to_owned(), json!(true));
        }
    }
    // Beside `$ref` nothing counts in 3.0.
    if let Some(reference) = object.get("$ref").cloned() {
        object.clear();
        object.insert("$ref".to_owned(), reference);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_said_as_3_0_says_it() {
        let mut value = json!({ "components": { "schemas": { "A": { "properties": {
            "text": { "type": ["string", "null"], "description": "Text." },
            "other": { "oneOf": [{ "$ref": "#/b", "description": "B." }, { "type": "null" }] },
            "map": { "type": "object", "propertyNames": { "type": "string" } },
            "count": { "type": "integer", "format": "int64", "minimum": 1, "maximum": 9 },
        } } } } });
        convert(&mut value);
        let expected = json!({
            "text": { "type": "string", "nullable": true, "description": "Text." },
            "other": { "allOf": [{ "$ref": "#/b" }], "nullable": true },
            "map": { "type": "object" },
            "count": { "type": "integer", "format": "uint64" },
        });
        assert_eq!(value["components"]["schemas"]["A"]["properties"], expected);
    }

    #[test]
    fn what_is_written_by_hand_is_left_out_and_the_rest_stays() {
        let problem = json!({ "description": "No.", "content": { "application/problem+json": 1 } });
        let mut value = json!({ "paths": {
            "/api/exec": { "post": { "operationId": "exec" } },
            "/a": { "get": { "operationId": "a", "responses": { "404": problem } } },
        } });
        convert(&mut value);
        let paths = value["paths"].as_object().expect("paths");
        assert_eq!(paths.keys().collect::<Vec<_>>(), ["/a"]);
        assert_eq!(
            value["paths"]["/a"]["get"]["responses"]["404"]["content"]["application/json"],
            1
        );
    }
}
