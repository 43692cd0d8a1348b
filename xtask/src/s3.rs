//! A second opinion on the S3 client: the storage tests that need moto, a Python package. Not the tests against s3s,
//! which runs in their own process and needs nothing.

use crate::cargo::{is_installed, watch};
use crate::steps::{Steps, Verdict};
use crate::tally::Tally;
use crate::workspace::Workspace;
use crate::{python, test};
use anyhow::{Result, ensure};
use std::process::ExitCode;

const REQUIREMENTS: &str = include_str!("s3/requirements.txt");

/// Installs moto where it is not yet, and runs the tests that need it.
pub fn command(workspace: &Workspace, _: &[String]) -> Result<ExitCode> {
    let (mut tally, mut steps) = (Tally::default(), Steps::default());
    steps.run("s3", || run(workspace, &mut tally));
    let code = steps.finish();
    println!("{tally}");
    Ok(code)
}

/// Runs them and adds their number to `tally`. The same packages as in the step `cargo test`, so that nothing is built
/// again with other features.
pub fn run(workspace: &Workspace, tally: &mut Tally) -> Result<Verdict> {
    if !is_installed("python3") {
        let why = "not installed: python3; moto needs it";
        ensure!(!std::env::var("CI").is_ok_and(|ci| ci == "true"), "{why}");
        return Ok(Verdict::Skipped(why.to_owned()));
    }
    let python = python::install(&workspace.cache().join("moto"), REQUIREMENTS, "moto")?;
    let mut tests = test::cargo_tests(workspace)?;
    tests.args(["--test", "it", "--", "--ignored", "moto"]).env("MCP_V8_MOTO_PYTHON", python);
    let mut own = Tally::default();
    watch(&mut tests, |line| {
        println!("{line}");
        own.add_harness_line(line);
    })?;
    ensure!(own.passed > 0, "no test that needs moto was found");
    tally.add(own);
    Ok(Verdict::Passed)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_python_package_is_pinned_to_one_version() {
        crate::python::tests::assert_pinned(super::REQUIREMENTS, "moto");
    }
}
