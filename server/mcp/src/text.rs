//! What a model reads: the instructions of the server and the description of `run_js`. Short, with the limits in force.

use crate::reach;
use crate::view::ExecutionView;
use mcp_v8_sandbox::Capability;
use mcp_v8_settings::Settings;
use rmcp::model::{CallToolResult, ContentBlock};

const INSTRUCTIONS: &str = include_str!("text/instructions.md");
const RUN_JS: &str = include_str!("text/run_js.md");
const RUN_JS_LIVE: &str = include_str!("text/run_js_live.md");
const RUN_JS_STATELESS: &str = include_str!("text/run_js_stateless.md");

/// The instructions of the server.
pub fn instructions(settings: &Settings, capabilities: &[Capability]) -> String {
    let own = settings.server.instructions.as_deref();
    filled(own.unwrap_or(INSTRUCTIONS), settings, capabilities)
}

/// The description of the tool; `heaps`: states are stored.
pub fn run_js_description(settings: &Settings, capabilities: &[Capability], heaps: bool) -> String {
    let built_in = match (settings.sessions.enabled, heaps) {
        (false, _) => RUN_JS_STATELESS,
        (true, false) => RUN_JS_LIVE,
        (true, true) => RUN_JS,
    };
    let own = settings.server.run_js_description.as_deref();
    filled(own.unwrap_or(built_in), settings, capabilities)
}

fn filled(text: &str, settings: &Settings, capabilities: &[Capability]) -> String {
    let limits = &settings.limits;
    text.trim()
        .replace("{timeout}", &limits.execution_timeout.as_secs().to_string())
        .replace("{max_timeout}", &limits.max_execution_timeout.as_secs().to_string())
        .replace("{heap}", &(limits.heap_bytes >> 20).to_string())
        .replace("{wait}", &limits.sync_wait.as_secs().to_string())
        .replace("{reach}", &reach::sentence(capabilities))
        .replace("{idle}", &(settings.sessions.idle_ttl.as_secs() / 60).to_string())
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
            let described = run_js_description(&settings, &[], heaps);
            for text in [&described, &instructions(&settings, &[])] {
                assert!(!text.contains('{') && text.len() < 1200, "{text}");
            }
            assert!(described.contains("30 s"));
        }
    }

    #[test]
    fn what_lasts_is_promised_only_where_states_are_stored() {
        let settings = settings(&[]);
        let (kept, live) =
            (run_js_description(&settings, &[], true), run_js_description(&settings, &[], false));
        assert!(kept.contains("restarts") && kept.contains("heap"), "{kept}");
        assert!(!kept.contains("forgets"), "{kept}");
        assert!(live.contains("15 minutes forgets") && !live.contains("restarts"), "{live}");
    }

    #[test]
    fn no_text_denies_what_is_granted() {
        let stateless = [("sessions.enabled", false.into())];
        for (flags, heaps) in [(&[][..], false), (&[], true), (&stateless, false)] {
            let settings = settings(flags);
            let texts = |capabilities: &[Capability]| {
                [
                    run_js_description(&settings, capabilities, heaps),
                    instructions(&settings, capabilities),
                ]
            };
            for text in texts(&[]) {
                assert!(text.contains("no network, file"), "{text}");
            }
            for text in texts(&[Capability::Fetch]) {
                assert!(text.contains("fetch (HTTP)") && text.contains("no file"), "{text}");
                assert!(!text.contains("network") && text.len() < 1300, "{text}");
            }
        }
    }

    #[test]
    fn an_operator_may_replace_both() {
        let own = settings(&[
            ("server.instructions", "Mine.".into()),
            ("server.run_js_description", "Runs.".into()),
        ]);
        assert_eq!(
            (instructions(&own, &[]), run_js_description(&own, &[], false)),
            ("Mine.".into(), "Runs.".into())
        );
    }
}
