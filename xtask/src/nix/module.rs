//! What the NixOS module evaluates to, against what is committed: units, pages, refusals (`nixos-module/tests`).
//! `UPDATE=1` writes the files. Not a build, and not a run of the units: those are the VM tests.

use super::evaluation::{nixpkgs, output};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where no file may lie that is not made.
const GOLDEN: &str = "nixos-module/tests/golden";

pub fn check(workspace: &Workspace) -> Result<()> {
    let root = workspace.root();
    let (tests, tree) = (root.join("nixos-module/tests"), nixpkgs()?);
    let expression =
        format!("import {} {{ pkgs = import {} {{ }}; }}", tests.display(), tree.display());
    let mut nix = Command::new("nix-instantiate");
    nix.args(["--eval", "--strict", "--json", "--read-write-mode", "--expr", &expression]);
    let found: Value = serde_json::from_str(&output(nix.current_dir(root))?)
        .context("nix-instantiate wrote no JSON")?;
    let failures = found["failures"].as_array().context("there are no failures, not even none")?;
    if !failures.is_empty() {
        let lines: Vec<_> = failures.iter().filter_map(Value::as_str).collect();
        bail!("nixos-module/tests/assertions.nix:\n{}", lines.join("\n"));
    }
    let files = found["files"].as_object().context("there are no files")?;
    if std::env::var_os("UPDATE").is_some() {
        return write(root, files);
    }
    let wrong: Vec<_> = differences(root, files)?.into_iter().collect();
    if !wrong.is_empty() {
        let list = wrong.join(", ");
        bail!("not what nixos-module/ makes: {list}; look, then UPDATE=1 cargo xtask nix module");
    }
    println!("{} files are what nixos-module/ makes", files.len());
    Ok(())
}

/// Files that are missing, different or left over.
fn differences(root: &Path, files: &Map<String, Value>) -> Result<BTreeSet<String>> {
    let mut wrong: BTreeSet<String> = leftovers(root, files)?.into_iter().collect();
    for (name, text) in files {
        let there = fs::read_to_string(root.join(name)).ok();
        if there.as_deref() != text.as_str() {
            wrong.insert(name.clone());
        }
    }
    Ok(wrong)
}

fn leftovers(root: &Path, files: &Map<String, Value>) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let Ok(entries) = fs::read_dir(root.join(GOLDEN)) else { return Ok(names) };
    for entry in entries {
        let name = format!("{GOLDEN}/{}", entry?.file_name().to_string_lossy());
        if !files.contains_key(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

fn write(root: &Path, files: &Map<String, Value>) -> Result<()> {
    for name in leftovers(root, files)? {
        fs::remove_file(root.join(&name)).with_context(|| format!("cannot remove {name}"))?;
    }
    for (name, text) in files {
        let path = root.join(name);
        let text = text.as_str().with_context(|| format!("{name} is no text"))?;
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(&path, text).with_context(|| format!("cannot write {name}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_file_that_is_changed_missing_or_left_over_is_named_and_an_update_mends_all() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let root = directory.path();
        let golden = |name: &str| format!("{GOLDEN}/{name}");
        let made = json!({ golden("a"): "1\n", golden("b"): "2\n", "docs/c.md": "3\n" });
        let made = made.as_object().expect("an object");
        write(root, made).expect("they can be written");
        assert!(differences(root, made).expect("they can be read").is_empty());

        fs::write(root.join(golden("a")), "changed").expect("a file");
        fs::write(root.join(golden("old")), "").expect("a file");
        fs::remove_file(root.join("docs/c.md")).expect("it was there");
        let wrong: Vec<_> =
            differences(root, made).expect("they can be read").into_iter().collect();
        assert_eq!(wrong, ["docs/c.md".to_owned(), golden("a"), golden("old")]);

        write(root, made).expect("they can be written");
        assert!(differences(root, made).expect("they can be read").is_empty());
    }
}
