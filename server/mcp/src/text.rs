//! What a model reads: the instructions of the server and the description of `run_js`. Short, with the limits in force.

use crate::view::ExecutionView;
use mcp_v8_settings::Settings;
use rmcp::model::{CallToolResult, ContentBlock};

const INSTRUCTIONS: &str = include_str!("text/instructions.md");
const RUN_JS: &str = include_str!("text/run_js.md");
const RUN_JS_LIVE: &str = include_str!("text/run_js_live.md");
const RUN_JS_STATELESS: &str = include_str!("text/run_js_stateless.md");

/// The instructions of the server.
pub fn instructions(settings: &Settings) -> String {
    let own = settings.server.instructions.as_deref();
    filled(own.unwrap_or(INSTRUCTIONS), settings)
}

/// The description of the tool; `heaps`: states are stored.
pub fn run_js_description(settings: &Settings, heaps: bool) -> String {
    let built_in = match (settings.sessions.enabled, heaps) {
        (false, _) => RUN_JS_STATELESS,
        (true, false) => RUN_JS_LIVE,
        (true, true) => RUN_JS,
    };
    let own = settings.server.run_js_description.as_deref();
    filled(own.unwrap_or(built_in), settings)
}

fn filled(text: &str, settings: &Settings) -> String {
    let limits = &settings.limits;
    text.trim()
        .replace("{access}", &access(settings))
        .replace("{timeout}", &limits.execution_timeout.as_secs().to_string())
        .replace("{max_timeout}", &limits.max_execution_timeout.as_secs().to_string())
        .replace("{heap}", &(limits.heap_bytes >> 20).to_string())
        .replace("{wait}", &limits.sync_wait.as_secs().to_string())
        .replace("{idle}", &(settings.sessions.idle_ttl.as_secs() / 60).to_string())
}

/// What scripts reach beyond computing, in a sentence or two.
fn access(settings: &Settings) -> String {
    let policies = &settings.policies;
    let mut can = Vec::new();
    if policies.fetch.is_some() {
        can.push("use fetch");
    }
    if policies.modules.is_some() {
        can.push("import npm:, jsr: and https: modules");
    }
    let node = "Modules such as node:path, node:util and node:buffer are there.";
    match can.is_empty() {
        true => format!("There is no network, file or process access. {node}"),
        false => format!(
            "As far as the operator's policies allow, programs {}. {node}",
            can.join(" and ")
        ),
    }
}

/// Adds a sentence where the next step is not obvious from the fields.
pub fn with_hint(mut result: CallToolResult, view: &ExecutionView) -> CallToolResult {
    let id = &view.execution_id;
    let running = matches!(view.status.as_str(), "queued" | "running");
    if running {
        let hint = format!(
            "Still {}. Call get_execution with execution_id \"{id}\" and wait_ms to wait for it.",
            view.status
        );
        result.content.push(ContentBlock::text(hint));
    } else if view.truncated == Some(true) {
        let hint = format!(
            "Output was shortened; get_execution_output with execution_id \"{id}\" has all {} bytes.",
            view.output_bytes
        );
        result.content.push(ContentBlock::text(hint));
        let link = crate::resources::output_link(id, view.output_bytes);
        result.content.push(ContentBlock::resource_link(link));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(flags: &[(&str, serde_json::Value)]) -> Settings {
        let mut all = vec![("storage.kind".to_owned(), "none".into())];
        all.extend(flags.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        mcp_v8_settings::load(&mcp_v8_settings::Sources { flags: all, ..Default::default() })
            .expect("loads")
    }

    #[test]
    fn the_built_in_texts_state_the_limits_and_stay_short() {
        let stateless = [("sessions.enabled", false.into())];
        for (flags, heaps) in [(&[][..], false), (&[], true), (&stateless, false)] {
            let settings = settings(flags);
            let described = run_js_description(&settings, heaps);
            for text in [&described, &instructions(&settings)] {
                assert!(!text.contains('{') && text.len() < 1200, "{text}");
            }
            assert!(described.contains("30 s"));
        }
    }

    #[test]
    fn what_lasts_is_promised_only_where_states_are_stored() {
        let settings = settings(&[]);
        let (kept, live) =
            (run_js_description(&settings, true), run_js_description(&settings, false));
        assert!(kept.contains("restarts") && kept.contains("heap"), "{kept}");
        assert!(!kept.contains("forgets"), "{kept}");
        assert!(live.contains("15 minutes forgets") && !live.contains("restarts"), "{live}");
    }

    #[test]
    fn an_operator_may_replace_both() {
        let own = settings(&[
            ("server.instructions", "Mine.".into()),
            ("server.run_js_description", "Runs.".into()),
        ]);
        assert_eq!(
            (instructions(&own), run_js_description(&own, false)),
            ("Mine.".into(), "Runs.".into())
        );
    }
}
