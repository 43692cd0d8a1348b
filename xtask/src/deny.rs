//! Licences, banned crates, sources and advisories, with cargo-deny and deny.toml. Not an installer of anything else.

use crate::cargo::succeed;
use crate::steps::{Steps, Verdict};
use crate::tool::Tool;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

const CARGO_DENY: Tool =
    Tool { krate: "cargo-deny", version: "0.20.2", program: "cargo-deny", any: true };

/// Where cargo-deny gets the RustSec advisory database from.
const DATABASE: &str = "https://github.com/rustsec/advisory-db";

pub fn command(workspace: &Workspace, _: &[String]) -> Result<ExitCode> {
    let mut steps = Steps::default();
    add_steps(workspace, &mut steps);
    Ok(steps.finish())
}

/// The steps `deny` and, because it needs the network, apart from it `advisories`.
pub fn add_steps(workspace: &Workspace, steps: &mut Steps) {
    let mut program = None;
    steps.run("deny", || {
        program = CARGO_DENY.find_or_install(workspace);
        check(workspace, program.as_ref(), &["bans", "licenses", "sources"])
    });
    steps.run("advisories", || {
        if program.is_some() && !is_reachable(DATABASE) {
            return Ok(Verdict::Skipped(format!("{DATABASE} cannot be reached from here")));
        }
        check(workspace, program.as_ref(), &["advisories"])
    });
}

fn check(workspace: &Workspace, program: Option<&PathBuf>, what: &[&str]) -> Result<Verdict> {
    let Some(program) = program else {
        return Ok(Verdict::Skipped(CARGO_DENY.is_missing()));
    };
    let mut deny = Command::new(program);
    deny.args(["--workspace", "check", "--hide-inclusion-graph"])
        .args(what)
        .current_dir(workspace.root());
    succeed(deny.env("CARGO", workspace.cargo())).map(|()| Verdict::Passed)
}

fn is_reachable(url: &str) -> bool {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--fail", "--head", "--max-time", "20", url]).stdout(Stdio::null());
    curl.status().is_ok_and(|status| status.success())
}
