//! Programs from crates.io that checks need: the user's own, or one in the cache, built once. Not what they check.

use crate::cargo::{cargo, is_installed, succeed};
use crate::workspace::Workspace;
use std::path::PathBuf;

/// A program of a crate, in the version that checks were made with.
#[derive(Debug)]
pub struct Tool {
    /// Name of the crate.
    pub krate: &'static str,
    pub version: &'static str,
    /// Name of its program.
    pub program: &'static str,
    /// Whether one of that name on the user's PATH does as well.
    pub any: bool,
}

impl Tool {
    /// Where it is; it is installed if need be. `None` where it cannot be built.
    pub fn find_or_install(&self, workspace: &Workspace) -> Option<PathBuf> {
        let tools = workspace.cache().join("tools");
        let kept = tools.join("bin").join(self.program);
        let own = PathBuf::from(self.program);
        let known = [(self.any, &own), (true, &kept)];
        if let Some((_, program)) =
            known.into_iter().find(|(use_it, path)| *use_it && is_installed(path))
        {
            return Some(program.clone());
        }
        let Self { krate, version, .. } = self;
        eprintln!("installing {krate} {version} to {} (once, some minutes)", tools.display());
        let mut install = cargo(workspace, ["install", "--quiet", "--locked", krate]);
        install.args(["--version", version]).arg("--root").arg(&tools);
        // Its own build lands in a temporary directory and is gone afterwards.
        succeed(install.env_remove("CARGO_TARGET_DIR")).ok().map(|()| kept)
    }

    /// Why a step is skipped.
    pub fn is_missing(&self) -> String {
        let Self { krate, version, .. } = self;
        format!("{krate} is not installed and cannot be: cargo install {krate}@{version}")
    }
}
