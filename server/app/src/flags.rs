//! Flags of the server, as a layer of the configuration above file and environment.

use clap::Args;
use mcp_v8_settings::Sources;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What may be said on the command line.
#[derive(Clone, Debug, Default, Args)]
pub struct ServerFlags {
    /// The configuration file.
    #[arg(long, env = "MCP_V8_CONFIG")]
    pub config: Option<PathBuf>,
    /// Keep nothing between runs: no sessions, no storage.
    #[arg(long)]
    pub stateless: bool,
    /// Where state is kept (storage.path).
    #[arg(long, value_name = "DIR")]
    pub directory_path: Option<PathBuf>,
    /// Keep checkpoints in this bucket (storage.s3.bucket); the rest of storage.s3 is said in the file or the
    /// environment.
    #[arg(long, value_name = "BUCKET")]
    pub s3_bucket: Option<String>,
    /// Keep checkpoints of the bucket also in this directory (storage.cache.path).
    #[arg(long, value_name = "DIR")]
    pub cache_dir: Option<PathBuf>,
    /// Serve MCP and REST on this port of the loopback interface instead of stdin and stdout; 0 takes any free one.
    #[arg(long, value_name = "PORT")]
    pub http_port: Option<u16>,
    /// Text for the model in the MCP handshake, or @FILE (server.instructions).
    #[arg(long, value_name = "TEXT")]
    pub instructions: Option<String>,
    /// Description of the tool run_js, or @FILE (server.run_js_description).
    #[arg(long, value_name = "TEXT")]
    pub run_js_description: Option<String>,
    /// Another MCP server whose tools scripts call under [policies.mcp_tools]: NAME=stdio:COMMAND:ARGUMENT... or
    /// NAME=http:URL (upstream.NAME). May be repeated.
    #[arg(long, value_name = "NAME=HOW")]
    pub mcp_server: Vec<String>,
    /// List the tools of those servers as tools that say how programs call them (server.upstream_stubs).
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub mcp_stubs: Option<bool>,
    /// What the names of such tools begin with (server.stub_prefix).
    #[arg(long, value_name = "TEXT")]
    pub mcp_stub_prefix: Option<String>,
    /// Any key of the configuration, for example --set limits.execution_timeout_secs=5
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Print the OpenAPI document of the REST interface, and end.
    #[arg(long)]
    pub print_openapi: bool,
}

/// A flag that says nothing.
#[derive(Debug, thiserror::Error)]
pub enum FlagError {
    #[error("--set {0}: write KEY=VALUE, for example limits.execution_timeout_secs=5")]
    Set(String),
    #[error(
        "--mcp-server {0}: write NAME=stdio:COMMAND:ARGUMENT... or NAME=http:URL; sse: is not there"
    )]
    Server(String),
}

impl ServerFlags {
    /// All layers of the configuration: file, environment, flags.
    ///
    /// # Errors
    /// [`FlagError`] for a `--set` without `=`, or a server of no known kind.
    pub fn sources(&self) -> Result<Sources, FlagError> {
        let mut flags: Vec<(String, Value)> = Vec::new();
        let mut flag = |key: &str, value: Value| flags.push((key.to_owned(), value));
        if self.stateless {
            flag("sessions.enabled", json!(false));
            flag("storage.kind", json!("none"));
        }
        if let Some(path) = &self.directory_path {
            flag("storage.kind", json!("dir"));
            flag("storage.path", json!(absolute(path)));
        }
        if let Some(bucket) = &self.s3_bucket {
            flag("storage.kind", json!("s3"));
            flag("storage.s3.bucket", json!(bucket));
        }
        if let Some(path) = &self.cache_dir {
            flag("storage.cache.path", json!(absolute(path)));
        }
        if let Some(port) = self.http_port {
            flag("transport.http.listen", json!([format!("127.0.0.1:{port}")]));
        }
        for (key, text) in [
            ("server.instructions", &self.instructions),
            ("server.run_js_description", &self.run_js_description),
            ("server.stub_prefix", &self.mcp_stub_prefix),
        ] {
            if let Some(text) = text {
                flag(key, json!(text));
            }
        }
        if let Some(wanted) = self.mcp_stubs {
            flag("server.upstream_stubs", json!(wanted));
        }
        for given in &self.mcp_server {
            for (key, value) in upstream(given).ok_or_else(|| FlagError::Server(given.clone()))? {
                flag(&key, value);
            }
        }
        for given in &self.set {
            let (key, value) =
                given.split_once('=').ok_or_else(|| FlagError::Set(given.clone()))?;
            // A value that is no JSON is text, as a shell user would expect.
            flag(key, serde_json::from_str(value).unwrap_or_else(|_| json!(value)));
        }
        let env = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Ok(Sources { file: self.config.clone(), env, flags })
    }
}

fn absolute(path: &std::path::Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The keys of a server; `None` when it is of no known kind.
fn upstream(given: &str) -> Option<Vec<(String, Value)>> {
    let (name, how) = given.split_once('=')?;
    let key = |key: &str| format!("upstream.{name}.{key}");
    // A dot would be another key.
    if name.is_empty() || name.contains('.') {
        return None;
    }
    match how.split_once(':')? {
        ("http", url) => Some(vec![(key("url"), json!(url))]),
        ("stdio", command) => {
            let mut words = command.split(':');
            let program = words.next().filter(|program| !program.is_empty())?;
            let args: Vec<&str> = words.collect();
            Some(vec![(key("command"), json!(program)), (key("args"), json!(args))])
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_of_the_command_line_is_a_section() {
        let flags =
            |given: &str| ServerFlags { mcp_server: vec![given.to_owned()], ..Default::default() };
        let of = |given: &str| {
            flags(given).sources().map(|sources| sources.flags).map_err(|error| error.to_string())
        };
        assert_eq!(
            of("a=stdio:npx:-y:pkg").unwrap(),
            [
                ("upstream.a.command".to_owned(), json!("npx")),
                ("upstream.a.args".to_owned(), json!(["-y", "pkg"]))
            ]
        );
        assert_eq!(
            of("b=http:https://x/mcp").unwrap(),
            [("upstream.b.url".to_owned(), json!("https://x/mcp"))]
        );
        for bad in ["a", "a=", "=stdio:x", "a=sse:https://x", "a.b=stdio:x", "a=stdio:"] {
            assert!(of(bad).unwrap_err().contains("write NAME=stdio:"), "{bad}");
        }
    }
}
