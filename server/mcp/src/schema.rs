//! JSON schemas of arguments and results, in the plain form every client takes: no `$ref`, no `["string", "null"]`,
//! no `anyOf` with null, no integer formats.

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::sync::Arc;

/// The schema of what a tool takes.
pub fn input<T: JsonSchema>() -> Arc<JsonObject> {
    of::<T>(SchemaSettings::draft2020_12())
}

/// The schema of what a tool gives: fields that may be left out are not required.
pub fn output<T: JsonSchema>() -> Arc<JsonObject> {
    of::<T>(SchemaSettings::draft2020_12().for_serialize())
}

fn of<T: JsonSchema>(mut settings: SchemaSettings) -> Arc<JsonObject> {
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut value = serde_json::Value::from(schema);
    plain(&mut value);
    match value {
        Value::Object(mut object) => {
            object.remove("title");
            object.remove("description");
            Arc::new(object)
        }
        _ => Arc::default(),
    }
}

/// Takes away what some clients reject; what is left says the same to a model.
fn plain(value: &mut Value) {
    if let Value::Object(object) = value {
        object.remove("format");
        if object.get("default") == Some(&Value::Null) {
            object.remove("default");
        }
        if let Some(Value::Array(types)) = object.get_mut("type") {
            types.retain(|one| one != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                object.insert("type".into(), only);
            }
        }
        if let Some(Value::Array(choices)) = object.remove("anyOf") {
            let mut choices: Vec<Value> =
                choices.into_iter().filter(|one| one["type"] != "null").collect();
            match (choices.len(), choices.pop()) {
                (1, Some(Value::Object(only))) => only.into_iter().for_each(|(key, inner)| {
                    object.entry(key).or_insert(inner);
                }),
                (_, Some(last)) => {
                    choices.push(last);
                    object.insert("anyOf".into(), Value::Array(choices));
                }
                (_, None) => {}
            }
        }
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(plain),
        Value::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Deserialize, Serialize, JsonSchema)]
    struct Sample {
        #[serde(default)]
        optional: Option<u64>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        list: Vec<String>,
    }

    #[test]
    fn what_may_be_left_out_is_not_required_and_null_is_not_a_type() {
        let (input, output) = (input::<Sample>(), output::<Sample>());
        assert_eq!(input["properties"]["optional"]["type"], "integer");
        assert_eq!(input["required"], serde_json::json!(["list"]));
        assert!(
            !output.get("required").is_some_and(|names| names.to_string().contains("list")),
            "{output:?}"
        );
    }
}
