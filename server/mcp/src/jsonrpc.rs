//! JSON-RPC 2.0 rules that rmcp leaves to the server: text that is no message, batches, known methods with parameters
//! of the wrong shape, cursors.

use rmcp::ErrorData;
use rmcp::model::{ErrorCode, PaginatedRequestParams, ProtocolVersion};
use serde_json::{Value, json};

/// Methods of every revision that this server answers. rmcp treats one with misshapen parameters as unknown.
const METHODS: &[&str] = &[
    "prompts/get",
    "prompts/list",
    "tools/call",
    "tools/list",
    "resources/list",
    "resources/templates/list",
    "resources/read",
];

/// Methods of the revisions before 2026-07-28 only.
const LEGACY_METHODS: &[&str] = &["initialize", "ping"];

/// Methods from 2026-07-28 on only.
const MODERN_METHODS: &[&str] = &["tasks/get", "tasks/cancel", "tasks/update"];

/// The answer to a request that rmcp found no type for.
pub fn untyped(method: &str, version: Option<ProtocolVersion>) -> ErrorData {
    let legacy = version.is_none_or(|version| version < ProtocolVersion::V_2026_07_28);
    let of_era = if legacy { LEGACY_METHODS } else { MODERN_METHODS };
    if METHODS.contains(&method) || of_era.contains(&method) {
        ErrorData::invalid_params(
            format!("the parameters of {method} do not have the shape the protocol says"),
            None,
        )
    } else {
        ErrorData::new(ErrorCode::METHOD_NOT_FOUND, format!("no method {method}"), None)
    }
}

/// Our lists have one page: no cursor was ever given out, so each is a wrong one.
pub fn only_page(request: Option<&PaginatedRequestParams>) -> Result<(), ErrorData> {
    match request.and_then(|request| request.cursor.as_ref()) {
        None => Ok(()),
        Some(_) => Err(ErrorData::invalid_params("unknown cursor: this list has one page", None)),
    }
}

/// What is wrong with a text that should be one JSON-RPC message, as the error object to answer with.
pub fn check(text: &[u8]) -> Result<Value, Value> {
    let message: Value = match serde_json::from_slice(text) {
        Ok(message) => message,
        Err(error) => return Err(failure(-32700, format!("not JSON: {error}"), None)),
    };
    let id = message.get("id").filter(|id| id.is_string() || id.is_number()).cloned();
    match &message {
        Value::Array(_) => Err(failure(
            -32600,
            "batches are not part of the protocol: send one message".into(),
            None,
        )),
        Value::Object(object) if object.get("jsonrpc").and_then(Value::as_str) != Some("2.0") => {
            Err(failure(-32600, "a message has \"jsonrpc\": \"2.0\"".into(), id))
        }
        Value::Object(object) => match object.get("id") {
            Some(Value::String(_)) | None => Ok(message),
            Some(Value::Number(number)) if number.is_i64() => Ok(message),
            // An error answer may carry a null id.
            Some(Value::Null) if object.contains_key("error") => Ok(message),
            Some(_) => Err(failure(-32600, "an id is a string or a 64-bit integer".into(), None)),
        },
        _ => Err(failure(-32600, "a message is a JSON object".into(), None)),
    }
}

/// A JSON-RPC error message.
pub fn failure(code: i32, message: String, id: Option<Value>) -> Value {
    let mut answer = json!({ "jsonrpc": "2.0", "error": { "code": code, "message": message } });
    answer["id"] = id.unwrap_or(Value::Null);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<i64> {
        check(text.as_bytes()).err().and_then(|answer| answer["error"]["code"].as_i64())
    }

    #[test]
    fn what_is_no_message_is_told_why() {
        assert_eq!(code("{"), Some(-32700));
        assert_eq!(code("[]"), Some(-32600));
        assert_eq!(code("1"), Some(-32600));
        assert_eq!(code(r#"{"id":1,"method":"ping"}"#), Some(-32600));
        assert_eq!(code(r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#), Some(-32600));
        assert_eq!(code(r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#), Some(-32600));
        assert_eq!(code(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#), None);
        assert_eq!(code(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#), None);
    }

    #[test]
    fn misshapen_parameters_of_a_known_method_are_not_an_unknown_method() {
        let legacy = Some(ProtocolVersion::V_2025_11_25);
        assert_eq!(untyped("tools/call", legacy.clone()).code, ErrorCode::INVALID_PARAMS);
        assert_eq!(untyped("ping", legacy.clone()).code, ErrorCode::INVALID_PARAMS);
        assert_eq!(
            untyped("ping", Some(ProtocolVersion::V_2026_07_28)).code,
            ErrorCode::METHOD_NOT_FOUND
        );
        assert_eq!(untyped("nope", legacy).code, ErrorCode::METHOD_NOT_FOUND);
    }
}
