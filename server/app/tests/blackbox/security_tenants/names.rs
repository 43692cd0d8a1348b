//! What a tenant has names for, and where surfaces take them: parameters of tools, routes and templates.

use serde_json::{Map, Value, json};

/// Names of somebody's things.
pub struct Names {
    /// Finished.
    pub execution: String,
    pub running: String,
    pub heap: String,
    pub session: String,
    /// A key of the finished execution.
    pub artifact: String,
    pub tag: (String, String),
}

/// Parameters that name nothing of a tenant.
const NAMELESS: &[&str] = &[
    "byte_limit",
    "byte_offset",
    "execution_timeout_secs",
    "fields",
    "file",
    "heap_memory_max_mb",
    "limit",
    "line_limit",
    "line_offset",
    "persist",
    "status",
    "wait_ms",
];

/// Members of an answer that differ from one call to the next.
const VOLATILE: &[&str] = &[
    "at",
    "completed_at",
    "cpu_ms",
    "created_at",
    "duration_ms",
    "execution_id",
    "heap",
    "input_heap",
    "output_heap",
    "started_at",
    "submitted_at",
    "timestamp",
    "updated_at",
    "used_at",
];

impl Names {
    /// Names of the same shapes that nobody has.
    pub fn unknown() -> Self {
        Self {
            execution: "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
            running: "01890a5d-ac96-774b-bcce-b302099a8058".to_owned(),
            heap: "ab".repeat(32),
            session: "nowhere".to_owned(),
            artifact: "absent.txt".to_owned(),
            tag: ("kind".to_owned(), "no-such-value".to_owned()),
        }
    }

    /// Values of a parameter of a tool or route; none when it names nothing.
    fn values(&self, of: &str, parameter: &str) -> Vec<Value> {
        let executions = || vec![json!(self.execution), json!(self.running)];
        match parameter {
            _ if NAMELESS.contains(&parameter) => Vec::new(),
            "execution_id" => executions(),
            "id" if of.contains("executions") => executions(),
            "id" if of.contains("heaps") => vec![json!(self.heap)],
            "heap" => vec![json!(self.heap)],
            "session" | "name" | "X-MCP-Session-Id" => vec![json!(self.session)],
            // Where a page begins.
            "before" if of.contains("snapshots") || of.contains("artifacts") => Vec::new(),
            "key" if of.contains("artifact") || of == "executions" => vec![json!(self.artifact)],
            "before" if of.contains("executions") => executions(),
            "after" if of.contains("heaps") => vec![json!(self.heap)],
            "after" if of.contains("sessions") => vec![json!(self.session)],
            "tags" => vec![json!({ self.tag.0.clone(): self.tag.1 })],
            "key" | "keys" => vec![json!(self.tag.0)],
            "code" => vec![json!("1 + 1")],
            _ => panic!(
                "{of} has a new parameter {parameter}: say here what of a tenant it names, or that it is nothing"
            ),
        }
    }

    /// A template of URIs with its variables filled in.
    pub fn filled(&self, template: &str) -> String {
        let mut uri = template.to_owned();
        for variable in variables(template) {
            uri = uri.replace(&format!("{{{variable}}}"), &self.value_of(variable));
        }
        uri
    }

    /// Value of a template's variable.
    pub fn value_of(&self, variable: &str) -> String {
        self.values("executions", variable)[0].as_str().expect("text").to_owned()
    }
}

/// Names between braces.
pub fn variables(template: &str) -> Vec<&str> {
    template.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

/// Calls of a tool: what it needs, and one more parameter at a time.
pub fn arguments(tool: &str, schema: &Value, names: &Names) -> Vec<Value> {
    let none = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none);
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let needed = properties.keys().filter(|name| required.iter().any(|one| one == *name));
    let needed: Vec<(&String, Value)> =
        needed.map(|name| (name, names.values(tool, name).swap_remove(0))).collect();
    let base: Map<String, Value> =
        needed.into_iter().map(|(name, value)| (name.clone(), value)).collect();
    let mut calls = vec![Value::Object(base.clone())];
    for name in properties.keys() {
        for value in names.values(tool, name) {
            let mut call = base.clone();
            call.insert(name.clone(), value);
            calls.push(Value::Object(call));
        }
    }
    calls
}

/// Requests for a route: target and body.
pub fn requests(path: &str, operation: &Value, names: &Names) -> Vec<(String, Value)> {
    let none = Vec::new();
    let parameters = operation["parameters"].as_array().unwrap_or(&none);
    let mut targets = vec![path.to_owned()];
    for variable in variables(path) {
        let hole = format!("{{{variable}}}");
        let fill = |target: &String| {
            let values = names.values(path, variable).into_iter();
            let texts = values.map(|value| target.replace(&hole, value.as_str().expect("text")));
            texts.collect::<Vec<_>>()
        };
        targets = targets.iter().flat_map(fill).collect();
    }
    let body = match path {
        _ if operation["requestBody"].is_null() => Value::Null,
        "/api/exec" => json!({ "code": "1 + 1", "wait_ms": 10_000, "session": names.session }),
        "/api/heaps/{id}/tags" => json!({ "tags": { "kind": "x" } }),
        _ => panic!("{path} takes a body: say here which"),
    };
    let mut requests: Vec<(String, Value)> =
        targets.iter().map(|target| (target.clone(), body.clone())).collect();
    for parameter in parameters.iter().filter(|one| one["in"] == "query") {
        let name = parameter["name"].as_str().expect("a name");
        for value in names.values(path, name) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let query = format!("?{name}={}", escaped(&text));
            let all = targets.iter().map(|target| (format!("{target}{query}"), body.clone()));
            requests.extend(all.collect::<Vec<_>>());
        }
    }
    requests
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// An answer without what differs from call to call, and without the names that were asked about.
pub fn masked(body: &str, names: &Names) -> String {
    let mut text = match serde_json::from_str::<Value>(body) {
        Ok(value) => mask(value).to_string(),
        Err(_) => body.to_owned(),
    };
    let Names { execution, running, heap, session, artifact, tag } = names;
    for name in [execution, running, heap, session, artifact, &tag.1] {
        text = text.replace(name.as_str(), "<name>");
    }
    text
}

fn mask(value: Value) -> Value {
    match value {
        Value::Object(object) => Value::Object(
            object
                .into_iter()
                .map(|(name, value)| {
                    let known = VOLATILE.contains(&name.as_str());
                    let value = if known { json!("<volatile>") } else { mask(value) };
                    (name, value)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(mask).collect()),
        // Tools say the same as text.
        Value::String(text) => match serde_json::from_str::<Value>(&text) {
            Ok(inner @ Value::Object(_)) => Value::String(mask(inner).to_string()),
            _ => Value::String(text),
        },
        other => other,
    }
}
