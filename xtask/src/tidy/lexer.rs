//! Rust text with everything blanked that is not code: comments and the insides of literals. Not a parser.
//!
//! Lexical rules: The Rust Reference, "Comments" and "Tokens".

/// The text with comments and literals replaced by spaces, byte for byte, so that every offset and line stays.
pub fn mask(text: &str) -> String {
    let mut lexer = Lexer { text: text.as_bytes(), at: 0, masked: Vec::with_capacity(text.len()) };
    while lexer.at < lexer.text.len() {
        lexer.step();
    }
    // What is kept is kept in whole characters and what is blanked is ASCII.
    String::from_utf8_lossy(&lexer.masked).into_owned()
}

struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    masked: Vec<u8>,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        let length = match rest {
            [b'/', b'/', ..] => line_comment(rest),
            [b'/', b'*', ..] => block_comment(rest),
            [b'"', ..] => quoted(rest, b'"'),
            [b'\'', ..] => match character(rest) {
                Some(length) => length,
                None => return self.keep(),
            },
            [b'r', ..] if self.starts_a_token() => match raw_string(rest) {
                Some(length) => length,
                None => return self.keep(),
            },
            _ => return self.keep(),
        };
        self.blank(length);
    }

    fn keep(&mut self) {
        self.masked.push(self.text[self.at]);
        self.at += 1;
    }

    fn blank(&mut self, length: usize) {
        let end = (self.at + length).min(self.text.len());
        let blanked = self.text[self.at..end].iter();
        self.masked.extend(blanked.map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }));
        self.at = end;
    }

    /// Whether `r` here is the start of a token, or follows a `b` or `c` that is: `br"..."`, `cr"..."`.
    fn starts_a_token(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).map(|at| self.text[at]);
        let is_name = |byte: Option<u8>| byte.is_some_and(is_name_byte);
        match before(1) {
            Some(b'b' | b'c') => !is_name(before(2)),
            byte => !is_name(byte),
        }
    }
}

/// Part of a name; every byte of a character outside ASCII is taken for one.
pub fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn line_comment(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

/// Block comments nest.
fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match rest[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                at += 2;
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
}

/// A literal that a backslash can escape inside of, quotes included.
fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// A character literal; `None` for a lifetime or a label.
fn character(rest: &[u8]) -> Option<usize> {
    if rest.get(1) == Some(&b'\\') {
        return Some(quoted(rest, b'\''));
    }
    let first = *rest.get(1)?;
    let width = match first {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
    };
    (rest.get(1 + width) == Some(&b'\'')).then_some(width + 2)
}

/// `r"..."`, `r#"..."#` and so on; `None` for a name that starts with r, also a raw one like `r#fn`.
fn raw_string(rest: &[u8]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return None;
    }
    let mut end = vec![b'"'];
    end.resize(1 + hashes, b'#');
    let inside = &rest[2 + hashes..];
    let closing = inside.windows(end.len()).position(|window| window == end);
    Some(closing.map_or(rest.len(), |at| 2 + hashes + at + end.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mask with runs of blanks made one, for reading.
    fn code(text: &str) -> String {
        let masked = mask(text);
        assert_eq!(masked.len(), text.len(), "offsets stay");
        assert_eq!(masked.lines().count(), text.lines().count(), "lines stay");
        masked.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_are_blanked_and_block_comments_nest() {
        assert_eq!(code("a // { \" }\nb"), "a b");
        assert_eq!(code("a /* { /* } */ { \n */ b"), "a b");
        assert_eq!(code("a /* never closed"), "a");
    }

    #[test]
    fn strings_are_blanked_with_their_escapes() {
        assert_eq!(code(r#"a("{", "\"}", "\\") b"#), "a( , , ) b");
        assert_eq!(code("a(b\"{\", c\"{\") // \u{e4}"), "a(b , c )");
        assert_eq!(code("let s = \"a\n{\n\"; b"), "let s = ; b");
    }

    #[test]
    fn raw_strings_end_at_their_own_number_of_hashes() {
        assert_eq!(code(r###"a(r"\", r#"{"}"#, br##"{"#"##) b"###), "a( , , b ) b");
        assert_eq!(code("a(r#fn, bar\"{\") b"), "a(r#fn, bar ) b");
    }

    #[test]
    fn characters_are_blanked_and_lifetimes_and_labels_stay() {
        assert_eq!(code(r"f('{', '\'', '\u{7b}', b'}', 'ä', '😀') g"), "f( , , , b , , ) g");
        assert_eq!(code("fn f<'a>(x: &'a str) { 'l: loop { break 'l; } }").matches('{').count(), 2);
        assert_eq!(code("impl<'a, 'b> X<'a> {}"), "impl<'a, 'b> X<'a> {}");
    }

    #[test]
    fn a_quote_in_a_comment_does_not_start_a_string_and_a_comment_mark_in_a_string_no_comment() {
        assert_eq!(code("// it's\nfn f() {}"), "fn f() {}");
        assert_eq!(code("f(\"http://x\") g"), "f( ) g");
        assert_eq!(code("f('/', '*') g"), "f( , ) g");
    }
}
