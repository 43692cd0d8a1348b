//! What tools without an output schema have answered, as a schema. Only names and kinds are kept, no value; per tenant, so
//! that a name which is data of one is not shown to another.

use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Tools whose answers are remembered, over all tenants; the oldest goes first.
const TOOLS_MAX: usize = 1000;

/// How long an observation is believed.
const LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// How deep a value is looked at, how many names of an object and items of a list.
const DEPTH: usize = 6;
const NAMES_MAX: usize = 64;
const ITEMS_MAX: usize = 50;

/// What one tool answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    pub answers: u64,
    /// JSON Schema.
    pub schema: Json,
}

/// Tenant, server, tool.
type Place = (String, String, String);

/// See the module.
#[derive(Debug, Default)]
pub struct Observations(Mutex<HashMap<Place, (Instant, Observed)>>);

impl Observations {
    /// A tool answered this to a tenant.
    pub fn note(&self, tenant: &str, server: &str, tool: &str, value: &Json) {
        let schema = schema_of(value, 0);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tenant.to_owned(), server.to_owned(), tool.to_owned());
        if all.len() >= TOOLS_MAX && !all.contains_key(&key) {
            let oldest = all.iter().min_by_key(|(_, (at, _))| *at).map(|(key, _)| key.clone());
            oldest.and_then(|key| all.remove(&key));
        }
        let now = Instant::now();
        let (at, known) = all
            .entry(key)
            .or_insert_with(|| (now, Observed { answers: 0, schema: schema.clone() }));
        *at = now;
        known.answers += 1;
        known.schema = merged(&known.schema, &schema, 0);
    }

    /// What it answered to this tenant so far.
    pub fn get(&self, tenant: &str, server: &str, tool: &str) -> Option<Observed> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tenant.to_owned(), server.to_owned(), tool.to_owned());
        let (at, known) = all.get(&key)?;
        (at.elapsed() < LIFE).then(|| known.clone())
    }
}

fn schema_of(value: &Json, depth: usize) -> Json {
    match value {
        Json::Null => json!({ "type": "null" }),
        Json::Bool(_) => json!({ "type": "boolean" }),
        Json::Number(_) => json!({ "type": "number" }),
        Json::String(_) => json!({ "type": "string" }),
        _ if depth >= DEPTH => json!({}),
        Json::Array(items) => {
            let items = items.iter().take(ITEMS_MAX).map(|item| schema_of(item, depth + 1));
            match items.reduce(|a, b| merged(&a, &b, depth + 1)) {
                Some(items) => json!({ "type": "array", "items": items }),
                None => json!({ "type": "array" }),
            }
        }
        Json::Object(members) => {
            let named =
                |(name, value): (&String, &Json)| (name.clone(), schema_of(value, depth + 1));
            let properties: Map<String, Json> = members
                .iter()
                .filter(|(name, _)| name.len() <= 100)
                .take(NAMES_MAX)
                .map(named)
                .collect();
            let required: Vec<&String> = properties.keys().collect();
            json!({ "type": "object", "required": required, "properties": properties })
        }
    }
}

/// What is true of both.
fn merged(a: &Json, b: &Json, depth: usize) -> Json {
    if a == b {
        return a.clone();
    }
    let kind = |schema: &Json| schema["type"].as_str().map(str::to_owned);
    match (kind(a).as_deref(), kind(b).as_deref()) {
        (Some("object"), Some("object")) if depth < DEPTH => objects(a, b, depth),
        (Some("array"), Some("array")) => match (a.get("items"), b.get("items")) {
            (Some(x), Some(y)) => json!({ "type": "array", "items": merged(x, y, depth + 1) }),
            (Some(items), None) | (None, Some(items)) => json!({ "type": "array", "items": items }),
            (None, None) => json!({ "type": "array" }),
        },
        _ => {
            let mut parts = parts(a);
            for part in self::parts(b) {
                let same = parts
                    .iter()
                    .position(|known| kind(known) == kind(&part) && kind(&part).is_some());
                match same {
                    Some(at) => parts[at] = merged(&parts[at].clone(), &part, depth + 1),
                    None => parts.push(part),
                }
            }
            parts.truncate(8);
            json!({ "anyOf": parts })
        }
    }
}

fn parts(schema: &Json) -> Vec<Json> {
    match schema.get("anyOf") {
        Some(Json::Array(parts)) => parts.clone(),
        _ => vec![schema.clone()],
    }
}

fn objects(a: &Json, b: &Json, depth: usize) -> Json {
    let of = |schema: &Json| schema["properties"].as_object().cloned().unwrap_or_default();
    let (mut properties, more) = (of(a), of(b));
    let needed = |schema: &Json, name: &str| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name))
    };
    for (name, schema) in more {
        match properties.get(&name) {
            Some(known) => {
                let both = merged(known, &schema, depth + 1);
                properties.insert(name, both);
            }
            None if properties.len() < NAMES_MAX => {
                properties.insert(name, schema);
            }
            None => {}
        }
    }
    let required: Vec<&String> =
        properties.keys().filter(|name| needed(a, name) && needed(b, name)).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typescript::type_of;

    #[test]
    fn a_type_is_learned_from_answers_and_shown_to_its_tenant_only() {
        let all = Observations::default();
        all.note("a", "s", "t", &json!({ "n": 1, "list": [{ "x": "y" }, { "x": null }] }));
        all.note("a", "s", "t", &json!({ "n": "one", "more": true, "list": [] }));
        let seen = all.get("a", "s", "t").unwrap();
        assert_eq!(seen.answers, 2);
        let text = type_of(seen.schema.as_object().unwrap());
        assert!(text.contains("n: number | string;"), "{text}");
        assert!(text.contains("more?: boolean;"), "{text}");
        assert!(text.contains("list: Array<{ x: string | null; }>;"), "{text}");
        assert_eq!(all.get("b", "s", "t"), None);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let all = Observations::default();
        for at in 0..TOOLS_MAX + 5 {
            all.note("a", "s", &format!("t{at}"), &json!(1));
        }
        assert_eq!(all.0.lock().unwrap().len(), TOOLS_MAX);
        assert!(all.get("a", "s", "t0").is_none());
        let deep = (0..100).fold(json!(1), |inner, _| json!({ "d": inner }));
        assert!(schema_of(&deep, 0).to_string().len() < 1000);
    }
}
