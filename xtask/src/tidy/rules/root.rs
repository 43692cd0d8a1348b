//! What may lie in the root of the repository, so that it reads as a table of contents. Not what is in the folders.

use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

const ALLOWED: &[&str] = &[
    ".cargo",
    ".ci",
    ".clippy.toml",
    ".config",
    ".git",
    ".gitattributes",
    ".github",
    ".gitignore",
    ".rustfmt.toml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "clients",
    "config",
    "deny.toml",
    "docs",
    "flake.lock",
    "flake.nix",
    "nixos-module",
    "policies",
    "rust-toolchain.toml",
    "server",
    "vm-tests",
    "xtask",
];

/// Made by tools and not committed.
const MADE: &[&str] = &["target", "result"];

pub fn rule(tree: &Tree) -> Vec<Finding> {
    let known =
        |name: &&String| !ALLOWED.contains(&name.as_str()) && !MADE.contains(&name.as_str());
    let to_do =
        "does not belong in the root: move it into a folder, or add it to the list on purpose";
    tree.root.iter().filter(known).map(|name| Finding::new(name, 0, "root", to_do)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_on_the_list_is_found() {
        let root = ["Cargo.toml", "target", "compose.yaml", "notes.txt"].map(String::from).to_vec();
        let findings = rule(&Tree { root, ..Tree::default() });
        let found: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("compose.yaml:0: root: "), "{found:?}");
    }
}
