//! What cargo can say without running anything: format, lints, types. Not the house rules: those are in `tidy`.

use crate::archive;
use crate::cargo::{cargo, succeed};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

pub fn fmt_command(workspace: &Workspace, _: &[String]) -> Result<ExitCode> {
    fmt(workspace).map(|()| ExitCode::SUCCESS)
}

pub fn clippy_command(workspace: &Workspace, _: &[String]) -> Result<ExitCode> {
    clippy(workspace).map(|()| ExitCode::SUCCESS)
}

/// Types only, with no archive: V8's build script leaves it out for docs.rs, and nothing is linked.
pub fn check_command(workspace: &Workspace, _: &[String]) -> Result<ExitCode> {
    let mut check = cargo(workspace, ["check", "--release", "--workspace", "--all-targets"]);
    succeed(without_archive(workspace, &mut check))?;
    Ok(ExitCode::SUCCESS)
}

pub fn fmt(workspace: &Workspace) -> Result<()> {
    // Names of files only: whoever sees one runs `cargo fmt`.
    let mut fmt = cargo(workspace, ["fmt", "--all", "--", "--check", "--files-with-diff"]);
    succeed(&mut fmt).context("not formatted; run: cargo fmt --all")
}

/// Two runs, for the reason given at `test::cargo_test`: the server and its clients, then the benchmark and the generator.
pub fn clippy(workspace: &Workspace) -> Result<()> {
    let archive = archive::locate(workspace);
    let apart = ["mcp-v8-bench", "mcp-v8-generate"];
    let server = ["--workspace", "--exclude", apart[0], "--exclude", apart[1]];
    for packages in [&server[..], &["-p", apart[0], "-p", apart[1]]] {
        let mut clippy = cargo(workspace, ["clippy", "--release", "--all-targets"]);
        clippy.args(packages);
        match &archive {
            Ok(path) => {
                clippy.env("RUSTY_V8_ARCHIVE", path);
            }
            Err(error) => {
                eprintln!("linting without an archive, in a target directory of its own: {error}");
                without_archive(workspace, &mut clippy);
            }
        }
        succeed(clippy.args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}

/// In a target directory of its own, so that V8's build script does not run again for every change of mind.
fn without_archive<'a>(workspace: &Workspace, command: &'a mut Command) -> &'a mut Command {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace.root().join("target"), PathBuf::from);
    command.env("DOCS_RS", "1").env("CARGO_TARGET_DIR", target.join("check"))
}
