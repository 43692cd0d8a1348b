//! The reference of the configuration as a TOML file, written from the schema. Not a template to copy: a file needs
//! only what differs from the defaults.

use crate::key::Key;
use crate::schema;
use serde_json::Value as Json;
use std::fmt::Write;

/// Width of a documentation line, characters.
const WIDTH: usize = 110;

const HEAD: &str = "\
#:schema schema.json
# Reference of mcp-v8's configuration: every key with its default. A file needs only what differs from it.
# Written from the schema; regenerate with: UPDATE=1 cargo test -p mcp-v8-settings
#
# Lines that begin with `# ` explain. Lines that begin with `#` alone are keys without a fixed default, and sections
# that change the server by their presence; what they show is an example.
";

/// The commented reference file: every key with its default (or an example, commented out) and its description.
pub fn reference() -> String {
    let mut text = HEAD.to_owned();
    table(&mut text, schema::root(), &Key::default(), true);
    text
}

/// Keys first, then the tables within: TOML ends a table where the next begins.
fn table(text: &mut String, schema: &Json, at: &Key, active: bool) {
    let (tables, keys): (Vec<_>, Vec<_>) = schema::names(schema)
        .filter_map(|name| Some((name, schema::property(schema, name)?)))
        .partition(|(_, property)| schema::kind(property) == "object");
    for (name, property) in keys {
        text.push('\n');
        explain(text, &description(property));
        assign(text, name, property, active);
    }
    for (name, property) in tables {
        let key = at.child(name);
        text.push('\n');
        explain(text, property["description"].as_str().unwrap_or_default());
        if let Some(entry) = schema::entry(property) {
            let key = key.child("example");
            line(text, false, &format!("[{key}]"));
            table(text, entry, &key, false);
            continue;
        }
        // A table without a default changes the server by being there.
        let active = active && property.get("default").is_some();
        line(text, active, &format!("[{key}]"));
        table(text, property, &key, active);
    }
}

/// What the key means, and what it may be where the type does not say.
fn description(property: &Json) -> String {
    let mut text = property["description"].as_str().unwrap_or_default().to_owned();
    if let (Some(min), Some(max)) = (property["minimum"].as_i64(), property["maximum"].as_i64())
        && min < max
    {
        // Writing to a string cannot fail.
        let _ = write!(text, " From {min} to {max}.");
    }
    text
}

fn assign(text: &mut String, name: &str, property: &Json, active: bool) {
    match (property.get("default"), property["examples"].get(0)) {
        // A list without which its table is refused is shown with an item.
        (Some(Json::Array(none)), Some(example)) if none.is_empty() => {
            line(text, false, &format!("{name} = {}", inline(example)));
        }
        (Some(default), _) => line(text, active, &format!("{name} = {}", inline(default))),
        (None, Some(example)) => line(text, false, &format!("{name} = {}", inline(example))),
        (None, None) => line(text, false, &format!("{name} =")),
    }
}

/// A JSON value as TOML on one line; a scalar is the same in both.
fn inline(value: &Json) -> String {
    match value {
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name} = {}", inline(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        scalar => scalar.to_string(),
    }
}

fn line(text: &mut String, active: bool, content: &str) {
    text.push_str(if active { "" } else { "#" });
    text.push_str(content);
    text.push('\n');
}

/// Comment lines of at most [`WIDTH`] characters.
fn explain(text: &mut String, description: &str) {
    let mut line = String::from("#");
    for word in description.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
}
