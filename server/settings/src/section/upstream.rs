//! `[upstream.<name>]`: other MCP servers whose tools scripts call. Not the connections: those are in the upstream crate.

use super::policies::checked;
use super::url::is_private_url;
use crate::key::Key;
use crate::problem::Problem;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest name, characters: it is part of a stub's name, which clients cap at 64.
const NAME_MAX: usize = 32;

#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct UpstreamTable {
    /// The program of a server that speaks over its standard input and output: an absolute path, or a name that is looked
    /// up in PATH. It starts at the first use, runs as this server's user and in no jail. Either command or url.
    #[schemars(example = &"npx")]
    command: Option<String>,
    /// Arguments of command.
    args: Vec<String>,
    /// Environment of command, beside PATH; nothing else of this server's environment gets there. Each entry has a name and
    /// either a value or, for a secret, a value_file: one line that only its owner can read.
    #[schemars(example = [VariableTable::example()])]
    env: Vec<VariableTable>,
    /// Working directory of command. Left out: this server's.
    #[schemars(example = &"/srv")]
    cwd: Option<PathBuf>,
    /// The MCP endpoint of a server that speaks Streamable HTTP: https, or http on this machine. No redirect is followed.
    #[schemars(example = &"https://mcp.example.org/mcp")]
    url: Option<String>,
    /// File with a bearer token for url, one line that only its owner can read. It is read again for every connection.
    #[schemars(example = &"/run/credentials/mcp-v8.service/token")]
    token_file: Option<PathBuf>,
    /// Further headers for url: each has a name, and a value_file with its value, one line that only its owner can read.
    #[schemars(example = [UpstreamHeaderTable::example()])]
    headers: Vec<UpstreamHeaderTable>,
    /// Revision of the protocol. "auto": the newest the server has.
    protocol: UpstreamProtocol,
    /// Time to start, to agree on a revision and to list the tools, seconds. 30: npx and uvx may have to look around first.
    start_timeout_secs: u64,
    /// Time for one call of a tool, seconds; the run's own limit holds as well. 60: what common clients wait.
    call_timeout_secs: u64,
    /// Calls under way at once, over all runs; more wait. 16: what a small server takes.
    max_parallel: usize,
    /// Longest message of the server, MiB; a longer one ends the connection. 8: an image, not a film.
    max_message_mb: u64,
    /// Tools of the server; the list is cut there. 1000: the largest known servers have some hundreds.
    max_tools: usize,
}

#[derive(Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct VariableTable {
    /// The variable.
    name: String,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// File with its value, one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    value_file: Option<PathBuf>,
}

#[derive(Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct UpstreamHeaderTable {
    /// The header, for example X-Api-Key. A bearer token has its own key, token_file.
    name: String,
    /// File with its value, one line.
    value_file: PathBuf,
}

impl VariableTable {
    fn example() -> Self {
        Self {
            name: "API_TOKEN".to_owned(),
            value: None,
            value_file: Some("/run/credentials/mcp-v8.service/api_token".into()),
        }
    }
}

impl UpstreamHeaderTable {
    fn example() -> Self {
        Self {
            name: "X-Api-Key".to_owned(),
            value_file: "/run/credentials/mcp-v8.service/key".into(),
        }
    }
}

/// Which revisions of MCP are spoken with a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UpstreamProtocol {
    /// The newest the server has.
    #[default]
    Auto,
    /// 2026-07-28 and later: no handshake.
    Modern,
    /// Up to 2025-11-25: with `initialize`.
    Legacy,
}

impl Default for UpstreamTable {
    fn default() -> Self {
        Self {
            command: None,
            args: Vec::new(),
            env: Vec::new(),
            cwd: None,
            url: None,
            token_file: None,
            headers: Vec::new(),
            protocol: UpstreamProtocol::Auto,
            start_timeout_secs: 30,
            call_timeout_secs: 60,
            max_parallel: 16,
            max_message_mb: 8,
            max_tools: 1000,
        }
    }
}

/// Another MCP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// Letters, digits, `_` and `-`.
    pub name: String,
    pub transport: UpstreamTransport,
    pub protocol: UpstreamProtocol,
    pub start_timeout: Duration,
    pub call_timeout: Duration,
    pub max_parallel: usize,
    pub max_message_bytes: usize,
    pub max_tools: usize,
}

/// How it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpstreamTransport {
    Stdio {
        command: String,
        args: Vec<String>,
        env: BTreeMap<String, VariableValue>,
        cwd: Option<PathBuf>,
    },
    Http {
        url: String,
        token_file: Option<PathBuf>,
        /// By name, in lower case.
        header_files: BTreeMap<String, PathBuf>,
    },
}

/// A variable of a server's environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VariableValue {
    Text(String),
    File(PathBuf),
}

impl Upstream {
    /// The files that its secrets are in.
    pub(crate) fn secret_files(&self) -> Vec<&Path> {
        match &self.transport {
            UpstreamTransport::Stdio { env, .. } => env
                .values()
                .filter_map(|value| match value {
                    VariableValue::File(path) => Some(path.as_path()),
                    VariableValue::Text(_) => None,
                })
                .collect(),
            UpstreamTransport::Http { token_file, header_files, .. } => {
                token_file.iter().chain(header_files.values()).map(PathBuf::as_path).collect()
            }
        }
    }
}

pub(crate) fn resolve(
    tables: BTreeMap<String, UpstreamTable>,
    resolver: &mut Resolver<'_>,
) -> Vec<Upstream> {
    let resolved = |(name, table): (String, UpstreamTable)| table.resolve(name, resolver);
    tables.into_iter().filter_map(resolved).collect()
}

