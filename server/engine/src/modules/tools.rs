//! `mcp:<server>`: the tools of another MCP server as a module. Its text is made here from a list of names; what a tool does
//! is in js/mcp.js, and whether it may be called is the server's.

use crate::calls::Calls;
use crate::ops::ask::Refused;
use deno_core::error::ModuleLoaderError;
use deno_core::{ModuleSource, ModuleSourceCode, ModuleSpecifier, ModuleType};
use deno_error::JsErrorBox;
use mcp_v8_sandbox::host_call::ToolCall;
use mcp_v8_sandbox::{Capability, HostAnswer, HostCall};
use std::fmt::Write;

/// The module that such modules are made with: the inside of the global `mcp`.
pub const INNER: &str = "mcp:";

/// The module that a specifier names; `None` when it is no `mcp:` one.
pub fn resolve(
    specifier: &str,
    referrer: &str,
    granted: &[Capability],
) -> Result<Option<ModuleSpecifier>, ModuleLoaderError> {
    let Some(server) = specifier.strip_prefix(INNER) else { return Ok(None) };
    if !granted.contains(&Capability::McpTools) {
        return Err(JsErrorBox::type_error(
            "scripts call no tools of other MCP servers here (the operator's configuration has no [policies.mcp_tools]) [denied.policy]",
        ));
    }
    let good = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let inner = server.is_empty() && referrer.starts_with(INNER);
    if !inner && (server.is_empty() || server.len() > 64 || !server.chars().all(good)) {
        return Err(JsErrorBox::type_error(
            "write mcp:<name of a server>, as mcp.servers() lists them",
        ));
    }
    Ok(ModuleSpecifier::parse(specifier).ok())
}

/// The server of a module.
pub fn server(specifier: &ModuleSpecifier) -> Option<&str> {
    specifier.as_str().strip_prefix(INNER).filter(|server| !server.is_empty())
}

/// Asks for the names and makes the module.
pub async fn load(
    calls: &Calls,
    server: &str,
    specifier: &ModuleSpecifier,
) -> Result<ModuleSource, ModuleLoaderError> {
    let call = ToolCall::Module { server: server.to_owned() };
    let names = match calls.ask(HostCall::Tool(call)).await {
        Ok(HostAnswer::Tool(names)) => names,
        Ok(_) => return Err(JsErrorBox::generic("the server gave an answer of another kind")),
        Err(refused) => return Err(JsErrorBox::from_err(Refused(refused))),
    };
    let names: Vec<(String, Option<String>)> =
        serde_json::from_str(&names).map_err(|error| JsErrorBox::generic(error.to_string()))?;
    let code = ModuleSourceCode::String(text(server, &names).into());
    Ok(ModuleSource::new(ModuleType::JavaScript, code, specifier, None))
}

/// One function per tool, exported under its name and its identifier; all of them as the default.
fn text(server: &str, names: &[(String, Option<String>)]) -> String {
    let mut text =
        String::from("import { bind, named } from \"mcp:\";\nconst tools = { __proto__: null };\n");
    let server = literal(server);
    for (at, (name, identifier)) in names.iter().enumerate() {
        let exact = literal(name);
        let _ = writeln!(text, "const t{at} = tools[{exact}] = bind({server}, {exact});");
        let mut exported: Vec<String> = identifier.iter().map(|own| literal(own)).collect();
        // `default` is all of them.
        if name != "default" && identifier.as_ref() != Some(name) {
            exported.push(exact);
        }
        for own in exported {
            let _ = writeln!(text, "tools[{own}] = t{at};\nexport {{ t{at} as {own} }};");
        }
    }
    let _ = writeln!(text, "export default named({server}, tools);");
    text
}

fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_exports_every_tool_under_its_names_and_nothing_breaks_out() {
        let names =
            [("get-sum", Some("get_sum")), ("default", Some("_default")), ("a\"};evil();//", None)];
        let names: Vec<(String, Option<String>)> =
            names.map(|(name, own)| (name.to_owned(), own.map(str::to_owned))).into();
        let text = text("s", &names);
        assert!(text.contains("export { t0 as \"get_sum\" };\n"));
        assert!(text.contains("export { t0 as \"get-sum\" };\n"));
        assert!(
            text.contains("export { t1 as \"_default\" };\n") && !text.contains("as \"default\"")
        );
        assert!(text.contains("export { t2 as \"a\\\"};evil();//\" };\n"));
    }

    #[test]
    fn a_specifier_names_a_server_under_the_capability() {
        let granted = [Capability::McpTools];
        let of = |specifier: &str| {
            resolve(specifier, "run-1.ts", &granted).map(|url| url.map(String::from))
        };
        assert_eq!(of("mcp:git-hub").unwrap(), Some("mcp:git-hub".to_owned()));
        assert_eq!(of("npm:x").unwrap(), None);
        for bad in ["mcp:", "mcp:a/b", "mcp:a b", "mcp:../x"] {
            assert!(of(bad).is_err(), "{bad}");
        }
        assert!(resolve("mcp:", "mcp:x", &granted).unwrap().is_some());
        assert!(resolve("mcp:x", "run-1.ts", &[]).is_err());
    }
}
