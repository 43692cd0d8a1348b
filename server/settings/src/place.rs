//! A place in a text: line and column. Not a byte offset, which only the parser knows.

/// A place in the file. Both numbers start at 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

/// Byte offsets to places, without reading the text again for each.
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let after_newline = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after_newline).collect() }
    }

    /// The place of a byte offset; an offset past the end is the end.
    pub(crate) fn place(&self, offset: usize) -> Place {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        Place { line, column: self.text[start..offset].chars().count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let lines = Lines::new("ä = 1\r\nb = 2\n");
        let at = |offset| (lines.place(offset).line, lines.place(offset).column);
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (1, 3));
        assert_eq!(at(8), (2, 1));
        assert_eq!(at(12), (2, 5));
        assert_eq!(at(999), (3, 1));
        assert_eq!(Lines::new("").place(0), Place { line: 1, column: 1 });
    }
}
