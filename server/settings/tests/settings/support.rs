//! Loading a text as a file, and reading the answer. Not a test.

use mcp_v8_settings::{Diagnostic, Diagnostics, Settings, Sources, load};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with a configuration file, and everything else that `load` reads.
pub struct Setup {
    pub folder: TempDir,
    pub sources: Sources,
}

impl Setup {
    pub fn file(text: impl AsRef<[u8]>) -> Self {
        let mut setup = Self::without_file();
        let path = setup.folder.path().join("mcp-v8.toml");
        std::fs::write(&path, text).unwrap();
        setup.sources.file = Some(path);
        setup
    }

    pub fn without_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let env = vec![("HOME".to_owned(), "/home/someone".to_owned())];
        Self { folder, sources: Sources { file: None, env, flags: Vec::new() } }
    }

    pub fn env(mut self, name: &str, text: &str) -> Self {
        self.sources.env.push((name.to_owned(), text.to_owned()));
        self
    }

    pub fn flag(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.sources.flags.push((key.to_owned(), value.into()));
        self
    }

    /// Writes a file beside the configuration.
    pub fn beside(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    pub fn load(&self) -> Result<Settings, Diagnostics> {
        load(&self.sources)
    }

    pub fn settings(&self) -> Settings {
        self.load().unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
    }

    /// Every problem as one line, without the folder's name.
    pub fn problems(&self) -> Vec<String> {
        let Err(diagnostics) = self.load() else { return Vec::new() };
        let folder = format!("{}/", self.folder.path().display());
        diagnostics.iter().map(|one| one.to_string().replace(&folder, "")).collect()
    }

    /// The one problem there must be.
    pub fn problem(&self) -> String {
        let mut problems = self.problems();
        assert_eq!(problems.len(), 1, "{problems:#?}");
        problems.remove(0)
    }

    /// The one problem there must be, with its parts.
    pub fn diagnostic(&self) -> Diagnostic {
        let diagnostics = self.load().expect_err("the configuration must be refused");
        assert_eq!(diagnostics.iter().len(), 1, "{diagnostics}");
        diagnostics.iter().next().cloned().unwrap()
    }
}

pub fn config_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config")
}

/// The reference with every key and section switched on.
pub fn reference_in_full() -> String {
    let switched_on = |line: &str| match line.strip_prefix('#') {
        Some(rest) if rest.starts_with(|c: char| c == '[' || c.is_ascii_lowercase()) => {
            rest.to_owned()
        }
        _ => line.to_owned(),
    };
    let text = mcp_v8_settings::reference();
    // Of two keys that exclude each other, one.
    let excluded =
        ["#jwks_file", "#url = \"https://mcp.", "#token_file", "#headers = [{ name = \"X-Api"];
    let alone = |line: &&str| !excluded.iter().any(|start| line.starts_with(start));
    let lines: Vec<String> = text.lines().filter(alone).map(switched_on).collect();
    // Its examples name files that exist nowhere.
    lines.join("\n").replace("\"@", "\"@@") + "\n"
}
