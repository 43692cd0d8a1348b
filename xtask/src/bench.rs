//! Measuring mcp-v8. Not the measurements: those are in xtask/bench.

use crate::build;
use crate::cargo::{cargo, succeed};
use crate::workspace::Workspace;
use anyhow::Result;
use std::process::ExitCode;

/// Builds the server and the load generator, and hands the arguments on.
pub fn command(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    let binary = build::binary(workspace)?;
    let mut bench = cargo(workspace, ["run", "--release", "-p", "mcp-v8-bench", "--"]);
    succeed(bench.args(arguments).env("MCP_V8_BIN", binary))?;
    Ok(ExitCode::SUCCESS)
}
