//! The tools of a server as it lists them, bounded: what is too much is cut, and what cannot be called safely is left out.

use crate::error::{UpstreamError, quoted};
use crate::nearest::nearest;
use rmcp::RoleClient;
use rmcp::model::{JsonObject, PaginatedRequestParams, Tool as Listed};
use rmcp::service::{Peer, ServiceError};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest name of a tool, characters (MCP 2025-11-25, "Tool names").
const NAME_MAX: usize = 128;

/// Longest title and description, characters; real ones are below a thousand.
const TITLE_MAX: usize = 200;
const DESCRIPTION_MAX: usize = 4096;

/// Longest schema, bytes of JSON; the tool is then listed with an open one.
const SCHEMA_MAX: usize = 64 << 10;

/// Most pages of a list.
const PAGES_MAX: usize = 100;

/// How long a list is believed, where the server says.
const LIFE: std::ops::RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_secs(3600);

/// One tool.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    pub name: String,
    pub title: Option<String>,
    /// In the words of the server: not instructions of anybody here.
    pub description: String,
    pub input_schema: Map<String, Json>,
    pub output_schema: Option<Map<String, Json>>,
    /// Hints of the server, not facts.
    pub annotations: Map<String, Json>,
}

/// The tools of one server.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    tools: BTreeMap<String, Arc<Tool>>,
    /// Tools that it listed and that are not here.
    pub left_out: usize,
    /// Until when it may be believed; `None`: until the server says otherwise.
    until: Option<Instant>,
}

impl Catalog {
    /// In the order of their names.
    pub fn tools(&self) -> impl Iterator<Item = &Arc<Tool>> {
        self.tools.values()
    }

    pub fn len(&self) -> usize {
        self.tools.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }

    /// # Errors
    /// [`UpstreamError::NoTool`], with the nearest names.
    pub fn tool(&self, server: &str, name: &str) -> Result<Arc<Tool>, UpstreamError> {
        self.tools.get(name).cloned().ok_or_else(|| UpstreamError::NoTool {
            server: server.to_owned(),
            tool: quoted(&name.chars().take(NAME_MAX).collect::<String>()),
            near: nearest(name, self.tools.keys().map(String::as_str)),
        })
    }

    pub(crate) fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// Adds what a page lists, until `bytes` are used up or `most` are there; false then.
    fn add(&mut self, listed: Vec<Listed>, most: usize, bytes: &mut usize) -> bool {
        for tool in listed {
            let good = is_name(&tool.name) && !self.tools.contains_key(tool.name.as_ref());
            if !good {
                self.left_out += 1;
                continue;
            }
            let (tool, size) = bounded(tool);
            if self.tools.len() >= most || size > *bytes {
                self.left_out += 1;
                return false;
            }
            *bytes -= size;
            self.tools.insert(tool.name.clone(), Arc::new(tool));
        }
        true
    }
}

/// Asks for the list, page by page.
pub(crate) async fn fetch(
    peer: &Peer<RoleClient>,
    most: usize,
    bytes: usize,
) -> Result<Catalog, ServiceError> {
    let (mut catalog, mut left) = (Catalog::default(), bytes);
    let (mut cursor, mut seen) = (None, Vec::new());
    for _ in 0..PAGES_MAX {
        let params = cursor.take().map(|cursor: String| {
            seen.push(cursor.clone());
            PaginatedRequestParams::default().with_cursor(Some(cursor))
        });
        let page = peer.list_tools(params).await?;
        let life =
            page.ttl_ms.map(|ms| Duration::from_millis(ms).clamp(*LIFE.start(), *LIFE.end()));
        catalog.until = life.map(|life| Instant::now() + life).or(catalog.until);
        if !catalog.add(page.tools, most, &mut left) {
            break;
        }
        match page.next_cursor {
            // A cursor that comes again is a list without an end.
            Some(next) if next.len() <= SCHEMA_MAX && !seen.contains(&next) => cursor = Some(next),
            _ => break,
        }
    }
    Ok(catalog)
}

