//! What is generated of the REST clients from clients/openapi.json: the Rust one by mcp-v8-generate, the types of the
//! TypeScript one by openapi-typescript. It is committed, so that nobody needs the generators to build it.

use super::{node, npm, path_with, without};
use crate::cargo::{cargo, succeed};
use crate::steps::Verdict;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// In the repository.
const SCHEMA: &str = "clients/typescript/src/generated/schema.ts";

/// Whether what is committed is what would be written; and the generator's own tests, which the step `cargo test` leaves
/// out with it.
pub fn check(workspace: &Workspace) -> Result<Verdict> {
    succeed(&mut cargo(workspace, ["test", "--release", "--quiet", "-p", "mcp-v8-generate"]))?;
    succeed(&mut rust(workspace, &["--check"]))?;
    if let Some(skipped) = without(&["npm"])? {
        return Ok(skipped);
    }
    let written = workspace.cache().join("typescript/schema.ts");
    typescript(workspace, &written)?;
    let read = |path: &Path| std::fs::read(path).with_context(|| path.display().to_string());
    let same = read(&written)? == read(&workspace.root().join(SCHEMA))?;
    ensure!(same, "{SCHEMA} is not of clients/openapi.json: cargo xtask clients generate");
    Ok(Verdict::Passed)
}

/// Writes it.
pub fn write(workspace: &Workspace) -> Result<()> {
    succeed(&mut rust(workspace, &[]))?;
    typescript(workspace, &workspace.root().join(SCHEMA))
}

fn rust(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut generate = cargo(workspace, ["run", "--release", "--quiet", "-p", "mcp-v8-generate"]);
    generate.arg("--").args(arguments);
    generate
}

fn typescript(workspace: &Workspace, target: &Path) -> Result<()> {
    let directory = install(workspace)?;
    let mut generate =
        with_node(workspace, directory.join("node_modules/.bin/openapi-typescript"))?;
    generate.arg(workspace.root().join("clients/openapi.json")).arg("--output").arg(target);
    succeed(&mut generate)
}

/// Copies the TypeScript client to the cache and installs what it needs; the folder there.
pub fn install(workspace: &Workspace) -> Result<PathBuf> {
    let sources = workspace.root().join("clients/typescript");
    let directory = workspace.cache().join("typescript");
    super::copy::folder(&sources, &directory)?;
    npm::install(&sources, &directory)?;
    Ok(directory)
}

/// A program of npm, with the Node.js of the black-box clients: the system's may be too old.
pub fn with_node(workspace: &Workspace, program: PathBuf) -> Result<Command> {
    let mut command = Command::new(program);
    command.env("PATH", path_with(&node(workspace)?.join("node_modules/node/bin"))?);
    Ok(command)
}
