//! One file of the tree, with its code told apart from its comments and its tests. Not what is wrong with it.

use super::blocks::{self, Function};
use super::lexer;
use std::ops::Range;

/// A text file of ours.
#[derive(Debug)]
pub struct Source {
    /// Relative to the repository, with `/`.
    path: String,
    text: String,
    /// Rust only: the text without comments and literals.
    mask: Option<String>,
    /// Byte ranges of test code.
    tests: Vec<Range<usize>>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let mask = path.ends_with(".rs").then(|| lexer::mask(text));
        let everything = 0..text.len();
        let tests = match &mask {
            _ if is_test_file(path) => vec![everything],
            Some(mask) if mask.contains("#![cfg(test)]") => vec![everything],
            Some(mask) => blocks::test_items(mask),
            None => Vec::new(),
        };
        Self { path: path.to_owned(), text: text.to_owned(), mask, tests }
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The code of a Rust file; `None` for other languages.
    pub fn code(&self) -> Option<&str> {
        self.mask.as_deref()
    }

    /// The functions of a Rust file.
    pub fn functions(&self) -> Vec<Function<'_>> {
        self.code().map(blocks::functions).unwrap_or_default()
    }

    /// The offsets of a word in the code, tests included.
    pub fn words<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code().into_iter().flat_map(move |code| blocks::words(code, word))
    }

    /// Whether the byte at `offset` is in a test.
    pub fn is_test(&self, offset: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&offset))
    }

    /// The line of a byte, 1-based.
    pub fn line(&self, offset: usize) -> usize {
        self.text[..offset].matches('\n').count() + 1
    }

    /// The line with this number and the ones before it, nearest first.
    pub fn lines_upwards(&self, line: usize) -> impl Iterator<Item = &str> {
        let lines: Vec<&str> = self.text.lines().take(line).collect();
        lines.into_iter().rev()
    }
}

/// Files that hold nothing but tests: below a `tests` folder, or the `tests.rs` of a module.
fn is_test_file(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_known_by_folder_by_file_and_by_attribute() {
        for path in
            ["server/app/tests/it/main.rs", "xtask/src/archive/find/tests.rs", "a/tests/run.py"]
        {
            assert!(Source::new(path, "x").is_test(0), "{path}");
        }
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
        let source = Source::new("server/x/src/lib.rs", text);
        let places: Vec<_> =
            source.words("fn").map(|at| (source.line(at), source.is_test(at))).collect();
        assert_eq!(places, [(1, false), (4, true)]);
    }

    #[test]
    fn only_rust_has_code_to_look_at() {
        assert!(Source::new("a/b.rs", "").code().is_some());
        assert!(Source::new("a/b.js", "").code().is_none());
    }

    #[test]
    fn lines_upwards_start_at_the_line_itself() {
        let source = Source::new("a.rs", "1\n2\n3\n");
        assert_eq!(source.lines_upwards(2).collect::<Vec<_>>(), ["2", "1"]);
    }
}
