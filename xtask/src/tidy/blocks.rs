//! Finding words, brackets, functions and test code in masked Rust text. Not a parser: it trusts rustfmt's shape.

use super::lexer::is_name_byte;
use std::ops::Range;

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function<'a> {
    pub name: &'a str,
    /// From `fn` to the closing brace.
    pub range: Range<usize>,
    /// The opening brace of the body.
    pub body: usize,
}

/// The offsets at which `word` stands as a whole word.
pub fn words<'a>(mask: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = mask.as_bytes();
    mask.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let is_name = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at)).is_some_and(|byte| is_name_byte(*byte))
        };
        !is_name(at.checked_sub(1)) && !is_name(Some(at + word.len()))
    })
}

/// The functions with a body, nested ones too, in the order they start.
pub fn functions(mask: &str) -> Vec<Function<'_>> {
    words(mask, "fn").filter_map(|at| function(mask, at)).collect()
}

fn function(mask: &str, at: usize) -> Option<Function<'_>> {
    let after = mask[at + 2..].trim_start();
    let start = mask.len() - after.len();
    let length = after.bytes().take_while(|byte| is_name_byte(*byte) || *byte == b'#').count();
    // `fn(` is a type, `fn $name` a macro's pattern.
    if length == 0 {
        return None;
    }
    let (body, opening) = end_of_head(mask, start + length)?;
    let range = at..closing(mask, body)? + 1;
    (opening == b'{').then(|| Function { name: &after[..length], range, body })
}

/// Whether the item with the keyword at `at` has a `pub`, `pub(crate)` and so on before it, with other keywords between.
pub fn is_public(mask: &str, at: usize) -> bool {
    let before = &mask[..at];
    let start = before.rfind([';', '{', '}', ']']).map_or(0, |end| end + 1);
    words(&before[start..], "pub").next().is_some()
}

/// The `{` or `;` that ends what starts at `from`, outside of round and square brackets.
pub fn end_of_head(mask: &str, from: usize) -> Option<(usize, u8)> {
    let mut depth = 0_i32;
    for (at, byte) in mask.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' | b';' if depth <= 0 => return Some((at, byte)),
            _ => {}
        }
    }
    None
}

/// The brace that closes the one at `opening`; `opening` itself where that is a semicolon.
pub fn closing(mask: &str, opening: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, byte) in mask.bytes().enumerate().skip(opening) {
        match byte {
            b';' if at == opening => return Some(at),
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The items behind `#[cfg(test)]` (and `any(test, ...)`, `all(test, ...)`), attribute included.
pub fn test_items(mask: &str) -> Vec<Range<usize>> {
    let mut items: Vec<Range<usize>> = Vec::new();
    for (at, _) in mask.match_indices("#[cfg(") {
        let condition = &mask[at + "#[cfg(".len()..];
        let is_test = ["test", "any(test", "all(test"].iter().any(|start| {
            condition.strip_prefix(start).is_some_and(|rest| rest.starts_with([')', ',']))
        });
        let item = is_test.then(|| end_of_head(mask, at)).flatten();
        if let Some(end) = item.and_then(|(opening, _)| closing(mask, opening)) {
            items.push(at..end + 1);
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::lexer::mask;

    fn names(text: &str) -> Vec<(String, usize)> {
        let masked = mask(text);
        let lines = |range: &Range<usize>| masked[range.clone()].lines().count();
        functions(&masked).iter().map(|f| (f.name.to_owned(), lines(&f.range))).collect()
    }

    #[test]
    fn words_are_whole_words() {
        let text = "unsafe unsafe_code my_unsafe r#unsafe (unsafe){ unsafe";
        assert_eq!(words(text, "unsafe").count(), 4);
        assert_eq!(words("fn", "fn").collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn a_function_reaches_to_its_own_closing_brace_whatever_is_in_its_literals() {
        let text =
            "fn a() {\n  f(\"}\", '}', r#\"}\"#); // }\n  /* } */ if x { y }\n}\nfn b() {}\n";
        assert_eq!(names(text), [("a".to_owned(), 4), ("b".to_owned(), 1)]);
    }

    #[test]
    fn signatures_with_brackets_lifetimes_and_where_clauses_are_passed_over() {
        let text = "pub const fn a<'x, const N: usize>(x: &'x [u8; { N }]) -> [u8; 3]\nwhere\n  u8: Copy,\n{\n}\n";
        assert_eq!(names(text), [("a".to_owned(), 5)]);
    }

    #[test]
    fn declarations_types_and_macro_patterns_are_no_functions() {
        let text = "trait T { fn a(&self); }\ntype F = fn(u8) -> u8;\nmacro_rules! m { ($n:ident) => { fn $n() {} } }\n";
        assert_eq!(names(text), []);
    }

    #[test]
    fn nested_functions_count_each() {
        assert_eq!(names("fn a() {\n  fn b() {\n  }\n}").len(), 2);
    }

    #[test]
    fn test_items_end_where_the_item_ends() {
        let text = "#[cfg(test)]\nmod tests;\nfn a() {}\n#[cfg(any(test, x))]\nfn b() { if c {} }\nfn d() {}\n#[cfg(testing)]\nfn e() {}";
        let masked = mask(text);
        let items: Vec<_> = test_items(&masked).into_iter().map(|range| &masked[range]).collect();
        assert_eq!(items, ["#[cfg(test)]\nmod tests;", "#[cfg(any(test, x))]\nfn b() { if c {} }"]);
    }
}
