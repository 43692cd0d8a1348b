//! Checkpoints in S3, as far as that needs more than storage's own tests: the built program against s3s, and a second
//! opinion on the client by moto, a Python package.

use crate::cargo::{is_installed, watch};
use crate::steps::{Steps, Verdict};
use crate::tally::Tally;
use crate::workspace::Workspace;
use crate::{build, python, test};
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const REQUIREMENTS: &str = include_str!("s3/requirements.txt");

/// Builds the program, installs moto where it is not yet, and runs the tests that need them.
pub fn command(workspace: &Workspace, _: &[String]) -> Result<ExitCode> {
    let (mut tally, mut steps) = (Tally::default(), Steps::default());
    steps.run("s3", || run(workspace, &build::binary(workspace)?, &mut tally));
    let code = steps.finish();
    println!("{tally}");
    Ok(code)
}

/// Runs them and adds their number to `tally`. The same packages as in the step `cargo test`, so that nothing is built
/// again with other features.
pub fn run(workspace: &Workspace, binary: &Path, tally: &mut Tally) -> Result<Verdict> {
    ignored(workspace, "whole_server", ("MCP_V8_BIN", binary.to_owned()), tally)?;
    if !is_installed("python3") {
        let why = "not installed: python3; moto needs it";
        ensure!(!std::env::var("CI").is_ok_and(|ci| ci == "true"), "{why}");
        return Ok(Verdict::Skipped(why.to_owned()));
    }
    let python = python::install(&workspace.cache().join("moto"), REQUIREMENTS, "moto")?;
    ignored(workspace, "moto", ("MCP_V8_MOTO_PYTHON", python), tally)?;
    Ok(Verdict::Passed)
}

/// Runs the tests of this name that are left out otherwise, with what they need.
pub fn ignored(
    workspace: &Workspace,
    name: &str,
    (variable, value): (&str, PathBuf),
    tally: &mut Tally,
) -> Result<()> {
    let mut tests = test::cargo_tests(workspace)?;
    tests.args(["--test", "it", "--", "--ignored", name]).env(variable, value);
    let mut own = Tally::default();
    watch(&mut tests, |line| {
        println!("{line}");
        own.add_harness_line(line);
    })?;
    ensure!(own.passed > 0, "no test of the name {name} was found");
    tally.add(own);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_python_package_is_pinned_to_one_version() {
        crate::python::tests::assert_pinned(super::REQUIREMENTS, "moto");
    }
}
