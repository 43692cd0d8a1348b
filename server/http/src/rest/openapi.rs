//! The OpenAPI 3.1 document of the REST interface, from the handlers themselves.

use axum::http::header;
use axum::response::IntoResponse;
use std::sync::LazyLock;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Document, PathItem, Ref, ResponseBuilder};

/// Answers that any route for callers may give before it is reached.
const REFUSALS: &[(&str, &str)] = &[
    ("401", "No token that this server accepts; only where it has authentication"),
    ("403", "A host, an origin, or a token without a scope that is needed"),
    ("429", "More than the server or the tenant has room for; Retry-After says when to come again"),
];

/// Routes for everybody.
const OPEN: &[&str] = &["/healthz", "/readyz"];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "mcp-v8",
        description = "Runs JavaScript and TypeScript in isolated V8 workers. Errors are problem details (RFC 9457) with an outcome code.",
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later")
    ),
    // In the data of events, which no schema names.
    components(schemas(super::events::OutputEvent)),
    tags(
        (name = "executions", description = "Run programs and read what they did"),
        (name = "state", description = "Sessions, their history, stored states (heaps) and their tags"),
        (name = "server", description = "The server itself"),
    )
)]
struct Base;

/// The document, as indented JSON.
pub fn openapi() -> String {
    let mut document = Base::openapi();
    document.merge(super::described().into_openapi());
    guard(&mut document);
    document.to_pretty_json().expect("derived types serialize")
}

/// Says of every route for callers that it may want a token, and what it answers without.
fn guard(document: &mut Document) {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    for (path, item) in &mut document.paths.paths {
        if OPEN.contains(&path.as_str()) {
            continue;
        }
        let PathItem { get, put, post, delete, .. } = item;
        for operation in [get, put, post, delete].into_iter().flatten() {
            let none = SecurityRequirement::default();
            let token = SecurityRequirement::new("bearer", Vec::<String>::new());
            operation.security = Some(vec![none, token]);
            for (status, words) in REFUSALS {
                let body = Ref::from_schema_name("ProblemBody");
                let content = ContentBuilder::new().schema(Some(body)).build();
                let refusal = ResponseBuilder::new().description(*words);
                let refusal = refusal.content("application/problem+json", content).build();
                let known = &mut operation.responses.responses;
                known.entry((*status).to_owned()).or_insert_with(|| refusal.into());
            }
        }
    }
}

/// `GET /api-doc/openapi.json`
pub async fn document() -> impl IntoResponse {
    static DOCUMENT: LazyLock<String> = LazyLock::new(openapi);
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

#[cfg(test)]
mod tests {
    use super::openapi;

    #[test]
    fn the_committed_document_is_the_one_the_server_gives() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../clients/openapi.json");
        let current = openapi() + "\n";
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &current).expect("clients/openapi.json is writable");
        }
        let committed = std::fs::read_to_string(path).expect("clients/openapi.json is there");
        assert!(
            committed == current,
            "clients/openapi.json differs: run UPDATE=1 cargo test -p mcp-v8-http"
        );
    }

    #[test]
    fn every_response_parameter_and_field_is_described() {
        let document: serde_json::Value = serde_json::from_str(&openapi()).expect("JSON");
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                for (status, response) in operation["responses"].as_object().expect("responses") {
                    assert!(response["description"].is_string(), "{method} {path} {status}");
                }
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    assert!(
                        parameter["description"].is_string(),
                        "{method} {path} {}",
                        parameter["name"]
                    );
                }
            }
        }
        for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
            assert!(schema["description"].is_string(), "{name}");
            for (field, property) in schema["properties"].as_object().into_iter().flatten() {
                let described = property["description"].is_string() || property["oneOf"].is_array();
                assert!(described, "{name}.{field}");
            }
        }
    }
}
