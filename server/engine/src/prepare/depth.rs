//! A bound on nesting, before the recursive parser sees the text. Not a parser: it over-estimates, cheaply.
//!
//! The parser (and whatever walks its tree) recurses with the nesting of the text and would overflow the stack of the
//! worker, which costs a session its live state. Two things nest: brackets, and chains without a separator
//! (`1+1+1...`, `!!!...`, `x=>x=>...`, `if(1)if(1)...`). The bounds are far above what people and generators write.

use mcp_v8_sandbox::ScriptError;

/// Deepest nesting of brackets.
pub const BRACKETS_MAX: usize = 1_000;

/// Longest run of tokens without `;`, `,`, a brace or the end of a statement's line.
pub const CHAIN_MAX: usize = 10_000;

/// Refuses a text that nests deeper than the parser can follow.
pub fn check(text: &str) -> Result<(), ScriptError> {
    let mut scan = Scan::default();
    for (offset, byte) in text.bytes().enumerate() {
        scan.step(byte);
        if scan.depth > BRACKETS_MAX {
            let message = format!("brackets are nested deeper than {BRACKETS_MAX} levels");
            return Err(super::syntax_error(text, offset, message));
        }
        if scan.chain > CHAIN_MAX {
            let message = format!(
                "an expression or statement goes on for more than {CHAIN_MAX} tokens without a separator"
            );
            return Err(super::syntax_error(text, offset, message));
        }
    }
    Ok(())
}

#[derive(Default)]
struct Scan {
    depth: usize,
    chain: usize,
    in_word: bool,
    /// The last byte that is not white space.
    last: u8,
    /// A line ended since then.
    line_ended: bool,
}

impl Scan {
    fn step(&mut self, byte: u8) {
        match byte {
            b'\n' => {
                self.line_ended = true;
                self.in_word = false;
                return;
            }
            b' ' | b'\t' | b'\r' => {
                self.in_word = false;
                return;
            }
            b'(' | b'[' | b'{' => self.depth += 1,
            b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        let word = byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80;
        if self.statement_ends(byte) {
            self.chain = 0;
        }
        if !(word && self.in_word) {
            self.chain += 1;
        }
        self.in_word = word;
        self.last = byte;
        self.line_ended = false;
    }

    /// Nothing before this byte nests around what follows it.
    fn statement_ends(&self, byte: u8) -> bool {
        if matches!(byte, b';' | b',' | b'{' | b'}') {
            return true;
        }
        let open = |b: u8| b"+-*/%&|^!~<>=?:.([".contains(&b);
        self.line_ended && !open(self.last) && !(open(byte) || byte == b')' || byte == b']')
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn hostile_nesting_is_refused() {
        for (name, text) in [
            ("parentheses", "(".repeat(100_000)),
            ("additions", format!("1{}", "+1".repeat(300_000))),
            ("braces", "{".repeat(100_000)),
            ("negations", "!".repeat(200_000)),
            ("arrows", "x=>".repeat(100_000)),
            ("ifs", "if(1)".repeat(100_000)),
            ("additions over lines", format!("1{}", "\n+1".repeat(300_000))),
        ] {
            assert!(check(&text).is_err(), "{name}");
        }
    }

    #[test]
    fn ordinary_large_texts_pass() {
        for (name, text) in [
            ("data", format!("[{}1]", "1,".repeat(500_000))),
            ("lines without semicolons", "a = b + c\nf(a)\n".repeat(50_000)),
            ("functions", "function f(){}\n".repeat(100_000)),
            ("one comment", format!("/*{}*/", "x".repeat(1 << 20))),
            ("one string", format!("'{}'", "x".repeat(1 << 20))),
            ("a sum of a thousand terms", format!("x = 1{}", " + 1".repeat(1_000))),
        ] {
            assert!(check(&text).is_ok(), "{name}");
        }
    }
}
