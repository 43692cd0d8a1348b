//! Standard output: JSON for programs, text for people. Not errors: those go to standard error.

use anyhow::Result;
use serde::Serialize;
use std::io::{self, Write};

/// Standard output in one of two forms.
pub struct Out {
    pub json: bool,
}

impl Out {
    /// A value as JSON, or as people read it.
    pub fn show<T: Serialize + ?Sized>(
        &self,
        value: &T,
        human: impl FnOnce(&T) -> String,
    ) -> Result<()> {
        if self.json {
            let mut text = serde_json::to_string_pretty(value)?;
            text.push('\n');
            return self.raw(text.as_bytes());
        }
        self.raw(human(value).as_bytes())
    }

    /// Says where a list goes on; in JSON the list says it itself.
    pub fn next(&self, next: Option<impl std::fmt::Display>) {
        if let Some(next) = next.filter(|_| !self.json) {
            eprintln!("mcp-v8-cli: there is more: --from {next}");
        }
    }

    /// These bytes, at once.
    pub fn raw(&self, bytes: &[u8]) -> Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        Ok(stdout.flush()?)
    }
}
