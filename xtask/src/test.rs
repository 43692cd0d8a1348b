//! Everything that must pass. Not what is only measured: benchmarks have their own command.

use crate::cargo::{cargo, watch};
use crate::steps::{Steps, Verdict};
use crate::tally::Tally;
use crate::workspace::Workspace;
use crate::{archive, build};
use crate::{clients, s3};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// All of it, then the number of tests and the plain line of the steps.
pub fn command(workspace: &Workspace, _: &[String]) -> Result<ExitCode> {
    let mut steps = Steps::default();
    let tally = add_steps(workspace, &mut steps);
    let code = steps.finish();
    println!("{tally}");
    Ok(code)
}

/// The steps `build`, `cargo test`, `s3` and those of the clients; all run even if one fails.
pub fn add_steps(workspace: &Workspace, steps: &mut Steps) -> Tally {
    let mut binary: Option<PathBuf> = None;
    let mut tally = Tally::default();
    steps.run("build", || {
        binary = Some(build::binary(workspace)?);
        Ok(Verdict::Passed)
    });
    steps.run("cargo test", || cargo_test(workspace, binary.as_deref(), &mut tally));
    steps.run("s3", || {
        let binary = binary.as_deref().context("there is no binary: see the step build")?;
        s3::run(workspace, binary, &mut tally)
    });
    clients::add_steps(workspace, steps, binary.as_deref(), &mut tally);
    tally
}

/// The command line of all tests, to be completed.
///
/// The benchmark is left out here and linted with the rest: its HTTP client switches on features of shared crates
/// (hyper, num-traits) that the server does not ask for, so with it most of the tree, V8's bindings included, would be
/// built twice and the tests would not run what is shipped. So is the generator of the Rust client, which is large.
pub fn cargo_tests(workspace: &Workspace) -> Result<Command> {
    let mut test = cargo(workspace, ["test", "--release", "--workspace"]);
    test.args(["--exclude", "mcp-v8-bench", "--exclude", "mcp-v8-generate"]);
    test.env("RUSTY_V8_ARCHIVE", archive::locate(workspace)?);
    Ok(test)
}

fn cargo_test(workspace: &Workspace, binary: Option<&Path>, tally: &mut Tally) -> Result<Verdict> {
    let mut test = cargo_tests(workspace)?;
    test.arg("--no-fail-fast");
    if let Some(binary) = binary {
        test.env("MCP_V8_BIN", binary);
    }
    watch(&mut test, |line| {
        println!("{line}");
        tally.add_harness_line(line);
    })?;
    Ok(Verdict::Passed)
}
