//! Names under which a module exports tools: what JavaScript takes for an identifier, beside the exact name.

use std::collections::{BTreeMap, BTreeSet};

/// Words that are no identifier in a module (ECMA-262, section 12.7.2), or would hide what every module has.
const RESERVED: &[&str] = &[
    "arguments",
    "as",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Every tool with its identifier: its name, or its name with `_` for what an identifier cannot hold; `None` where that
/// would be another tool's.
pub fn identifiers<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(&'a str, Option<String>)> {
    let names: Vec<&str> = names.collect();
    let exact: BTreeSet<&str> = names.iter().copied().filter(|name| is_identifier(name)).collect();
    let mut made: BTreeMap<String, usize> = BTreeMap::new();
    for name in &names {
        *made.entry(identifier(name)).or_default() += 1;
    }
    let own = |name: &str| {
        let made_of_it = identifier(name);
        let taken = made_of_it != name && exact.contains(made_of_it.as_str());
        let shared = made_of_it != name && made[&made_of_it] > 1;
        (!taken && !shared).then_some(made_of_it)
    };
    names.iter().map(|name| (*name, own(name))).collect()
}

fn identifier(name: &str) -> String {
    let good = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '$' { c } else { '_' };
    let made: String = name.chars().map(good).collect();
    if made.starts_with(|c: char| c.is_ascii_digit()) || RESERVED.contains(&made.as_str()) {
        format!("_{made}")
    } else {
        made
    }
}

fn is_identifier(name: &str) -> bool {
    identifier(name) == name
}

#[cfg(test)]
mod tests {
    use super::identifiers;

    #[test]
    fn every_tool_has_a_name_of_its_own_or_none() {
        let of = |names: &[&str]| {
            let all = identifiers(names.iter().copied());
            all.into_iter().map(|(_, alias)| alias.unwrap_or_default()).collect::<Vec<_>>()
        };
        assert_eq!(of(&["echo", "get-sum", "a.b/c"]), ["echo", "get_sum", "a_b_c"]);
        assert_eq!(of(&["delete", "2fa", "__proto__"]), ["_delete", "_2fa", "__proto__"]);
        assert_eq!(of(&["a-b", "a.b", "a_b"]), ["", "", "a_b"]);
        assert_eq!(of(&["a-b", "a.b"]), ["", ""]);
    }
}
