//! Every Rust file under server/ and xtask/ starts by saying what it is and what it is not.

use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

pub fn rule(tree: &Tree) -> Vec<Finding> {
    let ours = |path: &str| path.starts_with("server/") || path.starts_with("xtask/");
    let bare = tree.rust().filter(|source| {
        let words = source.text().strip_prefix("//! ").map(str::trim_start);
        ours(source.path()) && words.is_none_or(str::is_empty)
    });
    let to_do = "start the file with a `//!` line: what it is, and what it is not";
    bare.map(|source| Finding::new(source.path(), 1, "header", to_do)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_the_first_line_and_has_words() {
        let files = |text| rule(&Tree::of(&[("server/a/src/lib.rs", text)])).len();
        assert_eq!(files("//! A thing.\n"), 0);
        for bare in ["", "\n//! Late.\n", "// Not a doc comment.\n", "//!\n", "use std::fs;\n"] {
            assert_eq!(files(bare), 1, "{bare:?}");
        }
    }

    #[test]
    fn other_folders_are_left_alone() {
        assert!(rule(&Tree::of(&[("clients/rust/src/lib.rs", "use x;")])).is_empty());
    }
}
