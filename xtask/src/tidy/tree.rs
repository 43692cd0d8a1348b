//! Everything the rules look at, read once: files, packages, the entries of the root. Not git: what lies there counts.

use super::manifest::{self, Manifest};
use super::source::Source;
use crate::cargo::cargo;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

/// Languages we write, by ending.
const ENDINGS: [&str; 9] = ["rs", "js", "mjs", "ts", "py", "nix", "rego", "sh", "sql"];

/// Folders nobody writes by hand.
const LEFT_OUT: [&str; 6] = [".git", "target", "node_modules", "__pycache__", "generated", "dist"];

/// The repository as it lies on the disk.
#[derive(Debug, Default)]
pub struct Tree {
    pub sources: Vec<Source>,
    pub manifests: Vec<Manifest>,
    /// Names in the root.
    pub root: Vec<String>,
}

impl Tree {
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let root = workspace.root();
        let mut tree = Tree { manifests: manifests(workspace)?, ..Tree::default() };
        for entry in fs::read_dir(root).context("cannot list the repository")? {
            tree.root.push(entry?.file_name().to_string_lossy().into_owned());
        }
        tree.root.sort();
        collect(root, root, &mut tree.sources)?;
        tree.sources.sort_by(|a, b| a.path().cmp(b.path()));
        Ok(tree)
    }

    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let sources = files.iter().map(|(path, text)| Source::new(path, text)).collect();
        Tree { sources, ..Tree::default() }
    }

    /// The Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.code().is_some())
    }
}

fn manifests(workspace: &Workspace) -> Result<Vec<Manifest>> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1", "--offline"];
    let output = cargo(workspace, arguments).output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    let text_of = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    manifest::parse(&String::from_utf8_lossy(&output.stdout), workspace.root(), text_of)
}

fn collect(root: &Path, directory: &Path, sources: &mut Vec<Source>) -> Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        // Symbolic links are neither: they would lead out of the tree or in circles.
        if kind.is_dir() && !LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            collect(root, &path, sources)?;
        } else if kind.is_file() && is_ours(&path) {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let relative = path.strip_prefix(root).unwrap_or(&path);
            sources.push(Source::new(&relative.to_string_lossy(), &text));
        }
    }
    Ok(())
}

fn is_ours(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ENDINGS.iter().any(|ours| ending == *ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_collected_and_built_or_fetched_folders_are_not() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        for path in ["a/b.rs", "a/c.md", "target/d.rs", "a/node_modules/e.js", "f.nix"] {
            let path = directory.path().join(path);
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
            fs::write(path, "x").expect("it can be written");
        }
        let mut sources = Vec::new();
        collect(directory.path(), directory.path(), &mut sources).expect("it can be read");
        let mut paths: Vec<_> = sources.iter().map(Source::path).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["a/b.rs", "f.nix"]);
    }
}
