//! Tests wait for conditions and never for time. A line that must sleep says why: `// tidy: allow-sleep <reason>`.

use crate::tidy::finding::Finding;
use crate::tidy::source::Source;
use crate::tidy::tree::Tree;

const ALLOW: &str = "tidy: allow-sleep ";

pub fn rule(tree: &Tree) -> Vec<Finding> {
    tree.sources.iter().flat_map(of_source).collect()
}

fn of_source(source: &Source) -> Vec<Finding> {
    // Other languages have no mask here: there a sleep in a comment counts too.
    let code = source.code().unwrap_or(source.text());
    let calls = code.match_indices("sleep(").map(|(at, _)| at);
    let before = |at: usize| at.checked_sub(1).map(|at| code.as_bytes()[at]);
    let is_word = |at: usize| before(at).is_none_or(|byte| !crate::tidy::lexer::is_name_byte(byte));
    let forbidden = calls.filter(|at| is_word(*at) && source.is_test(*at));
    let lines = forbidden.map(|at| source.line(at)).filter(|line| !is_allowed(source, *line));
    let to_do = "wait for the condition instead of sleeping, or say why not with `tidy: allow-sleep <reason>`";
    lines.map(|line| Finding::new(source.path(), line, "sleep", to_do)).collect()
}

/// On the line itself or, alone, on the line above, with a reason.
fn is_allowed(source: &Source, line: usize) -> bool {
    source.lines_upwards(line).take(2).enumerate().any(|(above, text)| {
        let comment = text.trim_start().starts_with(['/', '#']);
        let reason = text.split_once(ALLOW).map(|(_, reason)| reason.trim());
        (above == 0 || comment) && reason.is_some_and(|reason| !reason.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        rule(&Tree::of(&[(path, text)])).iter().map(Finding::line).collect()
    }

    #[test]
    fn a_sleep_in_a_test_is_found_in_every_language_and_elsewhere_not() {
        let rust = "fn a() {\n  tokio::time::sleep(x).await;\n}\n";
        assert_eq!(lines("server/a/tests/it/main.rs", rust), [2]);
        assert_eq!(lines("server/a/tests/clients/run.py", "time.sleep(1)\n"), [1]);
        assert!(lines("server/a/src/lib.rs", rust).is_empty());
        let module = format!("{rust}#[cfg(test)]\nmod tests {{\n{rust}}}\n");
        assert_eq!(lines("server/a/src/lib.rs", &module), [7]);
    }

    #[test]
    fn names_that_end_in_sleep_and_words_in_comments_are_no_sleeps() {
        let text = "fn a_run_does_not_oversleep() {}\nfn no_sleep() { no_sleep(); } // sleep(1)\n";
        assert!(lines("server/a/tests/it/main.rs", text).is_empty());
    }

    #[test]
    fn a_sleep_is_allowed_with_a_reason_only() {
        let allowed =
            "sleep(x); // tidy: allow-sleep paused clock\n# tidy: allow-sleep polls\nsleep(x)\n";
        assert!(lines("a/tests/b.rs", allowed).is_empty());
        let bare = "sleep(x); // tidy: allow-sleep \nlet y = \"tidy: allow-sleep z\";\nsleep(x);\n";
        assert_eq!(lines("a/tests/b.rs", bare), [1, 3]);
    }
}
