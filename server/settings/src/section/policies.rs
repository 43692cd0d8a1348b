//! `[policies.<capability>]`: which rules decide about a capability. Not the rules: the policy crate reads those.

use super::filesystem::FilesystemTable;
use super::subprocess::SubprocessTable;
use crate::key::Key;
use crate::problem::Problem;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Time for a decision in process, and with a policy server, milliseconds.
const IN_PROCESS_MS: u64 = 100;
const WITH_SERVER_MS: u64 = 1000;

#[derive(Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PoliciesTable {
    /// HTTP requests of scripts: `fetch`. Left out: scripts have no fetch.
    fetch: Option<ChainTable>,
    /// WebSocket connections of scripts. Left out: scripts have no WebSocket.
    websocket: Option<ChainTable>,
    /// Files that scripts read and write: `fs`. Left out: scripts have no fs.
    filesystem: Option<FilesystemTable>,
    /// Child processes of scripts: `child_process`, `Deno.Command`. Left out: scripts have neither.
    subprocess: Option<SubprocessTable>,
    /// Modules that scripts import from npm:, jsr: and https:. Left out: every import of them is refused.
    modules: Option<ChainTable>,
    /// Tools of other MCP servers that scripts call: `mcp`. Left out: scripts have no mcp.
    mcp_tools: Option<ChainTable>,
    /// Scripts that run_js reads from a file of this machine. Left out: run_js has no parameter file.
    run_js_file: Option<ChainTable>,
}

#[derive(Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ChainTable {
    /// "all": every rule must allow. "any": one must allow, and none may fail.
    mode: ChainMode,
    /// Rules, in order; at least one. Each has a path (a .rego file, or a directory of .rego files with .json and
    /// .yaml data; a relative path starts at the folder of this file) or the url of an Open Policy Agent, and a
    /// query. Left out, the query is data.mcp.<capability>.allow, and data.mcp.tools.allow for mcp_tools. Only the
    /// value true allows.
    #[schemars(example = RuleTable::examples())]
    rules: Vec<RuleTable>,
    /// Time for one decision over all its rules, milliseconds; then it is a denial. Left out: 100, or 1000 where a
    /// rule has a url.
    #[schemars(example = 100)]
    timeout_ms: Option<u64>,
    /// Longest request, as JSON for the policy, bytes; a longer one is denied. 1 MiB: far above any real one.
    #[serde(default = "max_input_bytes")]
    #[schemars(default = "max_input_bytes")]
    max_input_bytes: usize,
}

#[derive(Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RuleTable {
    /// A .rego file, or a directory of .rego files with .json and .yaml data.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<PathBuf>,
    /// An Open Policy Agent, for example http://127.0.0.1:8181; asked with POST /v1/data/<query>.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The rule that decides, from data on.
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
}

/// How the answers of several rules add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChainMode {
    /// Every rule must allow.
    #[default]
    All,
    /// One rule must allow, and none may fail.
    Any,
}

pub(crate) fn max_input_bytes() -> usize {
    1 << 20
}

impl RuleTable {
    /// A function, because an array here would need a feature of syn that only other crates switch on.
    pub(crate) fn examples() -> [Self; 1] {
        [Self { path: Some("policies/example".into()), ..Self::default() }]
    }
}

/// The rules of every capability. `None`: scripts do not have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    pub fetch: Option<Chain>,
    pub websocket: Option<Chain>,
    pub filesystem: Option<Chain>,
    pub subprocess: Option<Chain>,
    pub modules: Option<Chain>,
    pub mcp_tools: Option<Chain>,
    pub run_js_file: Option<Chain>,
}

/// The rules of one capability; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    pub mode: ChainMode,
    pub rules: Vec<Rule>,
    /// For one decision, over all rules.
    pub timeout: Duration,
    pub max_input_bytes: usize,
    /// Where the section stands, for messages.
    pub origin: String,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub source: RuleSource,
    /// For example `data.mcp.fetch.allow`: names separated by dots, from `data` on.
    pub query: String,
    /// Where the rule stands, for messages.
    pub origin: String,
}

/// Where a rule is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleSource {
    /// An absolute path. It need not exist: the policy crate says so.
    Path(PathBuf),
    /// An Open Policy Agent, as written.
    Url(String),
}

/// Tables whose rules were taken out.
pub(crate) struct Beside {
    pub(crate) filesystem: Option<FilesystemTable>,
    pub(crate) subprocess: Option<SubprocessTable>,
}

