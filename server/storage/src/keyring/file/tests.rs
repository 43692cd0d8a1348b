//! Key files that are read, and those that are refused without repeating them.

use super::*;
use crate::keyring::KeyringError::{Line, Whole};
use KeyFileProblem::*;

fn digits(first: &str) -> String {
    format!("{first:0<64}")
}

fn problem(text: &str) -> Option<(KeyFileProblem, String)> {
    match parse(Path::new("/k"), text.as_bytes()) {
        Ok(_) => None,
        Err(error) => match &error {
            Line { problem, .. } | Whole { problem, .. } => Some((*problem, error.to_string())),
            other => panic!("{other}"),
        },
    }
}

#[test]
fn a_new_key_file_is_read_back_and_says_how_to_rotate() {
    let text = format(&Secret::new([1; 32]), &Secret::new([2; 32]));
    let ring = parse(Path::new("/k"), text.as_bytes()).expect("it is ours");
    assert_eq!(
        ring.first().mac,
        Keyring::new(Secret::new([9; 32]), &[Secret::new([2; 32])]).first().mac
    );
    assert!(text.contains("To rotate"));
}

#[test]
fn a_file_that_is_not_quite_a_key_file_is_refused_without_repeating_it() {
    let (a, b) = (digits("a5"), digits("b6"));
    let head = "\n# comment\nmcp-v8-keys 1\n";
    assert_eq!(problem(&format!("{head}ids {a}\n  key {b}  \n")), None);
    assert_eq!(problem(&format!("{head}key {b}\r\nids {a}")), None);
    for (text, expected) in [
        (String::new(), Format),
        (format!("ids {a}\nkey {b}\n"), Format),
        (format!("mcp-v8-keys 2\nids {a}\nkey {b}\n"), Format),
        (format!("{head}key {b}\n"), NoIds),
        (format!("{head}ids {a}\n"), NoKey),
        (format!("{head}ids {a}\nids {b}\n"), SecondIds),
        (format!("{head}ids {a}\nkey {a}\n"), Repeated),
        (format!("{head}ids {a}\nkey {}\n", &b[1..]), Malformed),
        (format!("{head}ids {a}\nkey {b}0\n"), Malformed),
        (format!("{head}ids {a}\nkey {}\n", b.to_uppercase()), Malformed),
        (format!("{head}ids {a}\nkey{b}\n"), Malformed),
        (format!("{head}ids {a}\nseal {b}\n"), Malformed),
    ] {
        let (found, message) = problem(&text).unwrap_or_else(|| panic!("taken: {text}"));
        assert_eq!(found, expected, "{text}");
        assert!(!message.contains("a500") && !message.contains("b600"), "{message}");
    }
}

#[test]
fn there_is_a_bound_on_keys() {
    let keys = |count: usize| {
        let lines: String = (0..count).map(|at| format!("key {at:064x}\n")).collect();
        problem(&format!("mcp-v8-keys 1\nids {}\n{lines}", digits("f")))
    };
    assert_eq!(keys(KEYS_MAX), None);
    assert_eq!(keys(KEYS_MAX + 1).map(|(problem, _)| problem), Some(TooMany));
}
