//! Licences, banned crates, sources and advisories, with cargo-deny and deny.toml. Not an installer of anything else.

use crate::cargo::{cargo, is_installed, succeed};
use crate::steps::{Steps, Verdict};
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

/// The version that is installed where there is none.
const VERSION: &str = "0.20.2";

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
        program = find_or_install(workspace);
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
        let why = format!(
            "cargo-deny is not installed and cannot be: cargo install cargo-deny@{VERSION}"
        );
        return Ok(Verdict::Skipped(why));
    };
    let mut deny = Command::new(program);
    deny.args(["--workspace", "check", "--hide-inclusion-graph"])
        .args(what)
        .current_dir(workspace.root());
    succeed(deny.env("CARGO", workspace.cargo())).map(|()| Verdict::Passed)
}

/// The user's own cargo-deny, or one in the cache, built now if it is not there. `None` where it cannot be built.
fn find_or_install(workspace: &Workspace) -> Option<PathBuf> {
    let tools = workspace.cache().join("tools");
    let kept = tools.join("bin/cargo-deny");
    if let Some(program) = [PathBuf::from("cargo-deny"), kept.clone()]
        .into_iter()
        .find(|program| is_installed(program))
    {
        return Some(program);
    }
    eprintln!("installing cargo-deny {VERSION} to {} (once, some minutes)", tools.display());
    let mut install = cargo(workspace, ["install", "--quiet", "--locked", "cargo-deny"]);
    install.args(["--version", VERSION]).arg("--root").arg(&tools);
    // Its own build lands in a temporary directory and is gone afterwards.
    succeed(install.env_remove("CARGO_TARGET_DIR")).ok().map(|()| kept)
}

fn is_reachable(url: &str) -> bool {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--fail", "--head", "--max-time", "20", url]).stdout(Stdio::null());
    curl.status().is_ok_and(|status| status.success())
}
