//! From an error of regorus to `file:line:column` and one line of text. Not a decision: nobody compares this text.

/// Longest message that is kept, characters.
const MESSAGE_MAX: usize = 400;

/// The place, where the error has one, and the message without the excerpt of the source.
pub(crate) fn split(error: &dyn std::fmt::Display) -> (Option<String>, String) {
    let text = error.to_string();
    let place = text.lines().find_map(|line| line.strip_prefix("--> ")).map(str::to_owned);
    // The excerpt's lines are numbered and end in a caret; the message follows it.
    let message = match (&place, text.rsplit_once("^\n")) {
        (Some(_), Some((_, message))) => message,
        _ => text.as_str(),
    };
    let message = message.trim().strip_prefix("error: ").unwrap_or(message.trim());
    (place, one_line(message))
}

/// Both in one line.
pub(crate) fn joined(error: &dyn std::fmt::Display) -> String {
    match split(error) {
        (Some(place), message) => format!("{place}: {message}"),
        (None, message) => message,
    }
}

/// Bounded, without line ends and control characters.
pub(crate) fn one_line(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut line: String = text.chars().take(MESSAGE_MAX).map(clean).collect();
    if text.chars().nth(MESSAGE_MAX).is_some() {
        line.push_str("...");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_parser_becomes_its_place_and_one_line() {
        let mut engine = regorus::Engine::new();
        let text = "package a\n\nallow if {\n  1 +\n}\n";
        let error = engine.add_policy("a.rego".to_owned(), text.to_owned()).unwrap_err();
        let (place, message) = split(&error);
        assert_eq!(place.as_deref(), Some("a.rego:5:1"));
        assert!(!message.contains('\n') && !message.contains("-->"), "{message}");
        assert!(!message.is_empty() && !message.starts_with("error"), "{message}");
    }

    #[test]
    fn an_error_without_a_place_keeps_its_text() {
        assert_eq!(split(&"no\nplace"), (None, "no place".to_owned()));
        assert!(one_line(&"x".repeat(1000)).len() < 500);
    }
}
