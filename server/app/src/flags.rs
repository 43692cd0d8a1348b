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
    /// Any key of the configuration, for example --set limits.execution_timeout_secs=5
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Print the OpenAPI document of the REST interface, and end.
    #[arg(long)]
    pub print_openapi: bool,
}

/// A `--set` without a value.
#[derive(Debug, thiserror::Error)]
#[error("--set {0}: write KEY=VALUE, for example limits.execution_timeout_secs=5")]
pub struct SetError(String);

impl ServerFlags {
    /// All layers of the configuration: file, environment, flags.
    ///
    /// # Errors
    /// [`SetError`] for a `--set` without `=`.
    pub fn sources(&self) -> Result<Sources, SetError> {
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
        ] {
            if let Some(text) = text {
                flag(key, json!(text));
            }
        }
        for given in &self.set {
            let (key, value) = given.split_once('=').ok_or_else(|| SetError(given.clone()))?;
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
