//! Public functions fail with a type that a caller can match: no `Result<_, String>` and no `Box<dyn Error>`.

use crate::tidy::blocks::{is_public, words};
use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

pub fn rule(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.rust() {
        let code = source.code().unwrap_or_default();
        for function in source.functions().iter().filter(|f| is_public(code, f.range.start)) {
            let head = &code[function.range.start..function.body];
            let error = head.split_once("->").and_then(|(_, output)| error_type(output));
            if error.is_some_and(is_stringly) {
                let line = source.line(function.range.start);
                let to_do = format!("fn {}: make the error a thiserror enum", function.name);
                findings.push(Finding::new(source.path(), line, "string-error", to_do));
            }
        }
    }
    findings
}

/// The second argument of the first `Result<...>`.
fn error_type(output: &str) -> Option<&str> {
    let inside = &output[words(output, "Result").next()? + "Result".len()..].strip_prefix('<')?;
    let (mut depth, mut start) = (0, None);
    for (at, c) in inside.char_indices() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' if inside[..at].ends_with('-') => {}
            '>' if depth == 0 => return start.map(|start: usize| inside[start..at].trim()),
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 && start.is_none() => start = Some(at + 1),
            _ => {}
        }
    }
    None
}

fn is_stringly(error: &str) -> bool {
    let error = error.trim_end_matches(',').trim_end();
    let is_text = ["String", "std::string::String", "&str", "&'static str"].contains(&error);
    is_text || error.starts_with("Box<dyn")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        rule(&Tree::of(&[("server/a/src/lib.rs", text)])).iter().map(Finding::line).collect()
    }

    #[test]
    fn text_as_an_error_of_a_public_function_is_found() {
        for bad in [
            "pub fn a() -> Result<(), String> {}\n",
            "pub(crate) async fn a(b: fn(u8) -> u8) -> Result<Vec<(u8, u8)>, String>\nwhere u8: Copy {}\n",
            "pub const fn a() -> Result<fn() -> u8, &'static str> {}\n",
            "impl A {\n    pub fn a() -> io::Result<Result<u8, Box<dyn Error>>, String> {}\n}",
        ] {
            assert_eq!(lines(bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn typed_errors_private_functions_and_results_of_other_kinds_are_fine() {
        for good in [
            "fn a() -> Result<(), String> {}\n",
            "pub struct A;\nfn a() -> Result<(), String> {}\n",
            "pub fn a() -> Result<String, Error> {}\n",
            "pub fn a() -> Result<String> {}\n",
            "pub fn a() -> Result<HashMap<u8, String>, Error> {}\n",
            "pub fn a() { let b: Result<(), String> = c(); }\n",
        ] {
            assert!(lines(good).is_empty(), "{good}");
        }
    }
}
