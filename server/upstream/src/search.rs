//! Tools that a few words are about. Plain word matching: no index to keep, and the same answer every time.

use crate::catalog::Tool;
use std::sync::Arc;

/// Most words of a query that count.
const WORDS_MAX: usize = 32;

/// A tool that was found.
#[derive(Clone, Debug)]
pub struct Found {
    pub server: String,
    pub tool: Arc<Tool>,
    pub score: f64,
}

/// The tools about `query`, best first, at most `limit`. An empty query finds all, in the order they come.
pub fn search<'a>(
    query: &str,
    tools: impl Iterator<Item = (&'a str, Arc<Tool>)>,
    limit: usize,
) -> Vec<Found> {
    let words: Vec<String> = words(query).into_iter().take(WORDS_MAX).collect();
    let found = tools.filter_map(|(server, tool)| {
        let score = if words.is_empty() { 1.0 } else { score(&words, server, &tool) };
        (score > 0.0).then(|| Found { server: server.to_owned(), tool, score })
    });
    let mut found: Vec<Found> = found.collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.truncate(limit);
    found
}

/// Words of the query found in a tool, by where: its name says most, its server least.
fn score(wanted: &[String], server: &str, tool: &Tool) -> f64 {
    let title = tool.title.as_deref().unwrap_or_default();
    let properties = tool.input_schema.get("properties").and_then(|all| all.as_object());
    let properties: Vec<&str> =
        properties.into_iter().flat_map(|all| all.keys().map(String::as_str)).take(64).collect();
    let places = [
        (8.0, words(&tool.name)),
        (4.0, words(title)),
        (2.0, words(&tool.description)),
        (1.0, words(&properties.join(" "))),
        (2.0, words(server)),
    ];
    let of_word = |word: &String| {
        let best = places.iter().map(|(weight, words)| weight * likeness(word, words));
        best.fold(0.0, f64::max)
    };
    let scores: Vec<f64> = wanted.iter().map(of_word).collect();
    let hit = scores.iter().filter(|score| **score > 0.0).count();
    // A tool that all words are about comes before one that a single word is much about.
    scores.iter().sum::<f64>() * (hit as f64 / wanted.len() as f64)
}

/// 1 for the word itself, less for a part of one.
fn likeness(word: &str, words: &[String]) -> f64 {
    let of = |known: &String| {
        if known == word {
            1.0
        } else if known.len() > 2
            && word.len() > 2
            && (known.starts_with(word) || word.starts_with(known.as_str()))
        {
            0.6
        } else {
            0.0
        }
    };
    words.iter().map(of).fold(0.0, f64::max)
}

/// `getTinyImage`, `get-tiny-image`, "Get tiny image": get, tiny, image.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut small) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        let ends = !c.is_alphanumeric() || (small && c.is_uppercase());
        if ends && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        small = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tool(name: &str, description: &str) -> Arc<Tool> {
        let schema = json!({ "type": "object", "properties": { "owner": {}, "repo": {} } });
        Arc::new(Tool {
            name: name.to_owned(),
            title: None,
            description: description.to_owned(),
            input_schema: schema.as_object().unwrap().clone(),
            output_schema: None,
            annotations: Default::default(),
        })
    }

    #[test]
    fn the_tool_that_the_words_are_about_comes_first() {
        let tools = [
            ("github", tool("list_issues", "List the issues of a repository")),
            ("github", tool("createIssue", "Open an issue in a repository")),
            ("files", tool("read_file", "Read a file")),
        ];
        let names = |query: &str, limit| {
            let all = tools.iter().map(|(server, tool)| (*server, tool.clone()));
            let found = search(query, all, limit);
            found.into_iter().map(|found| found.tool.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names("create an issue", 10)[0], "createIssue");
        assert_eq!(names("list issues", 1), ["list_issues"]);
        assert_eq!(names("read", 10), ["read_file"]);
        assert_eq!(names("files", 10), ["read_file"]);
        assert_eq!(names("", 10).len(), 3);
        assert!(names("weather", 10).is_empty());
    }
}
