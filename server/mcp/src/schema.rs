//! JSON schemas of arguments and results, in the plain form every client takes: no `$ref`, no `["string", "null"]`,
//! no `anyOf` with null, no integer formats.

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::sync::Arc;

/// The schema of a type, as an object.
pub fn of<T: JsonSchema>() -> Arc<JsonObject> {
    let mut settings = SchemaSettings::draft2020_12();
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
            let mut choices: Vec<Value> = choices.into_iter().filter(|one| one["type"] != "null").collect();
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
