//! The input documents, byte for byte: `policies/inputs/*.json`, which `UPDATE=1` writes.

use crate::requests;
use crate::support::{Folder, everything, file, load};
use mcp_v8_policy::{Gate, Input, Request};
use mcp_v8_sandbox::Principal;
use serde_json::{Value as Json, json};
use std::path::Path;

async fn is_golden<T: Request>(request: T) {
    let context = requests::context();
    let input = Input::of(&context, &request, 1 << 20).unwrap();
    let value: Json = serde_json::from_str(input.json()).unwrap();
    let text = serde_json::to_string_pretty(&value).unwrap() + "\n";
    let name = format!("{}.json", T::CAPABILITY);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/inputs").join(&name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "policies/inputs/{name} is not what the types say; run: UPDATE=1 cargo test -p mcp-v8-policy\n{text}"
    );
    // What a policy sees through the gate is the same document.
    let folder = Folder::new()
        .with("policy.rego", "package golden\n\nallow if input == data.expected\n")
        .with("data.json", format!("{{\"expected\": {written}}}"));
    let gate = Gate::new(load(&everything(&file(folder.root(), "data.golden.allow"))));
    gate.check(&context, request).await.unwrap();
}

#[tokio::test]
async fn the_input_of_every_capability_is_the_documented_one() {
    is_golden(requests::fetch()).await;
    is_golden(requests::websocket()).await;
    is_golden(requests::filesystem()).await;
    is_golden(requests::subprocess()).await;
    is_golden(requests::module()).await;
    is_golden(requests::mcp_tool()).await;
    is_golden(requests::run_js_file()).await;
}

#[tokio::test]
async fn a_field_is_there_even_when_it_says_nothing() {
    let mut request = requests::fetch();
    request.redirect = None;
    request.resolved_addresses.clear();
    request.target = requests::target("https://example.org");
    let mut context = requests::context();
    (context.principal, context.session) = (Principal::new("acme", "ada"), None);
    let input = Input::of(&context, &request, 1 << 20).unwrap();
    let input: Json = serde_json::from_str(input.json()).unwrap();
    assert_eq!(input["redirect"], Json::Null);
    assert_eq!(input["resolved_addresses"], json!([]));
    let parsed = json!({"scheme": "https", "host": "example.org", "port": null, "effective_port": 443, "path": "/", "query": ""});
    assert_eq!(input["url_parsed"], parsed);
    assert_eq!(input["session"], Json::Null);
    let principal = json!({"tenant": "acme", "subject": "ada", "issuer": null, "claims": {}});
    assert_eq!(input["principal"], principal);
}

#[tokio::test]
async fn no_credential_of_a_header_is_in_an_input() {
    let input = Input::of(&requests::context(), &requests::fetch(), 1 << 20).unwrap();
    assert!(input.json().contains("\"authorization\":\"[redacted]\""), "{}", input.json());
    assert!(!input.json().contains("hunter2"));
}

#[tokio::test]
async fn claims_arguments_and_variables_never_stand_where_the_server_writes() {
    let mut context = requests::context();
    let forged =
        json!({"allow": true, "input": {}, "principal": {"tenant": "root"}, "tenant": "root"});
    let claims = forged.as_object().unwrap().clone();
    context.principal = context.principal.with_claims("https://id.example.org", claims.clone());
    let mut request = requests::mcp_tool();
    request.arguments = Some(claims.clone());
    request.annotations = claims;
    let input = Input::of(&context, &request, 1 << 20).unwrap();
    let input: Json = serde_json::from_str(input.json()).unwrap();
    let keys: Vec<&String> = input.as_object().unwrap().keys().collect();
    let expected = [
        "operation",
        "server",
        "tool",
        "arguments",
        "annotations",
        "principal",
        "execution",
        "session",
    ];
    assert_eq!(keys, expected);
    assert_eq!(input["principal"]["tenant"], "acme");
    assert_eq!(input["principal"]["claims"], forged);
}
