//! What can be said of the Nix side without Nix: syntax, format, dead code, a whole pin of V8, a current page of settings.
//! Not types or values.

use super::settings_page;
use crate::archive;
use crate::cargo::succeed;
use crate::steps::{Steps, Verdict};
use crate::tool::Tool;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Formats as nixpkgs does; it also refuses what is no Nix. Other programs of this name format differently.
const NIXFMT: Tool = Tool { krate: "nixfmt_rs", version: "0.5.3", program: "nixfmt", any: false };

const DEADNIX: Tool = Tool { krate: "deadnix", version: "1.3.1", program: "deadnix", any: true };

/// The systems of the flake, by Rust's names.
const TARGETS: [&str; 3] =
    ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "aarch64-apple-darwin"];

pub fn add_steps(workspace: &Workspace, steps: &mut Steps) {
    steps.run("nix format", || judge(workspace, &NIXFMT, &["--check"]));
    steps.run("nix dead code", || judge(workspace, &DEADNIX, &["--fail"]));
    steps.run("nix settings page", || {
        settings_page::check(workspace.root()).map(|()| Verdict::Passed)
    });
    steps.run("nix pins", || pins(workspace).map(|()| Verdict::Passed));
}

fn judge(workspace: &Workspace, tool: &Tool, arguments: &[&str]) -> Result<Verdict> {
    let Some(program) = tool.find_or_install(workspace) else {
        return Ok(Verdict::Skipped(tool.is_missing()));
    };
    let files = nix_files(workspace.root())?;
    succeed(Command::new(program).args(arguments).args(&files).current_dir(workspace.root()))
        .map(|()| Verdict::Passed)
        .with_context(|| format!("{} Nix files, read by {}", files.len(), tool.krate))
}

/// V8: one version in Cargo.lock and the pin, and a sum for every system. nixpkgs: the branch of flake.nix is the one
/// that flake.lock has locked.
fn pins(workspace: &Workspace) -> Result<()> {
    let pin = archive::checked_pin(workspace)?;
    for target in TARGETS {
        pin.sha256(target).with_context(|| format!("no sum for {target}"))?;
    }
    let read = |name: &str| std::fs::read_to_string(workspace.root().join(name)).context("a flake");
    branch_is_locked(&read("flake.nix")?, &read("flake.lock")?)
}

fn branch_is_locked(flake: &str, lock: &str) -> Result<()> {
    let lock: serde_json::Value = serde_json::from_str(lock).context("flake.lock is no JSON")?;
    let branch = lock["nodes"]["nixpkgs"]["original"]["ref"].as_str().unwrap_or_default();
    let line = format!("inputs.nixpkgs.url = \"github:NixOS/nixpkgs/{branch}\";");
    anyhow::ensure!(
        flake.contains(&line),
        "flake.lock has locked {branch:?}, which is not the branch of flake.nix: nix flake update"
    );
    Ok(())
}

/// Every Nix file, sorted.
fn nix_files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = vec![PathBuf::from("flake.nix")];
    for folder in ["nixos-module", "vm-tests"] {
        collect(root, Path::new(folder), &mut files)?;
    }
    files.sort();
    Ok(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(root.join(folder));
    for entry in entries.with_context(|| format!("cannot list {}", folder.display()))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "nix") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"{"nodes":{"nixpkgs":{"original":{"ref":"nixos-26.05"}}}}"#;

    #[test]
    fn a_branch_that_was_changed_without_the_lock_is_found() {
        let flake = |branch| format!("inputs.nixpkgs.url = \"github:NixOS/nixpkgs/{branch}\";");
        assert!(branch_is_locked(&flake("nixos-26.05"), LOCK).is_ok());
        let error = branch_is_locked(&flake("nixos-26.11"), LOCK).expect_err("another branch");
        assert!(error.to_string().contains("nixos-26.05"), "{error}");
    }

    #[test]
    fn every_nix_file_is_looked_at() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let root = directory.path();
        for folder in ["nixos-module/package", "vm-tests"] {
            std::fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        for file in ["nixos-module/package/image.nix", "vm-tests/boot.nix", "vm-tests/run.py"] {
            std::fs::write(root.join(file), "").expect("a file");
        }
        let files = nix_files(root).expect("they can be listed");
        let shown: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        assert_eq!(shown, ["flake.nix", "nixos-module/package/image.nix", "vm-tests/boot.nix"]);
    }
}
