//! Starting Nix with the nixpkgs tree of the user, offline. Not what is evaluated.

use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// The tree that `NIXPKGS` names.
pub fn nixpkgs() -> Result<PathBuf> {
    let named = std::env::var_os("NIXPKGS").filter(|value| !value.is_empty());
    let tree = named.map(PathBuf::from).context("set NIXPKGS to a nixpkgs tree")?;
    if !tree.join("nixos/lib/eval-config.nix").is_file() {
        bail!("NIXPKGS={} is no nixpkgs tree", tree.display());
    }
    Ok(tree)
}

/// Runs one of Nix's programs to its end; its standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let ended = command.output().with_context(|| format!("cannot start {program}: install Nix"))?;
    if !ended.status.success() {
        bail!("{program} ended with {}:\n{}", ended.status, String::from_utf8_lossy(&ended.stderr));
    }
    String::from_utf8(ended.stdout).with_context(|| format!("{program} wrote no text"))
}
