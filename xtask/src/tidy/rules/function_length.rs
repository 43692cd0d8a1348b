//! Small functions: from `fn` to the closing brace at most 70 lines, comments and tests included.

use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

/// Longest function, lines.
const MAX: usize = 70;

pub fn rule(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.rust() {
        for function in source.functions() {
            let first = source.line(function.range.start);
            let lines = source.line(function.range.end - 1) - first + 1;
            if lines > MAX {
                let to_do =
                    format!("fn {} has {lines} lines, at most {MAX}: split it", function.name);
                findings.push(Finding::new(source.path(), first, "function-length", to_do));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<usize> {
        rule(&Tree::of(&[("a.rs", text)])).iter().map(Finding::line).collect()
    }

    #[test]
    fn the_last_line_that_fits_is_the_seventieth() {
        let function = |lines: usize| format!("\nfn a() {{{}}}\n", "\n".repeat(lines - 1));
        assert!(findings(&function(MAX)).is_empty());
        assert_eq!(findings(&function(MAX + 1)), [2]);
    }

    #[test]
    fn a_test_module_is_no_function_but_its_tests_are() {
        let short = "    #[test]\n    fn a() {\n    }\n".repeat(40);
        assert!(findings(&format!("#[cfg(test)]\nmod tests {{\n{short}}}\n")).is_empty());
        let long = format!("    fn a() {{{}    }}\n", "\n".repeat(MAX));
        assert_eq!(findings(&format!("#[cfg(test)]\nmod tests {{\n{long}}}\n")), [3]);
    }
}