impl UpstreamTable {
    /// `None`, and reported, when it is not one kind of server.
    fn resolve(self, name: String, resolver: &mut Resolver<'_>) -> Option<Upstream> {
        let key = Key::from("upstream").child(&name);
        let good = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(good) {
            resolver.refuse(key.clone(), Problem::UpstreamName);
        }
        let limits = Upstream {
            name,
            transport: UpstreamTransport::Http {
                url: String::new(),
                token_file: None,
                header_files: BTreeMap::new(),
            },
            protocol: self.protocol,
            start_timeout: Duration::from_secs(self.start_timeout_secs),
            call_timeout: Duration::from_secs(self.call_timeout_secs),
            max_parallel: self.max_parallel,
            max_message_bytes: (self.max_message_mb << 20) as usize,
            max_tools: self.max_tools,
        };
        let transport = match (self.command.is_some(), self.url.is_some()) {
            (true, false) => self.stdio(&key, resolver),
            (false, true) => self.http(&key, resolver),
            _ => {
                resolver.refuse(key, Problem::NotOneUpstream);
                return None;
            }
        };
        Some(Upstream { transport, ..limits })
    }

    fn stdio(self, key: &Key, resolver: &mut Resolver<'_>) -> UpstreamTransport {
        if self.token_file.is_some() || !self.headers.is_empty() {
            resolver.refuse(key.clone(), Problem::UpstreamMixed);
        }
        let command = self.command.unwrap_or_default();
        if command.is_empty() {
            resolver.refuse(key.child("command"), Problem::Empty);
        }
        let mut env = BTreeMap::new();
        for (at, variable) in self.env.into_iter().enumerate() {
            let at = key.child("env").item(at);
            let Some((name, value)) = variable.resolve(&at, resolver) else { continue };
            if env.insert(name, value).is_some() {
                resolver.refuse(at, Problem::Repeated);
            }
        }
        // A name is looked up; what has a slash is a path, from the folder of the file on.
        let at = key.child("command");
        let command = match command.contains('/') {
            true => checked(command.as_ref(), &at, resolver).display().to_string(),
            false => command,
        };
        let cwd = self.cwd.map(|path| checked(&path, &key.child("cwd"), resolver));
        UpstreamTransport::Stdio { command, args: self.args, env, cwd }
    }

    fn http(self, key: &Key, resolver: &mut Resolver<'_>) -> UpstreamTransport {
        if !self.args.is_empty() || !self.env.is_empty() || self.cwd.is_some() {
            resolver.refuse(key.clone(), Problem::UpstreamMixed);
        }
        let url = self.url.unwrap_or_default();
        if !is_private_url(&url) {
            resolver.refuse(key.child("url"), Problem::NotAnUpstreamUrl);
        }
        let mut header_files = BTreeMap::new();
        for (at, header) in self.headers.into_iter().enumerate() {
            let at = key.child("headers").item(at);
            let name = header.name.to_ascii_lowercase();
            if !is_own_header(&name) {
                resolver.refuse(at.child("name"), Problem::UpstreamHeader);
            }
            let path = checked(&header.value_file, &at.child("value_file"), resolver);
            if header_files.insert(name, path).is_some() {
                resolver.refuse(at, Problem::Repeated);
            }
        }
        let token = self.token_file.map(|path| checked(&path, &key.child("token_file"), resolver));
        UpstreamTransport::Http { url, token_file: token, header_files }
    }
}

impl VariableTable {
    /// `None`, and reported, when it has no one value.
    fn resolve(self, key: &Key, resolver: &mut Resolver<'_>) -> Option<(String, VariableValue)> {
        if !is_variable(&self.name) {
            resolver.refuse(key.child("name"), Problem::UpstreamVariable);
        }
        let value = match (self.value, self.value_file) {
            (Some(text), None) if text.contains('\0') => {
                resolver.refuse(key.child("value"), Problem::UpstreamVariable);
                return None;
            }
            (Some(text), None) => VariableValue::Text(text),
            (None, Some(path)) => {
                VariableValue::File(checked(&path, &key.child("value_file"), resolver))
            }
            _ => {
                resolver.refuse(key.clone(), Problem::NotOneVariable);
                return None;
            }
        };
        Some((self.name, value))
    }
}

/// A name of a variable (IEEE Std 1003.1, section 8.1).
fn is_variable(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A header that neither HTTP nor MCP uses for itself; a bearer token has its own key.
fn is_own_header(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let taken = ["accept", "authorization", "connection", "content-length", "content-type", "host"];
    let framing = ["last-event-id", "te", "trailer", "transfer-encoding", "upgrade"];
    !name.is_empty()
        && name.bytes().all(good)
        && !taken.contains(&name)
        && !framing.contains(&name)
        && !name.starts_with("mcp-")
}

#[cfg(test)]
mod tests {
    use super::{is_own_header, is_variable};

    #[test]
    fn a_header_of_the_operator_is_none_of_the_protocols() {
        assert!(is_own_header("x-api-key"));
        for taken in ["authorization", "host", "mcp-session-id", "content-length", "", "a b"] {
            assert!(!is_own_header(taken), "{taken}");
        }
    }

    #[test]
    fn a_variable_has_a_name() {
        assert!(is_variable("_TOKEN2"));
        for bad in ["", "2A", "A=B", "A B", "Ä"] {
            assert!(!is_variable(bad), "{bad}");
        }
    }
}
