//! The Nix side of the project. `lint` needs no Nix; `module` and `flake` need it, and a nixpkgs tree in $NIXPKGS, from
//! which they evaluate without a network. Not the builds of the flake: those are `nix build` and `nix flake check`.

mod evaluation;
mod flake;
mod lint;
mod module;
mod settings_page;
#[cfg(test)]
mod settings_page_tests;

use crate::steps::{Steps, Verdict};
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::process::ExitCode;

pub use lint::add_steps as add_lint_steps;

/// `lint`, `module`, `flake`, or without a name all three.
pub fn command(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    let mut steps = Steps::default();
    let name = arguments.first().map(String::as_str);
    if !matches!(name, None | Some("lint" | "module" | "flake")) {
        bail!("cargo xtask nix [lint|module|flake]");
    }
    let wanted = |which| name.is_none_or(|name| name == which);
    if wanted("lint") {
        add_lint_steps(workspace, &mut steps);
    }
    if wanted("module") {
        steps.run("nix module", || module::check(workspace).map(|()| Verdict::Passed));
    }
    if wanted("flake") {
        steps.run("nix flake", || flake::check(workspace).map(|()| Verdict::Passed));
    }
    Ok(steps.finish())
}
