//! The one prompt: how to write a program for `run_js`, with the caller's task in it.

use rmcp::ErrorData;
use rmcp::model::{GetPromptResult, JsonObject, Prompt, PromptArgument, PromptMessage, Role};

/// Name of the prompt.
pub const NAME: &str = "write_program";

const TEXT: &str = include_str!("text/write_program.md");

/// The prompts there are.
pub fn list() -> Vec<Prompt> {
    let task = PromptArgument::new("task")
        .with_description("What the program should do")
        .with_required(true);
    let prompt = Prompt::new(NAME, Some("Write and run one program for a task"), Some(vec![task]));
    vec![prompt.with_title("Write a program")]
}

/// Whether there is such a prompt, with such an argument.
pub fn has_argument(prompt: &str, argument: &str) -> bool {
    prompt == NAME && argument == "task"
}

/// The messages of a prompt.
///
/// # Errors
/// Invalid parameters for an unknown name or a missing task.
pub fn get(name: &str, arguments: Option<&JsonObject>) -> Result<GetPromptResult, ErrorData> {
    if name != NAME {
        return Err(ErrorData::invalid_params(
            format!("no prompt `{name}`; there is {NAME}"),
            None,
        ));
    }
    let task = arguments.and_then(|given| given.get("task")).and_then(|task| task.as_str());
    let Some(task) = task else {
        return Err(ErrorData::invalid_params("the prompt needs the argument `task`", None));
    };
    let text = TEXT.trim().replace("{task}", task);
    Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prompt_carries_the_task_and_refuses_what_is_missing() {
        let arguments = serde_json::json!({ "task": "count words" });
        let given = get(NAME, arguments.as_object()).expect("it is complete");
        assert!(serde_json::to_string(&given).expect("JSON").contains("count words"));
        assert!(get(NAME, None).is_err() && get("other", arguments.as_object()).is_err());
    }
}
