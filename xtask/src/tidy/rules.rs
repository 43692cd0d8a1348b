//! The list of rules. Each is a function from the tree to what it found, in a file of its own.

mod arrows;
mod file_length;
mod function_length;
mod header;
mod pins;
mod quarantine;
mod root;
mod sleep;
mod string_error;
mod todo;
mod unsafe_code;
mod unwrap;

use super::finding::Finding;
use super::tree::Tree;

pub use file_length::sizes;

/// A check of the whole tree.
pub type Rule = fn(&Tree) -> Vec<Finding>;

/// Every rule.
pub const ALL: &[Rule] = &[
    arrows::rule,
    file_length::rule,
    function_length::rule,
    header::rule,
    pins::rule,
    quarantine::rule,
    root::rule,
    sleep::rule,
    string_error::rule,
    todo::rule,
    unsafe_code::rule,
    unwrap::rule,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_in_the_folder_is_in_the_list() {
        let text = include_str!("rules.rs");
        for name in text.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')) {
            assert!(text.contains(&format!("    {name}::rule,")), "{name}");
        }
    }

    #[test]
    fn an_empty_tree_has_no_findings() {
        assert!(ALL.iter().all(|rule| rule(&Tree::default()).is_empty()));
    }
}
