//! No `.unwrap()` outside tests: an error is returned, an invariant is an `expect` that says why it holds.

use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

pub fn rule(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.rust() {
        let calls = source.words("unwrap").filter(|at| {
            let code = source.code().unwrap_or_default();
            code[..*at].ends_with('.') && code[*at..].starts_with("unwrap()")
        });
        for at in calls.filter(|at| !source.is_test(*at)) {
            let to_do = "return the error, or use expect(\"why this cannot fail\")";
            findings.push(Finding::new(source.path(), source.line(at), "unwrap", to_do));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unwrap_is_found_outside_tests_only() {
        let text = "fn a() {\n  b.unwrap();\n  c.unwrap_or(d); // e.unwrap()\n}\n#[cfg(test)]\nmod tests {\n  fn f() { g.unwrap() }\n}\n";
        let findings = rule(&Tree::of(&[("server/a/src/lib.rs", text)]));
        assert_eq!(findings.iter().map(Finding::line).collect::<Vec<_>>(), [2]);
    }
}
