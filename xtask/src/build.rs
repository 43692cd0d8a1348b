//! Building mcp-v8 as it is shipped: this one package, the one profile. Not the tests: those are built by `test`.

use crate::archive;
use crate::cargo::{cargo, watch};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;

/// Builds and prints the path of the binary.
pub fn command(workspace: &Workspace, _: &[String]) -> Result<ExitCode> {
    println!("{}", binary(workspace)?.display());
    Ok(ExitCode::SUCCESS)
}

/// Builds mcp-v8 and returns the path of the binary.
pub fn binary(workspace: &Workspace) -> Result<PathBuf> {
    let arguments = ["build", "--release", "-p", "mcp-v8-app", "--bin", "mcp-v8"];
    let mut build = cargo(workspace, arguments);
    // Asked for in messages, because the target directory can be set in half a dozen places.
    build.arg("--message-format=json-render-diagnostics");
    build.env("RUSTY_V8_ARCHIVE", archive::locate(workspace)?);
    let mut path = None;
    watch(&mut build, |line| path = executable(line).or(path.take()))?;
    path.context("cargo built no binary mcp-v8: server/app/Cargo.toml must have one")
}

/// The path in a message about the finished binary (The Cargo Book, "External tools", JSON messages).
fn executable(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let built = message["reason"] == "compiler-artifact" && message["target"]["name"] == "mcp-v8";
    message["executable"].as_str().filter(|_| built).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_found_among_cargos_messages() {
        let message = r#"{"reason":"compiler-artifact","target":{"name":"mcp-v8"},"executable":"/t/release/mcp-v8"}"#;
        assert_eq!(executable(message), Some("/t/release/mcp-v8".into()));
        for other in [
            r#"{"reason":"compiler-artifact","target":{"name":"tokio"},"executable":null}"#,
            r#"{"reason":"compiler-artifact","target":{"name":"xtask"},"executable":"/t/xtask"}"#,
            r#"{"reason":"build-finished","success":true}"#,
            "not json",
        ] {
            assert_eq!(executable(other), None, "{other}");
        }
    }
}
