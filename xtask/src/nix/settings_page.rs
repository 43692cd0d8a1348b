//! `docs/install/settings.md`: the keys of `services.mcp-v8.settings` as Markdown, from `config/schema.json`, whose
//! options the module makes itself (`nixos-module/schema.nix`). Not the other options: those need Nix.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::Path;

const PAGE: &str = "docs/install/settings.md";

const HEAD: &str = "\
# Keys of `services.mcp-v8.settings`

Written from `config/schema.json` by `UPDATE=1 cargo test --release -p xtask`. The other options of the module are in
[options.md](options.md). A key that is left out has the default that is named here; a section that is left out is not
there. Keys that this page does not have are refused when the system is built.
";

/// Compares the page with the schema; `UPDATE=1` writes it.
pub fn check(root: &Path) -> Result<()> {
    let schema =
        fs::read_to_string(root.join("config/schema.json")).context("config/schema.json")?;
    let mut schema: Value = serde_json::from_str(&schema).context("config/schema.json")?;
    // By name: whether serde_json keeps the order of the file depends on what else is built.
    schema.sort_all_objects();
    let page = render(&schema);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(root.join(PAGE), &page).context(PAGE)?;
    }
    let there = fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    ensure!(
        there == page,
        "{PAGE} is not what config/schema.json says: UPDATE=1 cargo test -p xtask"
    );
    Ok(())
}

/// The whole page.
pub fn render(schema: &Value) -> String {
    let mut page = HEAD.to_owned();
    section("services.mcp-v8.settings", schema, &mut page);
    page
}

fn section(path: &str, node: &Value, page: &mut String) {
    for (name, child) in node["properties"].as_object().into_iter().flatten() {
        option(&format!("{path}.{name}"), child, page);
    }
    if node["additionalProperties"].is_object() {
        option(&format!("{path}.<name>"), &node["additionalProperties"], page);
    }
}

fn option(path: &str, node: &Value, page: &mut String) {
    page.push_str(&format!("\n## `{path}`\n"));
    if let Some(text) = node["description"].as_str() {
        page.push_str(&format!("\n{text}\n"));
    }
    page.push_str(&format!("\n- Type: {}\n- Default: {}\n", kind(node), default(node)));
    if let Some(example) = node["examples"].get(0) {
        page.push_str(&format!("- Example: `{example}`\n"));
    }
    section(path, node, page);
    if node["type"] == "array" {
        section(&format!("{path}.*"), &node["items"], page);
    }
}

fn default(node: &Value) -> String {
    let is_section = node["type"] == "object";
    match node.get("default") {
        Some(_) if is_section => "there".to_owned(),
        None if is_section => "not there".to_owned(),
        Some(value) => format!("`{value}`"),
        None => "left out".to_owned(),
    }
}

/// In the words of NixOS.
fn kind(node: &Value) -> String {
    if let Some(words) = node["enum"].as_array() {
        let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
        return format!("one of {}", words.join(", "));
    }
    match node["type"].as_str() {
        Some("boolean") => "boolean".to_owned(),
        Some("integer") => match (node["minimum"].as_i64(), node["maximum"].as_i64()) {
            (Some(low), Some(high)) => format!("integer between {low} and {high}"),
            _ => "integer".to_owned(),
        },
        Some("number") => "number".to_owned(),
        Some("string") => "string".to_owned(),
        Some("array") => format!("list of {}", kind(&node["items"])),
        Some("object") if node["properties"].is_object() => "section".to_owned(),
        Some("object") => format!("attribute set of {}", kind(&node["additionalProperties"])),
        _ => "anything".to_owned(),
    }
}
