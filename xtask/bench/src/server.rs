//! A server of its own for every benchmark, on a free port.

use anyhow::{Context, Result};
use reqwest::Client;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    url: String,
    client: Client,
    /// Where its state is, if on disk.
    _place: Option<tempfile::TempDir>,
}

impl Server {
    /// Starts the binary named by MCP_V8_BIN, with everything in memory.
    pub async fn start(flags: &[&str]) -> Result<Self> {
        Self::start_with(&[&["--set", "storage.kind=none"], flags].concat(), None).await
    }

    /// The same with a directory of its own for its state, below the current one: /tmp may be memory.
    pub async fn start_stored(flags: &[&str]) -> Result<Self> {
        let place = tempfile::tempdir_in(".")?;
        let path = place.path().join("state").display().to_string();
        Self::start_with(&[&["--directory-path", &path], flags].concat(), Some(place)).await
    }

    async fn start_with(flags: &[&str], place: Option<tempfile::TempDir>) -> Result<Self> {
        let binary = std::env::var_os("MCP_V8_BIN")
            .context("MCP_V8_BIN names the binary: use `cargo xtask bench`")?;
        let mut child = Command::new(binary)
            .args(["--http-port", "0", "--set", "log.level=error"])
            .args(flags)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stderr = child.stderr.take().context("stderr is piped")?;
        let mut lines = BufReader::new(stderr).lines();
        let url = loop {
            let line = lines.next_line().await?.context("the server ended before it listened")?;
            if let Some(url) = line.strip_prefix("mcp-v8: listening on ") {
                break url.to_owned();
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { child, url, client: Client::builder().no_proxy().build()?, _place: place })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    pub fn id(&self) -> Result<u32> {
        self.child.id().context("the server has ended")
    }
}
