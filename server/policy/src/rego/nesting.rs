//! How deep brackets are nested in a Rego text. Not a parser: regorus's own tries each bracket as a comprehension and
//! then again as a list, so its time doubles with every level, and it stops only at 32.

/// Deepest nesting of brackets in a policy.
pub const NESTING_MAX: usize = 16;

/// Where in a text the next character stands.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Code,
    Comment,
    Text,
    /// After a backslash in a text.
    Escape,
    RawText,
}

impl Within {
    fn after(self, c: char) -> Self {
        match (self, c) {
            // A text or a comment ends with its line; the parser says what is wrong with the text then.
            (Within::Comment | Within::Text | Within::Escape, '\n') => Within::Code,
            (Within::Code, '#') => Within::Comment,
            (Within::Code, '"') | (Within::Escape, _) => Within::Text,
            (Within::Code, '`') => Within::RawText,
            (Within::Text, '\\') => Within::Escape,
            (Within::Text, '"') | (Within::RawText, '`') => Within::Code,
            (same, _) => same,
        }
    }
}

/// Line and column where the nesting becomes too deep.
pub(crate) fn too_deep(text: &str) -> Option<(usize, usize)> {
    let (mut depth, mut within) = (0_usize, Within::Code);
    let (mut line, mut column) = (1, 0);
    for c in text.chars() {
        (line, column) = if c == '\n' { (line + 1, 0) } else { (line, column + 1) };
        match c {
            '[' | '{' | '(' if within == Within::Code => depth += 1,
            ']' | '}' | ')' if within == Within::Code => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING_MAX {
            return Some((line, column));
        }
        within = within.after(c);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_count_and_those_in_strings_and_comments_do_not() {
        let open = "[".repeat(NESTING_MAX);
        assert_eq!(too_deep(&open), None);
        assert_eq!(too_deep(&format!("a\n ä{open}{{")), Some((2, NESTING_MAX + 3)));
        for hidden in ["\"[\\\"[\"", "`[\n\"[`", "# [[\n"] {
            assert_eq!(too_deep(&format!("{open}{hidden}")), None, "{hidden}");
            let line = 1 + hidden.matches('\n').count();
            let found = too_deep(&format!("{open}{hidden}("));
            assert_eq!(found.map(|(line, _)| line), Some(line), "{hidden}");
        }
        assert_eq!(too_deep(&"[]{}()".repeat(100)), None);
    }
}
