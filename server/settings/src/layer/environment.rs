//! Environment variables as layers, one each, so that a problem names its variable. Not the file's path or the home
//! directory: those are no settings.

use super::Layer;
use crate::schema;
use crate::source::Source;
use figment::value::Value;
use serde_json::Value as Json;

/// What a variable of ours starts with; sections and key follow in upper case, separated by `__`.
pub const PREFIX: &str = "MCP_V8__";

pub(crate) fn read(env: &[(String, String)]) -> Vec<Layer> {
    let ours =
        |(name, text): &(String, String)| Some(layer(name, name.strip_prefix(PREFIX)?, text));
    let mut layers: Vec<Layer> = env.iter().filter_map(ours).collect();
    layers.sort_by(|a, b| a.source.cmp(&b.source));
    layers
}

fn layer(variable: &str, path: &str, text: &str) -> Layer {
    let path: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
    let value = typed(text, schema::at(&path));
    Layer::single(Source::Environment(variable.to_owned()), &path, value)
}

/// The text as the type the schema wants. What does not read as that type stays a text, and `check` refuses it.
fn typed(text: &str, schema: Option<&Json>) -> Value {
    let kind = schema.map_or("", schema::kind);
    match kind {
        "integer" => match text.parse::<i128>() {
            Ok(number) => i64::try_from(number).map_or_else(|_| Value::from(number), Value::from),
            Err(_) => Value::from(text),
        },
        "boolean" => text.parse::<bool>().map_or_else(|_| Value::from(text), Value::from),
        "array" => list(text),
        _ => Value::from(text),
    }
}

/// A JSON list, or items separated by commas. JSON first: `[::1]:8080` is an item, not a list.
fn list(text: &str) -> Value {
    if let Ok(items) = serde_json::from_str::<Vec<Json>>(text) {
        // Only a list of one kind of item is meant as JSON: `[::1]:80, [2]` is not.
        let all = |kind: fn(&Json) -> bool| items.iter().all(kind);
        if all(Json::is_string) || all(Json::is_object) {
            return Value::serialize(&items).unwrap_or_else(|_| Value::from(text));
        }
    }
    let items = text.split(',').map(|item| item.trim().to_owned());
    Value::from(if text.trim().is_empty() { Vec::new() } else { items.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_json_or_separated_by_commas() {
        let both = Value::from(vec!["127.0.0.1:80", "[::1]:80"]);
        assert_eq!(list("127.0.0.1:80, [::1]:80"), both);
        assert_eq!(list(r#"["127.0.0.1:80", "[::1]:80"]"#), both);
        assert_eq!(list("[::1]:80"), Value::from(vec!["[::1]:80"]));
        assert_eq!(list(""), Value::from(Vec::<String>::new()));
    }
}
