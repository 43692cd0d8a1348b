//! No unfinished code: what is not there yet is an error a user can read, or an issue.

use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

const MACROS: [&str; 2] = ["todo", "unimplemented"];

pub fn rule(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.rust() {
        let code = source.code().unwrap_or_default();
        for name in MACROS {
            for at in source.words(name).filter(|at| code[at + name.len()..].starts_with('!')) {
                let to_do = format!("finish it, or return an error instead of {name}!");
                findings.push(Finding::new(source.path(), source.line(at), "todo", to_do));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_code_is_found_and_words_are_not() {
        let text = "fn a() {\n  todo!()\n}\nfn b() { unimplemented!(\"c\") }\nfn todo() { if todo != 1 {} } // todo!\n";
        let findings = rule(&Tree::of(&[("server/a/src/lib.rs", text)]));
        assert_eq!(findings.iter().map(Finding::line).collect::<Vec<_>>(), [2, 4]);
    }
}
