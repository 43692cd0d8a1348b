//! `unsafe` only where V8 and the jail need it, and each with the reason why it is sound.

use crate::tidy::blocks::is_public;
use crate::tidy::finding::Finding;
use crate::tidy::source::Source;
use crate::tidy::tree::Tree;

/// Where it may be: prefixes of paths.
const ALLOWED: [&str; 2] = ["server/engine/", "server/workers/src/jail"];

pub fn rule(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.rust() {
        for at in source.words("unsafe") {
            let line = source.line(at);
            let to_do = if !ALLOWED.iter().any(|prefix| source.path().starts_with(prefix)) {
                "unsafe is only for server/engine and server/workers/src/jail*: use a safe interface"
            } else if !is_declaration(source, at) && !has_reason(source, line) {
                "say in a `// SAFETY:` comment above why this is sound"
            } else {
                continue;
            };
            findings.push(Finding::new(source.path(), line, "unsafe", to_do));
        }
    }
    findings
}

/// A function that is not public, or the type of one: it does nothing yet, whoever calls it gives the reason.
fn is_declaration(source: &Source, at: usize) -> bool {
    let code = source.code().unwrap_or_default();
    let rest = code[at..].trim_start_matches("unsafe").trim_start();
    let rest = rest.strip_prefix("extern").map_or(rest, str::trim_start);
    let is_type = |rest: &str| rest.trim_start().starts_with('(');
    rest.strip_prefix("fn").is_some_and(|rest| is_type(rest) || !is_public(code, at))
}

/// A reason on the line, or above it: past attributes, other comments, and the earlier lines of the same statement.
fn has_reason(source: &Source, line: usize) -> bool {
    let says_why = |text: &str| text.contains("// SAFETY:") || text.contains("/// # Safety");
    for (above, text) in source.lines_upwards(line).enumerate() {
        if says_why(text) {
            return true;
        }
        let text = text.trim();
        let is_comment = text.starts_with("//") || text.starts_with("#[");
        let ends_before = text.is_empty() || text.ends_with([';', '{', '}', ',']);
        if above > 0 && !is_comment && ends_before {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        rule(&Tree::of(&[(path, text)])).iter().map(Finding::line).collect()
    }

    #[test]
    fn unsafe_is_found_outside_of_engine_and_jail_even_with_a_reason() {
        let text = "// SAFETY: a reason.\nunsafe { a() }\n";
        assert!(lines("server/engine/src/a.rs", text).is_empty());
        assert!(lines("server/workers/src/jail/seccomp.rs", text).is_empty());
        assert!(lines("server/workers/src/jail.rs", text).is_empty());
        assert_eq!(lines("server/workers/src/pool.rs", text), [2]);
        assert!(lines("server/http/src/a.rs", "#![forbid(unsafe_code)] // unsafe\n").is_empty());
    }

    #[test]
    fn a_reason_stands_above_the_statement() {
        for good in [
            "// SAFETY: a\n// reason of two lines.\n#[inline]\nunsafe fn a() {}\n",
            "// SAFETY: a reason.\nlet x =\n    unsafe { a() };\n",
            "let x = unsafe { a() }; // SAFETY: a reason.\n",
            "/// Words.\n///\n/// # Safety\n/// The pointer is valid.\npub unsafe fn a() {}\n",
            "pub type F = unsafe extern \"C\" fn(u8);\n",
            "a();\nunsafe extern \"C\" fn callback(x: u8) {}\n",
        ] {
            assert!(lines("server/engine/src/a.rs", good).is_empty(), "{good}");
        }
    }

    #[test]
    fn a_reason_for_something_else_is_none() {
        for bad in [
            "// SAFETY: a reason.\na();\nunsafe { b() }\n",
            "// SAFETY: a reason.\n\nunsafe { b() }\n",
            "unsafe { b() }\n// SAFETY: too late.\n",
            "/// Words.\npub unsafe fn a() {}\n",
            "unsafe impl Send for A {}\n",
            "unsafe extern \"C\" {\n    safe fn a();\n}\n",
        ] {
            assert_eq!(lines("server/engine/src/a.rs", bad).len(), 1, "{bad}");
        }
    }
}
