//! The npm packages of the clients, Node.js itself among them. Which ones: package.json beside the clients.

use crate::cargo::succeed;
use crate::stamp::Stamp;
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// Installs to `directory` what `package.json` in `sources` asks for, unless that was done before; exactly what
/// `package-lock.json` says where there is one.
pub fn install(sources: &Path, directory: &Path) -> Result<()> {
    let manifest = sources.join("package.json");
    let manifest = std::fs::read(&manifest)
        .with_context(|| format!("cannot read {}: the clients need it", manifest.display()))?;
    let lock = std::fs::read(sources.join("package-lock.json")).ok();
    let inputs: [&[u8]; 2] = [&manifest, lock.as_deref().unwrap_or_default()];
    let stamp = Stamp::new(directory.join(".npm-stamp"), &inputs);
    if stamp.is_set() {
        return Ok(());
    }
    let verb = if lock.is_some() { "ci" } else { "install" };
    eprintln!("npm {verb} in {}", directory.display());
    let mut npm = Command::new("npm");
    npm.args([verb, "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(directory);
    succeed(&mut npm).context("the npm packages of the clients cannot be installed")?;
    stamp.set()
}
