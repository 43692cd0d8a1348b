//! How a run ended, whichever interface told it. Only what tests look at.

use serde_json::Value;

/// An execution as a client sees it.
#[derive(Debug)]
pub struct Run(pub Value);

impl Run {
    pub fn id(&self) -> &str {
        self.0["execution_id"].as_str().unwrap_or_else(|| panic!("an id in {self}"))
    }

    pub fn status(&self) -> &str {
        self.0["status"].as_str().unwrap_or_else(|| panic!("a status in {self}"))
    }

    /// The result; null when there is none.
    pub fn result(&self) -> &Value {
        &self.0["result"]
    }

    pub fn output(&self) -> &str {
        self.0["output"].as_str().unwrap_or_default()
    }

    /// The outcome code; empty for a success.
    pub fn code(&self) -> &str {
        self.0["error"]["code"].as_str().unwrap_or_default()
    }

    pub fn message(&self) -> &str {
        self.0["error"]["message"].as_str().unwrap_or_default()
    }

    /// Whether it ended in one of these ways: `ok`, a code, `limit` for any limit, or the name of an error class that
    /// the script threw.
    pub fn ended(&self, ways: &[&str]) -> bool {
        let code = self.code();
        ways.iter().any(|way| match *way {
            "ok" => self.status() == "completed",
            "limit" => code.starts_with("limit."),
            way if way.ends_with("Error") => code == "error.script" && self.message().starts_with(way),
            way => code == way,
        })
    }

    /// The result, for a run that has to complete.
    pub fn value(&self) -> &Value {
        assert_eq!(self.status(), "completed", "{self}");
        self.result()
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.0.to_string();
        let cut = text.char_indices().nth(1500).map_or(text.len(), |(at, _)| at);
        f.write_str(&text[..cut])
    }
}
