//! One way to damage a configuration file. Not a test.

use proptest::prelude::*;

/// What an editor, a template, a merge or a disk does to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    RenameKey,
    DeleteQuote,
    ChangeType,
    WrongNumber,
    DuplicateKey,
    Truncate,
    RandomBytes,
    UnknownSection,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::RenameKey,
        Kind::DeleteQuote,
        Kind::ChangeType,
        Kind::WrongNumber,
        Kind::DuplicateKey,
        Kind::Truncate,
        Kind::RandomBytes,
        Kind::UnknownSection,
    ];
}

#[derive(Clone, Debug)]
pub struct Mutation {
    pub kind: Kind,
    /// Chooses the line, or the byte.
    pub at: prop::sample::Index,
    /// Chooses among the replacements.
    pub with: prop::sample::Index,
    pub bytes: Vec<u8>,
}

pub fn mutations() -> impl Strategy<Value = Mutation> {
    let kind = prop::sample::select(Kind::ALL.to_vec());
    let bytes = prop::collection::vec(any::<u8>(), 1..64);
    (kind, any::<prop::sample::Index>(), any::<prop::sample::Index>(), bytes)
        .prop_map(|(kind, at, with, bytes)| Mutation { kind, at, with, bytes })
}

const TYPES: [&str; 8] =
    ["true", "\"text\"", "[]", "{}", "1.5", "2026-01-01", "[[1]]", "{ a = { b = 1 } }"];
const NUMBERS: [&str; 8] = [
    "-1",
    "nan",
    "inf",
    "1e400",
    "9223372036854775807",
    "99999999999999999999999999999999999999999",
    "-99999999999999999999999999999999999999999",
    "0x7fffffffffffffff",
];
const SECTIONS: [&str; 5] =
    ["[zebra]", "[cluster]", "[[limits]]", "[limits.cpu_secs]", "[\"\\u001b\".x]"];

impl Mutation {
    pub fn apply(&self, text: &str) -> Vec<u8> {
        let lines: Vec<&str> = text.lines().collect();
        let with = |line: usize, new: String| {
            let mut lines: Vec<String> = lines.iter().map(|line| line.to_string()).collect();
            lines[line] = new;
            (lines.join("\n") + "\n").into_bytes()
        };
        let assigns = |line: &&str| !line.starts_with('#') && line.contains(" = ");
        let chosen = |wanted: &dyn Fn(&&str) -> bool| {
            let found: Vec<usize> = (0..lines.len()).filter(|line| wanted(&lines[*line])).collect();
            *self.at.get(&found)
        };
        match self.kind {
            Kind::RenameKey => {
                let line = chosen(&assigns);
                let (key, value) = lines[line].split_once(" = ").unwrap();
                let mut key = key.to_owned();
                key.remove(self.with.index(key.len()));
                with(line, format!("{key}q = {value}"))
            }
            Kind::DeleteQuote => {
                let line = chosen(&|line| assigns(line) && line.contains('"'));
                with(line, lines[line].replacen('"', "", 1))
            }
            Kind::ChangeType | Kind::WrongNumber => {
                let numbers = self.kind == Kind::WrongNumber;
                let number =
                    |line: &&str| assigns(line) && line.ends_with(|c: char| c.is_ascii_digit());
                let line = if numbers { chosen(&number) } else { chosen(&assigns) };
                let key = lines[line].split_once(" = ").unwrap().0;
                let value = self.with.get(if numbers { &NUMBERS } else { &TYPES });
                with(line, format!("{key} = {value}"))
            }
            Kind::DuplicateKey => {
                let line = chosen(&assigns);
                with(line, format!("{0}\n{0}", lines[line]))
            }
            Kind::Truncate => text.as_bytes()[..self.at.index(text.len())].to_vec(),
            Kind::RandomBytes => {
                let mut bytes = text.as_bytes().to_vec();
                let at = self.at.index(bytes.len());
                bytes.splice(at..at, self.bytes.iter().copied());
                bytes
            }
            Kind::UnknownSection => {
                let line = chosen(&|line| line.starts_with('['));
                with(line, format!("{}\n{}", self.with.get(&SECTIONS), lines[line]))
            }
        }
    }
}
