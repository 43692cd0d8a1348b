//! Edits of a text by byte range, applied together. Not a diff: edits never overlap.

/// Replacements and insertions, in any order.
#[derive(Default)]
pub struct Edits(Vec<Edit>);

struct Edit {
    start: usize,
    end: usize,
    text: String,
}

impl Edits {
    /// Puts `text` in front of byte `at`.
    pub fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.0.push(Edit { start: at, end: at, text: text.into() });
    }

    /// Replaces a range by `head` and as many blanks as keep the columns.
    pub fn overwrite(&mut self, source: &str, start: usize, end: usize, head: &str) {
        let mut text = String::from(head);
        text.push_str(&blank(&source[start..end]).chars().skip(head.len()).collect::<String>());
        self.0.push(Edit { start, end, text });
    }

    /// Blanks a range: lines and columns stay.
    pub fn blank(&mut self, source: &str, start: usize, end: usize) {
        self.overwrite(source, start, end, "");
    }

    /// The edited text.
    pub fn apply(mut self, source: &str) -> String {
        // Stable: insertions at one place keep the order they were made in.
        self.0.sort_by_key(|edit| (edit.start, edit.end));
        let mut out = String::with_capacity(source.len() + 64);
        let mut at = 0;
        for edit in &self.0 {
            if edit.start < at {
                continue;
            }
            out.push_str(&source[at..edit.start]);
            out.push_str(&edit.text);
            at = edit.end;
        }
        out.push_str(&source[at..]);
        out
    }
}

/// The same lines and columns (UTF-16 units), with nothing on them.
pub fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => out.push(c),
            _ => (0..c.len_utf16()).for_each(|_| out.push(' ')),
        }
    }
    out
}

/// The same text on one line: it goes in front of the user's first.
pub fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\u{2028}', '\u{2029}'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_keep_lines_and_utf16_columns() {
        assert_eq!(blank("a😀\nß\t"), "   \n \t");
    }

    #[test]
    fn insertions_at_one_place_keep_their_order() {
        let mut edits = Edits::default();
        edits.insert(1, "x");
        edits.insert(1, "y");
        edits.overwrite("abc", 1, 2, ";");
        assert_eq!(edits.apply("abc"), "axy;c");
    }
}
