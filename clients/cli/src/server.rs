//! The client, from the command line and the environment.

use crate::cli::ServerArgs;
use anyhow::{Context, Result, ensure};
use mcp_v8_client::{Client, Options};

/// Bytes of a token, at most.
const TOKEN_MAX: usize = 64 << 10;

impl ServerArgs {
    /// Reads the token; sends nothing.
    pub fn connect(&self) -> Result<Client> {
        let mut options = Options::new(&self.url);
        if let Some(path) = &self.token_file {
            let named = || format!("the token file {}", path.display());
            let token = std::fs::read_to_string(path).with_context(named)?;
            let token = token.trim();
            ensure!(!token.is_empty() && token.len() <= TOKEN_MAX, "{} holds no token", named());
            options = options.token(token);
        }
        Ok(options.connect()?)
    }
}
