//! Small files: none above 500 lines, half of the Rust ones not above 130. Not a count of code: every line counts.

use crate::tidy::finding::Finding;
use crate::tidy::source::Source;
use crate::tidy::tree::Tree;

/// Longest file, lines.
const MAX: usize = 500;

/// Largest median of the Rust files, lines.
const MEDIAN_MAX: usize = 130;

pub fn rule(tree: &Tree) -> Vec<Finding> {
    let long = tree.sources.iter().filter(|source| length(source) > MAX).map(|source| {
        let to_do = format!("{} lines, at most {MAX}: split it by noun", length(source));
        Finding::new(source.path(), MAX + 1, "file-length", to_do)
    });
    let mut findings: Vec<_> = long.collect();
    let median = median(tree);
    if median > MEDIAN_MAX {
        let to_do = format!("the median Rust file has {median} lines, at most {MEDIAN_MAX}: split");
        findings.push(Finding::new(".", 0, "file-length", to_do));
    }
    findings
}

/// The sizes in one line, for people.
pub fn sizes(tree: &Tree) -> String {
    let longest = tree.rust().max_by_key(|source| length(source));
    let (path, lines) = longest.map_or(("none", 0), |source| (source.path(), length(source)));
    let (files, median) = (tree.rust().count(), median(tree));
    format!("tidy: {files} Rust files, median {median} lines, longest {lines} ({path})")
}

fn median(tree: &Tree) -> usize {
    let mut lengths: Vec<_> = tree.rust().map(length).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or_default()
}

fn length(source: &Source) -> usize {
    source.text().lines().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(files: &[(&str, usize)]) -> usize {
        let texts: Vec<_> =
            files.iter().map(|(path, lines)| (*path, "\n".repeat(*lines))).collect();
        let files: Vec<_> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
        rule(&Tree::of(&files)).len()
    }

    #[test]
    fn the_cap_holds_for_every_language_and_includes_its_number() {
        assert_eq!(findings(&[("a.js", MAX), ("b.rs", 1)]), 0);
        assert_eq!(findings(&[("a.js", MAX + 1), ("b.rs", 1)]), 1);
    }

    #[test]
    fn the_median_is_of_rust_files_only() {
        assert_eq!(findings(&[("a.rs", MEDIAN_MAX + 1), ("b.js", 1), ("c.js", 1)]), 1);
        assert_eq!(findings(&[("a.rs", MEDIAN_MAX), ("b.rs", 400), ("c.rs", 1)]), 0);
    }
}
