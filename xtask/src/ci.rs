//! All checks in one go, the cheap ones first. Not the entry of the CI machine: that is .ci/run.

use crate::steps::{Steps, Verdict};
use crate::workspace::Workspace;
use crate::{check, deny, nix, test, tidy};
use anyhow::Result;
use std::process::ExitCode;

/// fmt, clippy, tidy, nix lint, test, deny.
pub fn command(workspace: &Workspace, _: &[String]) -> Result<ExitCode> {
    let mut steps = Steps::default();
    steps.run("fmt", || check::fmt(workspace).map(|()| Verdict::Passed));
    steps.run("clippy", || check::clippy(workspace).map(|()| Verdict::Passed));
    steps.run("tidy", || tidy::check(workspace).map(|()| Verdict::Passed));
    nix::add_lint_steps(workspace, &mut steps);
    let tally = test::add_steps(workspace, &mut steps);
    deny::add_steps(workspace, &mut steps);
    let code = steps.finish();
    println!("{tally}");
    Ok(code)
}
