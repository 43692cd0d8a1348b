//! Tables for people: columns as wide as they need to be. What a script or another tenant's text could put into a
//! terminal besides words is made visible.

/// A table with a head; the last column is as long as it likes.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widths = cells.map(|cell| cell.chars().count()).chain([head[column].len()]);
        widths.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut text = line(head, &widths);
    for row in &rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        text.push_str(&line(&cells, &widths));
    }
    text
}

/// Names and values, one a line; those without a value are left out.
pub fn fields(fields: &[(&str, Option<String>)]) -> String {
    let known = || fields.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    let width = known().map(|(name, _)| name.len()).max().unwrap_or_default();
    known().map(|(name, value)| format!("{name:width$}  {}\n", plain(value))).collect()
}

fn line(cells: &[&str], widths: &[usize]) -> String {
    let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
    let mut text = padded.collect::<Vec<_>>().join("  ").trim_end().to_owned();
    text.push('\n');
    text
}

/// A text on one line, without control characters.
pub fn plain(text: &str) -> String {
    let shown = |c: char| match c {
        c if c.is_control() => c.escape_default().collect::<String>(),
        c => c.to_string(),
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_the_last_has_no_padding() {
        let rows = vec![
            vec!["a".to_owned(), "long value".to_owned()],
            vec!["bcd".to_owned(), "é".to_owned()],
        ];
        let text = table(&["ID", "VALUE"], &rows);
        assert_eq!(text, "ID   VALUE\na    long value\nbcd  é\n");
    }

    #[test]
    fn what_would_steer_a_terminal_is_shown_instead() {
        assert_eq!(plain("a\u{1b}[2Jb\nc\u{9b}d"), "a\\u{1b}[2Jb\\nc\\u{9b}d");
        assert_eq!(fields(&[("x", Some("a\nb".to_owned())), ("none", None)]), "x  a\\nb\n");
    }
}