/// Printable, without blanks: what can be shown, logged and judged without looking like something else.
fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=NAME_MAX).contains(&length) && name.chars().all(|c| c.is_ascii_graphic())
}

fn bounded(tool: Listed) -> (Tool, usize) {
    let annotations =
        tool.annotations.as_ref().and_then(|hints| match serde_json::to_value(hints).ok()? {
            Json::Object(hints) => Some(hints),
            _ => None,
        });
    let mut size = 0;
    let mut schema = |schema: &JsonObject| {
        let bytes = serde_json::to_vec(schema).map_or(usize::MAX, |text| text.len());
        (bytes <= SCHEMA_MAX).then(|| {
            size += bytes;
            schema.clone()
        })
    };
    let input_schema = schema(&tool.input_schema);
    let output_schema = tool.output_schema.as_deref().and_then(&mut schema);
    let open = || Map::from_iter([("type".to_owned(), Json::from("object"))]);
    let tool = Tool {
        name: tool.name.into_owned(),
        title: tool.title.map(|title| plain(&title, TITLE_MAX)),
        description: plain(tool.description.as_deref().unwrap_or_default(), DESCRIPTION_MAX),
        input_schema: input_schema.unwrap_or_else(open),
        output_schema,
        annotations: annotations
            .filter(|hints| serde_json::to_vec(hints).is_ok_and(|text| text.len() <= 4096))
            .unwrap_or_default(),
    };
    let text = tool.name.len() + tool.description.len();
    (tool, size + text)
}

/// Without control and direction characters, and cut.
fn plain(text: &str, most: usize) -> String {
    let hidden = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    };
    text.chars().filter(|c| !hidden(*c)).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str, description: &str, schema: Json) -> Listed {
        let Json::Object(schema) = schema else { panic!("an object") };
        Listed::new(name.to_owned(), description.to_owned(), schema)
    }

    #[test]
    fn names_that_deceive_or_repeat_are_left_out() {
        let mut catalog = Catalog::default();
        let open = serde_json::json!({ "type": "object" });
        let names = ["good", "a\u{1b}[2J", "a\u{202e}b", "", "two words", "good", "__proto__"];
        let long = "x".repeat(NAME_MAX + 1);
        let tools = names.into_iter().chain([long.as_str()]);
        let tools = tools.map(|name| listed(name, "d", open.clone())).collect();
        assert!(catalog.add(tools, 100, &mut 10_000));
        let kept: Vec<&str> = catalog.tools().map(|tool| tool.name.as_str()).collect();
        assert_eq!((kept, catalog.left_out), (vec!["__proto__", "good"], 6));
    }

    #[test]
    fn a_list_is_cut_by_number_and_by_bytes() {
        let open = serde_json::json!({ "type": "object" });
        let many = || (0..50).map(|at| listed(&format!("t{at}"), "d", open.clone())).collect();
        let mut few = Catalog::default();
        assert!(!few.add(many(), 7, &mut 1_000_000));
        assert_eq!(few.len(), 7);
        let mut small = Catalog::default();
        assert!(!small.add(many(), 1000, &mut 100));
        assert!((1..10).contains(&small.len()));
    }

    #[test]
    fn what_a_server_writes_is_cut_and_shows_all_it_has() {
        let huge = serde_json::json!({ "type": "object", "x": "y".repeat(SCHEMA_MAX) });
        let text = format!("a\u{202e}b\u{200b}c\u{7}{}", "d".repeat(10_000));
        let (tool, _) = bounded(listed("t", &text, huge));
        assert!(tool.description.starts_with("abcdd"));
        assert_eq!(tool.description.chars().count(), DESCRIPTION_MAX);
        assert_eq!(Json::Object(tool.input_schema), serde_json::json!({ "type": "object" }));
    }
}
