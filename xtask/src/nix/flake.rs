//! `nix flake check` without building and without a network: every output evaluates. Not that it builds.

use super::evaluation::{nixpkgs, output};
use crate::workspace::Workspace;
use anyhow::Result;
use std::process::Command;

pub fn check(workspace: &Workspace) -> Result<()> {
    let mut nix = Command::new("nix");
    nix.args(["--extra-experimental-features", "nix-command flakes"])
        .args(["flake", "check", "--no-build", "--offline", "--all-systems"])
        .args(["--no-write-lock-file", "--override-input", "nixpkgs"])
        .arg(format!("path:{}", nixpkgs()?.display()))
        .current_dir(workspace.root());
    output(&mut nix).map(drop)
}
