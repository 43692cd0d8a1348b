//! Arguments of a tool call, from JSON to a type. What is wrong with them is a result the model can act on.

use rmcp::model::JsonObject;
use serde::de::DeserializeOwned;

/// Arguments that do not fit the tool's input schema.
#[derive(Debug, thiserror::Error)]
pub enum ArgumentError {
    #[error("arguments of {tool}: {source}")]
    Shape {
        tool: &'static str,
        #[source]
        source: serde_json::Error,
    },
    #[error("arguments of {tool}: {problem}")]
    Value { tool: &'static str, problem: String },
}

/// Parses arguments; unknown names are refused with the names there are.
pub fn parse<T: DeserializeOwned>(
    tool: &'static str,
    arguments: Option<JsonObject>,
) -> Result<T, ArgumentError> {
    let arguments = serde_json::Value::Object(arguments.unwrap_or_default());
    serde_json::from_value(arguments).map_err(|source| ArgumentError::Shape { tool, source })
}