impl PoliciesTable {
    /// The rules; and what stands beside them.
    pub(crate) fn resolve(mut self, resolver: &mut Resolver<'_>) -> (Policies, Beside) {
        let filesystem = self.filesystem.as_mut().map(FilesystemTable::take_chain);
        let subprocess = self.subprocess.as_mut().map(SubprocessTable::take_chain);
        let mut chain = |name: &str, default: &str, table: Option<ChainTable>| {
            let key = Key::from("policies").child(name);
            table.map(|table| table.resolve(&key, default, resolver))
        };
        let policies = Policies {
            fetch: chain("fetch", "data.mcp.fetch.allow", self.fetch),
            websocket: chain("websocket", "data.mcp.websocket.allow", self.websocket),
            filesystem: chain("filesystem", "data.mcp.filesystem.allow", filesystem),
            subprocess: chain("subprocess", "data.mcp.subprocess.allow", subprocess),
            modules: chain("modules", "data.mcp.modules.allow", self.modules),
            mcp_tools: chain("mcp_tools", "data.mcp.tools.allow", self.mcp_tools),
            run_js_file: chain("run_js_file", "data.mcp.run_js_file.allow", self.run_js_file),
        };
        (policies, Beside { filesystem: self.filesystem, subprocess: self.subprocess })
    }
}

impl Policies {
    /// Those that there are, with their names.
    pub(crate) fn chains(&self) -> impl Iterator<Item = (&'static str, &Chain)> {
        let all = [
            ("fetch", &self.fetch),
            ("websocket", &self.websocket),
            ("filesystem", &self.filesystem),
            ("subprocess", &self.subprocess),
            ("modules", &self.modules),
            ("mcp_tools", &self.mcp_tools),
            ("run_js_file", &self.run_js_file),
        ];
        all.into_iter().filter_map(|(name, chain)| Some((name, chain.as_ref()?)))
    }
}

impl ChainTable {
    pub(crate) fn new(
        mode: ChainMode,
        rules: Vec<RuleTable>,
        timeout_ms: Option<u64>,
        max_input_bytes: usize,
    ) -> Self {
        Self { mode, rules, timeout_ms, max_input_bytes }
    }

    fn resolve(self, key: &Key, default_query: &str, resolver: &mut Resolver<'_>) -> Chain {
        let rules_key = key.child("rules");
        if self.rules.is_empty() {
            resolver.refuse_any(&[rules_key.clone(), key.clone()], Problem::NoRules);
        }
        let with_server = self.rules.iter().any(|rule| rule.url.is_some());
        let default = if with_server { WITH_SERVER_MS } else { IN_PROCESS_MS };
        let rules = self.rules.into_iter().enumerate();
        Chain {
            mode: self.mode,
            rules: rules
                .filter_map(|(at, rule)| rule.resolve(&rules_key.item(at), default_query, resolver))
                .collect(),
            timeout: Duration::from_millis(self.timeout_ms.unwrap_or(default)),
            max_input_bytes: self.max_input_bytes,
            origin: resolver.origin(key),
        }
    }
}

impl RuleTable {
    /// `None`, and reported, when it has no one source.
    fn resolve(self, key: &Key, default_query: &str, resolver: &mut Resolver<'_>) -> Option<Rule> {
        let source = match (self.path, self.url) {
            (Some(path), None) => RuleSource::Path(checked(&path, &key.child("path"), resolver)),
            (None, Some(url)) => {
                if !url.starts_with("http://") && !url.starts_with("https://") {
                    resolver.refuse(key.child("url"), Problem::NotAPolicyServer);
                }
                RuleSource::Url(url)
            }
            _ => {
                resolver.refuse(key.clone(), Problem::NotOneSource);
                return None;
            }
        };
        let query = self.query.unwrap_or_else(|| default_query.to_owned());
        if !is_rule_path(&query) {
            resolver.refuse(key.child("query"), Problem::NotARulePath);
        }
        Some(Rule { source, query, origin: resolver.origin(key) })
    }
}

pub(crate) fn checked(path: &Path, key: &Key, resolver: &mut Resolver<'_>) -> PathBuf {
    if path.as_os_str().is_empty() {
        resolver.refuse(key.clone(), Problem::Empty);
    }
    if path.starts_with("~") {
        resolver.refuse(key.clone(), Problem::Tilde);
    }
    resolver.absolute(key.clone(), path)
}

/// `data`, a package and a rule, separated by dots; nothing that would have to be quoted in Rego or in a URL.
fn is_rule_path(text: &str) -> bool {
    let name = |part: &str| {
        let mut chars = part.chars();
        chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() >= 3 && parts[0] == "data" && parts.iter().all(|part| name(part))
}

#[cfg(test)]
mod tests {
    use super::is_rule_path;

    #[test]
    fn a_query_is_the_path_of_a_rule_and_no_expression() {
        for good in ["data.mcp.fetch.allow", "data.a.b_2"] {
            assert!(is_rule_path(good), "{good}");
        }
        for bad in [
            "",
            "data",
            "data.allow",
            "input.a.b",
            "data.a.b == 1",
            "data.a[0].b",
            "data..a",
            "data.a.2b",
            "data.a/../b",
            "data.a.ä",
        ] {
            assert!(!is_rule_path(bad), "{bad}");
        }
    }
}
