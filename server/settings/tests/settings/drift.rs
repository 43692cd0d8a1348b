//! The files under `config/` that are written from the types. `UPDATE=1` writes them.

use crate::support::config_folder;
use mcp_v8_settings::{reference, schema};

fn matches_what_is_written(name: &str, expected: &str) {
    let path = config_folder().join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == expected,
        "config/{name} is not what the types say; run: UPDATE=1 cargo test -p mcp-v8-settings"
    );
}

#[test]
fn the_reference_file_says_what_the_types_say() {
    matches_what_is_written("reference.toml", &reference());
}

#[test]
fn the_schema_file_says_what_the_types_say() {
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    matches_what_is_written("schema.json", &text);
}
