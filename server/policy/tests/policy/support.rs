//! Policies in a folder, sets and gates of them. Not a test.

use mcp_v8_policy::{Gate, PolicyError, PolicySet};
use mcp_v8_settings::{Chain, ChainMode, Policies, Rule, RuleSource};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// A folder of policy files.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn with(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }
}

pub fn file(path: impl Into<PathBuf>, query: &str) -> Rule {
    Rule {
        source: RuleSource::Path(path.into()),
        query: query.to_owned(),
        origin: "mcp-v8.toml:1:1".to_owned(),
    }
}

pub fn server(url: impl Into<String>, query: &str) -> Rule {
    Rule {
        source: RuleSource::Url(url.into()),
        query: query.to_owned(),
        origin: "mcp-v8.toml:1:1".to_owned(),
    }
}

pub fn chain(mode: ChainMode, rules: Vec<Rule>) -> Chain {
    Chain {
        mode,
        rules,
        timeout: Duration::from_secs(5),
        max_input_bytes: 1 << 20,
        origin: "mcp-v8.toml:1:1".to_owned(),
    }
}

/// One rule for run_js_file, whose request is the smallest.
pub fn only(rule: Rule) -> Policies {
    let run_js_file = Some(chain(ChainMode::All, vec![rule]));
    Policies { run_js_file, ..Policies::default() }
}

pub const QUERY: &str = "data.mcp.run_js_file.allow";

/// A policy of run_js_file, as its body after the package.
pub fn policy(body: &str) -> String {
    format!("package mcp.run_js_file\n\n{body}\n")
}

pub fn load(policies: &Policies) -> PolicySet {
    PolicySet::load(policies).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

pub fn refused(policies: &Policies) -> Vec<PolicyError> {
    PolicySet::load(policies).expect_err("the policies must be refused")
}

/// A gate with one policy of run_js_file.
pub fn gate(body: &str) -> (Folder, Gate) {
    let folder = Folder::new().with("policy.rego", policy(body));
    let gate = Gate::new(load(&only(file(folder.root(), QUERY))));
    (folder, gate)
}

/// The same rule for every capability.
pub fn everything(rule: &Rule) -> Policies {
    let chain = || Some(chain(ChainMode::All, vec![rule.clone()]));
    Policies {
        fetch: chain(),
        websocket: chain(),
        filesystem: chain(),
        subprocess: chain(),
        modules: chain(),
        mcp_tools: chain(),
        run_js_file: chain(),
    }
}
