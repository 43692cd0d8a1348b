//! The page of settings against the schema. `UPDATE=1` writes it.

use super::settings_page::{check, render};
use serde_json::{Value, json};
use std::path::Path;

#[test]
fn the_page_of_settings_is_what_the_schema_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    check(root).expect("it is");
}

#[test]
fn a_page_that_is_old_is_found() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let root = directory.path();
    for folder in ["config", "docs/install"] {
        std::fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    let schema = json!({ "properties": { "a": { "type": "boolean" } } });
    std::fs::write(root.join("config/schema.json"), schema.to_string()).expect("a file");
    let page = root.join("docs/install/settings.md");
    std::fs::write(&page, render(&schema)).expect("a file");
    check(root).expect("it is current");
    let newer = json!({ "properties": { "a": { "type": "boolean" }, "b": { "type": "string" } } });
    std::fs::write(root.join("config/schema.json"), newer.to_string()).expect("a file");
    // With UPDATE=1 it would be written, which is the other half of the promise.
    if std::env::var_os("UPDATE").is_none() {
        assert!(check(root).is_err());
    }
}

fn page_of(properties: &Value) -> String {
    render(&json!({ "type": "object", "properties": properties }))
}

#[test]
fn a_key_has_its_meaning_its_type_and_its_default() {
    let page = page_of(&json!({
        "limits": { "type": "object", "default": {}, "description": "What a run may use.", "properties": {
            "cpu_secs": { "type": "integer", "minimum": 1, "maximum": 9, "default": 3, "description": "Time." },
            "kind": { "type": "string", "enum": ["a", "b"] },
        } },
    }));
    let key = "## `services.mcp-v8.settings.limits.cpu_secs`\n\nTime.\n\n\
               - Type: integer between 1 and 9\n- Default: `3`\n";
    assert!(page.contains(key), "{page}");
    assert!(page.contains("- Type: one of `\"a\"`, `\"b\"`\n- Default: left out"), "{page}");
    assert!(
        page.contains(
            "settings.limits`\n\nWhat a run may use.\n\n- Type: section\n- Default: there"
        )
    );
}

#[test]
fn sections_by_name_and_in_lists_have_their_keys_too() {
    let entry = json!({ "type": "object", "properties": { "path": { "type": "string" } } });
    let page = page_of(&json!({
        "wasm": { "type": "object", "additionalProperties": entry },
        "headers": { "type": "array", "items": entry },
    }));
    for path in ["wasm.<name>", "wasm.<name>.path", "headers.*.path"] {
        assert!(
            page.contains(&format!("## `services.mcp-v8.settings.{path}`\n")),
            "{path}: {page}"
        );
    }
}
