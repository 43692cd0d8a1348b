//! The ops of tools of other MCP servers: a question goes to the server, which judges and carries it out; arguments are
//! checked here, because a schema of a stranger may be costly, and this process has limits.

use super::ask::{Refused, ask, ask_now, unexpected};
use deno_core::{OpState, op2};
use jsonschema::PatternOptions;
use mcp_v8_sandbox::host_call::ToolCall;
use mcp_v8_sandbox::host_call::tool::Detail;
use mcp_v8_sandbox::{HostAnswer, HostCall, HostError};
use serde_json::Value as Json;
use std::cell::RefCell;
use std::rc::Rc;

/// Most problems with arguments that one message names.
const PROBLEMS: usize = 5;

/// Longest part of a message that repeats a value, characters.
const PROBLEM_MAX: usize = 300;

/// A question as js/mcp.js asks it: `text` is a query or arguments, `number` a limit, `option` a level of detail.
fn call(
    kind: &str,
    server: String,
    tool: String,
    text: String,
    number: u32,
) -> Result<ToolCall, Refused> {
    Ok(match kind {
        "servers" => ToolCall::Servers,
        "server" => ToolCall::Server { server },
        "list" => ToolCall::List { server: (!server.is_empty()).then_some(server) },
        "search name" => ToolCall::Search { query: text, limit: number, detail: Detail::Name },
        "search summary" => {
            ToolCall::Search { query: text, limit: number, detail: Detail::Summary }
        }
        "search full" => ToolCall::Search { query: text, limit: number, detail: Detail::Full },
        "describe" => ToolCall::Describe { server, tool },
        "schema" => ToolCall::Schema { server, tool },
        "call" => ToolCall::Call { server, tool, arguments: text },
        _ => return Err(Refused(HostError::new("TypeError", "no such question"))),
    })
}

/// Asks, and gives the event loop its turn.
#[op2]
#[string]
pub async fn op_mcp_tool(
    state: Rc<RefCell<OpState>>,
    #[string] kind: String,
    #[string] server: String,
    #[string] tool: String,
    #[string] text: String,
    #[smi] number: u32,
) -> Result<String, Refused> {
    answer(ask(&state, HostCall::Tool(call(&kind, server, tool, text, number)?)).await?)
}

/// Asks, with the thread in hand.
#[op2]
#[string]
pub fn op_mcp_tool_sync(
    state: &mut OpState,
    #[string] kind: String,
    #[string] server: String,
    #[string] tool: String,
) -> Result<String, Refused> {
    answer(ask_now(state, HostCall::Tool(call(&kind, server, tool, String::new(), 0)?))?)
}

fn answer(answer: HostAnswer) -> Result<String, Refused> {
    match answer {
        HostAnswer::Tool(json) => Ok(json),
        _ => Err(unexpected()),
    }
}

/// What is wrong with arguments by a schema, both JSON; empty when nothing is, or when the schema says nothing that can be
/// checked here.
#[op2]
#[string]
pub fn op_mcp_arguments(#[string] schema: String, #[string] arguments: String) -> String {
    let (Ok(schema), Ok(arguments)) =
        (serde_json::from_str::<Json>(&schema), serde_json::from_str::<Json>(&arguments))
    else {
        return String::new();
    };
    problems(&schema, &arguments)
}

fn problems(schema: &Json, arguments: &Json) -> String {
    // Patterns in linear time; nothing is fetched.
    let options = jsonschema::options().with_pattern_options(PatternOptions::regex()).offline();
    let Ok(validator) = options.build(schema) else { return String::new() };
    let problem = |error: jsonschema::ValidationError<'_>| {
        let text: String = error.to_string().chars().take(PROBLEM_MAX).collect();
        format!("{}: {text}", place(error.instance_path().as_str()))
    };
    validator.iter_errors(arguments).take(PROBLEMS).map(problem).collect::<Vec<_>>().join("; ")
}

/// A JSON pointer as a script writes it: `/a/0/b-c` is `arguments.a[0]["b-c"]`.
fn place(pointer: &str) -> String {
    let mut text = String::from("arguments");
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        let simple = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        if part.chars().all(|c| c.is_ascii_digit()) {
            text.push_str(&format!("[{part}]"));
        } else if part.chars().all(simple) {
            text.push_str(&format!(".{part}"));
        } else {
            text.push_str(&format!("[{}]", Json::from(part)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_wrong_argument_is_named_with_its_place_and_what_was_expected() {
        let schema = json!({ "type": "object", "required": ["a"], "properties": {
            "a": { "type": "number" }, "b-c": { "type": "array", "items": { "type": "string" } } } });
        assert_eq!(problems(&schema, &json!({ "a": 1 })), "");
        let wrong = problems(&schema, &json!({ "a": "x" }));
        assert!(wrong.starts_with("arguments.a: ") && wrong.contains("number"), "{wrong}");
        assert!(problems(&schema, &json!({})).contains("\"a\" is a required property"));
        assert!(
            problems(&schema, &json!({ "a": 1, "b-c": ["x", 2] }))
                .starts_with("arguments[\"b-c\"][1]: ")
        );
    }

    #[test]
    fn a_schema_of_a_stranger_fetches_nothing_and_hangs_on_no_pattern() {
        let remote = json!({ "$ref": "https://evil.example/schema.json" });
        assert_eq!(problems(&remote, &json!({ "a": 1 })), "");
        let slow = json!({ "properties": { "a": { "pattern": "^(a+)+$" } } });
        let text = format!("{}!", "a".repeat(5000));
        assert!(problems(&slow, &json!({ "a": text })).contains("arguments.a"));
    }
}
